"""Sums over the ways at each end, for libraries that compute with whole arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.arrays import Array, extras, namespace

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    Numpy = np.ndarray[Any, Any]

_MOST_PADDING = 4  # places of the padded rows for each way: beyond, scattering is less work


@final
class PaddedRows:
    """The ways that meet at each end, as rows of one length that are read and added up.

    To read at all places of an array and sum is many times faster than to scatter what stands
    there, and adds in an order that does not change from run to run.

    Args:
        ends: At which end each way is summed.
        others: Where it reads: its other end.
        size: How many ends there are.
        most: How many other ends.

    Example:
        >>> rows = PaddedRows(np.array([0, 0, 2]), np.array([1, 0, 1]), 3, 2)
        >>> rows.summed(np.array([1.0, 10.0]), np.array([1.0, 2.0, 3.0])).tolist()
        [12.0, 0.0, 30.0]
    """

    def __init__(
        self,
        ends: Int[np.ndarray, " ways"],
        others: Int[np.ndarray, " ways"],
        size: int,
        most: int,
    ) -> None:
        self._ends, self._others, self._size = ends, others, size
        counts = np.bincount(ends, minlength=size)
        shape = size, int(counts.max(initial=0))
        self._padded = shape[0] * shape[1] <= _MOST_PADDING * len(ends)
        if self._padded:
            order = np.argsort(ends, kind="stable")
            column = np.arange(len(ends)) - np.repeat(np.cumsum(counts) - counts, counts)
            at = ends[order], column
            self._reads, self._ways = np.full(shape, most), np.full(shape, len(ends))
            self._reads[at], self._ways[at] = others[order], order

    def summed(
        self, amounts: Float[Array, " others"], weights: Float[Array, " ways"] | Float[Array, ""]
    ) -> Float[Array, " ends"]:
        """For each end, the sum of amount · weight over its ways; weights may be one for all."""
        xp, more = namespace(amounts, weights), extras(amounts, weights)
        if not self._padded:
            each = xp.take(more.once(amounts), self._others) * weights
            return more.scatter_add(each, (self._size,), (self._ends,), unique=False)
        each = _read(amounts, self._reads)
        each = each * (_read(weights, self._ways) if weights.ndim else weights)
        return xp.sum(each, axis=1)


def _read(values: Array, places: Numpy) -> Array:
    """The values at some places, 0 where a place is one too many."""
    xp = namespace(values)
    # Else XLA would compute a value again for every place that it is read at.
    padded = extras(values).once(xp.concat([values, xp.zeros(1, dtype=values.dtype)]))
    return xp.take(padded, places)
