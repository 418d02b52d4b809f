"""Ctrl-C between two steps, never in the middle of one."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


class Interruption:
    """Whether Ctrl-C was pressed; pressed again, it interrupts at once, as always in Python."""

    def __init__(self) -> None:
        self.requested = False

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Note the first Ctrl-C; raise `KeyboardInterrupt` at the second."""
        if self.requested:
            signal.default_int_handler(number, frame)
        self.requested = True


@contextmanager
def listening() -> Iterator[Interruption]:
    """Take over Ctrl-C for a while.

    Only in the main thread (no other gets signals), and only from Python's own handler: who
    ignores Ctrl-C or has a handler of their own keeps it.
    """
    interruption = Interruption()
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield interruption
        return
    signal.signal(signal.SIGINT, interruption.on_signal)
    try:
        yield interruption
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
