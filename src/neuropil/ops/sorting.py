"""Putting elements in order. Equal ones stay in the order they came, as their cotangents do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuropil.arrays import Array, namespace
from neuropil.graph import primitive
from neuropil.ops.indexing import take_along_axis

if TYPE_CHECKING:
    from jaxtyping import Integer, Num


def _sort_vjp(s: Array, y: Array, x: Array, axis: int = -1, **order: bool) -> Array:
    """Each cotangent back to where its element came from: the inverse permutation."""
    places = argsort(argsort(x, axis=axis, **order), axis=axis)
    return take_along_axis(s, places, axis=axis)


@primitive(vjps=(_sort_vjp,))
def sort(
    x: Num[Array, "..."], /, *, axis: int = -1, descending: bool = False, stable: bool = True
) -> Num[Array, "..."]:
    """The elements in ascending order along ``axis`` (``descending``: from the largest down).

    Example:
        >>> import numpy as np
        >>> sort(np.array([2.0, 3.0, 1.0]), descending=True).tolist()
        [3.0, 2.0, 1.0]
    """
    xp = namespace(x)
    ascending = xp.sort(x, axis=axis, stable=stable)
    return xp.flip(ascending, axis=axis) if descending else ascending


@primitive()
def argsort(
    x: Num[Array, "..."], /, *, axis: int = -1, descending: bool = False, stable: bool = True
) -> Integer[Array, "..."]:
    """The indices that put x in order along ``axis``; equal elements keep theirs.

    Example:
        >>> import numpy as np
        >>> argsort(np.array([2, 1, 2]), descending=True).tolist()
        [0, 2, 1]
    """
    xp = namespace(x)
    if not descending:
        return xp.argsort(x, axis=axis, stable=stable)
    backwards = xp.argsort(xp.flip(x, axis=axis), axis=axis, stable=stable)
    return x.shape[axis] - 1 - xp.flip(backwards, axis=axis)


@primitive()
def _searchsorted(x1: Array, x2: Array, sorter: Array, /, side: str) -> Array:
    return namespace(x1, x2).searchsorted(x1, x2, side=side, sorter=sorter)


def searchsorted(
    x1: Num[Array, "n"],
    x2: Num[Array, "..."],
    /,
    *,
    side: Any = "left",
    sorter: Integer[Array, "n"] | None = None,
) -> Integer[Array, "..."]:
    """Where to insert each element of ``x2`` into the sorted vector ``x1`` to keep it sorted.

    Before elements that are equal (``side="left"``) or after them (``"right"``); ``sorter`` are
    the indices that would sort ``x1``.

    Example:
        >>> import numpy as np
        >>> searchsorted(np.array([1.0, 2.0, 3.0]), np.array([0.5, 2.0, 9.0])).tolist()
        [0, 1, 3]
    """
    return _searchsorted(x1, x2, sorter, side=side)
