"""One at a time: what several processes must not do at once."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from neuropil.storage.atomic import os_errors_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextmanager
def own_turn(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Run the block while no other process, and no other thread, is in a block of this ``path``.

    The system ends the turn of a process that dies. The file stays, empty: to remove it would let
    two who wait for it in at once.

    Args:
        path: A file that stands for what is done, made if it is missing.
        waiting: Called if another has the turn, before it is waited for.

    Raises:
        WriteError: The file cannot be made.

    Example:
        >>> with own_turn(getfixture("tmp_path") / ".lock", waiting=lambda: print("a moment")):
        ...     print("alone")
        alone
    """
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    with os_errors_name(path):
        try:
            lock.acquire(blocking=False)
        except Timeout:
            waiting()
            lock.acquire()
    try:
        yield
    finally:
        lock.release()
