"""Whether Operations are recorded: per thread, on unless `no_grad` says otherwise."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Mode(threading.local):
    recording = True


mode = _Mode()


def is_recording() -> bool:
    """Whether operations on Variables are recorded in this thread."""
    return mode.recording


@contextmanager
def no_grad() -> Iterator[None]:
    """Suspend recording in this thread: results have no creator and no derivative.

    In its body ``parameter -= step`` updates the parameter in place, as the notes' listings do
    (5.1.3). Also usable as a decorator. The previous mode returns on leaving, after errors too.

    Example:
        >>> import neuropil as npl
        >>> z = npl.Variable([1.0, 2.0])
        >>> with npl.no_grad():
        ...     y = npl.sum(z)
        >>> print(y.creator, y.requires_grad)
        None False
    """
    with _recording(False):
        yield


@contextmanager
def enable_grad() -> Iterator[None]:
    """Record in this thread, even within `no_grad`."""
    with _recording(True):
        yield


@contextmanager
def _recording(on: bool) -> Iterator[None]:
    before, mode.recording = mode.recording, on
    try:
        yield
    finally:
        mode.recording = before
