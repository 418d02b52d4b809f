"""Looking on while modules are called: for summaries, activations, and where a NaN came up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any

Observer = Callable[[Any, tuple[Any, ...], Any], None]
"""Is told of the module that was called, its inputs and its output."""

observers: list[tuple[int, Observer]] = []
"""Who looks on, with the thread they look at. Empty almost always: a call checks just that."""


@contextmanager
def observe(callback: Observer) -> Iterator[None]:
    """Call ``callback(module, inputs, output)`` after every call of a module in this thread.

    A module is reported after the modules it called itself.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> net = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
        >>> with nn.observe(lambda module, inputs, output: print(type(module).__name__)):
        ...     y = net(np.zeros((1, 2, 2), np.float32))
        Flatten
        Linear
        Sequential
    """
    entry = (get_ident(), callback)
    observers.append(entry)
    try:
        yield
    finally:
        observers.remove(entry)


def notify(module: object, inputs: tuple[Any, ...], output: Any) -> None:
    """Tell the observers of this thread of one call."""
    thread = get_ident()
    for owner, callback in tuple(observers):
        if owner == thread:
            callback(module, inputs, output)
