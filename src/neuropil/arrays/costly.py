"""Results that are dear to compute: a loop keeps them, and goes through its steps again without.

Backpropagation through time repeats every step, to have its graph. What the products of matrices
gave the first time can be handed to them then.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from neuropil.arrays.namespace import Array


class _Memory(threading.local):
    kept: list[Array] | None = None
    known: Iterator[Array] | None = None


_memory = _Memory()


def costly(compute: Callable[..., Array], *args: Any) -> Array:
    """``compute(*args)``; kept while `keeping`, and not computed while `recalling`."""
    if _memory.known is not None:
        for result in _memory.known:
            return _own(result)
        raise RuntimeError("a step computes more than when its results were kept")
    result = compute(*args)
    if _memory.kept is not None:
        _memory.kept.append(_own(result))
    return result


def _own(result: Array) -> Array:
    """A copy of what can be changed in place."""
    return result.copy() if isinstance(result, np.ndarray) else result


@contextmanager
def keeping() -> Iterator[list[Array]]:
    """Collect the costly results of the block, in the order in which they are computed."""
    before = _memory.kept, _memory.known
    _memory.kept, _memory.known = [], None
    try:
        yield _memory.kept
    finally:
        _memory.kept, _memory.known = before


@contextmanager
def recalling(results: Sequence[Array]) -> Iterator[None]:
    """Hand out these results, in this order, instead of computing them.

    Raises:
        RuntimeError: The block did not ask for all of them: it is not what they were kept from.
    """
    before = _memory.kept, _memory.known
    _memory.kept, _memory.known = None, iter(results)
    try:
        yield
        if next(_memory.known, None) is not None:
            raise RuntimeError("a step computed less than when its results were kept")
    finally:
        _memory.kept, _memory.known = before
