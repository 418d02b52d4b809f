"""An array as a set: its distinct elements, and membership. NaN is never equal to NaN.

The distinct elements are read from the array by index, so that each is differentiable with
respect to its first occurrence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from neuropil.arrays import Array, namespace
from neuropil.graph import pick, primitive
from neuropil.ops.indexing import getitem
from neuropil.ops.shape import reshape

if TYPE_CHECKING:
    from jaxtyping import Bool, Integer, Shaped


class UniqueAllResult(NamedTuple):
    """What `unique_all` returns."""

    values: Shaped[Array, "k"]
    indices: Integer[Array, "k"]
    inverse_indices: Integer[Array, "..."]
    counts: Integer[Array, "k"]


class UniqueCountsResult(NamedTuple):
    """What `unique_counts` returns."""

    values: Shaped[Array, "k"]
    counts: Integer[Array, "k"]


class UniqueInverseResult(NamedTuple):
    """What `unique_inverse` returns."""

    values: Shaped[Array, "k"]
    inverse_indices: Integer[Array, "..."]


@primitive()
def _unique(x: Array, /) -> tuple[Array, Array, Array]:
    _, indices, inverse_indices, counts = namespace(x).unique_all(x)
    return indices, inverse_indices, counts


def unique_all(x: Shaped[Array, "..."], /) -> UniqueAllResult:
    """The distinct elements, where each occurs first, which of them is where, how often each is.

    ``values[inverse_indices]`` is x again.

    Example:
        >>> import numpy as np
        >>> values, indices, inverse_indices, counts = unique_all(np.array([2, 1, 2]))
        >>> values.tolist(), indices.tolist(), inverse_indices.tolist(), counts.tolist()
        ([1, 2], [1, 0], [1, 0, 1], [1, 2])
    """
    found = _unique(x)
    indices, inverse_indices, counts = (pick(found, i) for i in range(3))
    values = getitem(reshape(x, shape=(-1,)), indices)
    return UniqueAllResult(values, indices, inverse_indices, counts)


def unique_counts(x: Shaped[Array, "..."], /) -> UniqueCountsResult:
    """The distinct elements in ascending order, and how often each occurs."""
    values, _, _, counts = unique_all(x)
    return UniqueCountsResult(values, counts)


def unique_inverse(x: Shaped[Array, "..."], /) -> UniqueInverseResult:
    """The distinct elements in ascending order, and which of them is where."""
    values, _, inverse_indices, _ = unique_all(x)
    return UniqueInverseResult(values, inverse_indices)


def unique_values(x: Shaped[Array, "..."], /) -> Shaped[Array, "k"]:
    """The distinct elements in ascending order."""
    return unique_all(x).values


@primitive()
def isin(
    x1: Shaped[Array, "..."], x2: Shaped[Array, "..."], /, *, invert: bool = False
) -> Bool[Array, "..."]:
    """Whether each element of ``x1`` is an element of ``x2`` (``invert``: is none)."""
    return namespace(x1, x2).isin(x1, x2, invert=invert)
