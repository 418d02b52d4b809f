"""What spikes add to their targets: products with sparse matrices, and their derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.arrays import Array, namespace
from neuropil.graph import primitive
from neuropil.kernels.compressed_rows import members
from neuropil.kernels.padded_rows import PaddedRows

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    Numpy = np.ndarray[Any, Any]


@final
@dataclass(frozen=True, eq=False)
class Ways:
    """The ways from sources to places, in compressed rows: a sparse matrix without its weights.

    Attributes:
        rows: Where each source's row begins, and the end of the last.
        sources: Where each way begins.
        places: Where it ends.
        size: How many places there are.
    """

    rows: Int[np.ndarray, " sources+1"]
    sources: Int[np.ndarray, " ways"]
    places: Int[np.ndarray, " ways"]
    size: int

    @classmethod
    def of(
        cls, rows: Int[np.ndarray, " sources+1"], places: Int[np.ndarray, " ways"], size: int
    ) -> Ways:
        """With the source of each way, which follows from the rows."""
        sources = np.repeat(np.arange(len(rows) - 1), np.diff(rows))
        return cls(rows, sources, places.astype(np.intp), size)

    @cached_property
    def by_place(self) -> PaddedRows:
        """The ways that end at each place."""
        return PaddedRows(self.places, self.sources, self.size, len(self.rows) - 1)

    @cached_property
    def by_source(self) -> PaddedRows:
        """The ways that begin at each source."""
        return PaddedRows(self.sources, self.places, len(self.rows) - 1, self.size)


@primitive(
    vjps=(
        lambda s, y, amounts, weights, ways: _received(s, weights, ways=ways),  # type: ignore[has-type]
        lambda s, y, amounts, weights, ways: _paired(amounts, s, ways=ways),  # type: ignore[has-type]
    )
)
def _sent(amounts: Array, weights: Array, /, ways: Ways) -> Array:
    """Wᵀ a. NumPy goes through the rows of those sources only that send anything."""
    if namespace(amounts, weights) is not np:
        return ways.by_place.summed(amounts, weights)
    active = np.flatnonzero(amounts)
    few = 2 * len(active) < len(amounts)
    among: Any = members(ways.rows, active) if few else slice(None)
    each = amounts.take(ways.sources[among]) * (weights[among] if weights.ndim else weights)
    total = np.bincount(ways.places[among], each, minlength=ways.size)
    return total.astype(each.dtype, copy=False)


@primitive(
    vjps=(
        lambda s, y, amounts, weights, ways: _sent(s, weights, ways=ways),
        lambda s, y, amounts, weights, ways: _paired(s, amounts, ways=ways),  # type: ignore[has-type]
    )
)
def _received(amounts: Array, weights: Array, /, ways: Ways) -> Array:
    """W a: for each source, the sum over the places it reaches."""
    if namespace(amounts, weights) is not np:
        return ways.by_source.summed(amounts, weights)
    each = amounts.take(ways.places) * weights
    total = np.zeros(len(ways.rows) - 1, each.dtype)
    filled = np.flatnonzero(np.diff(ways.rows))
    total[filled] = np.add.reduceat(each, ways.rows[filled]) if len(filled) else 0.0
    return total


@primitive(
    vjps=(
        lambda s, y, at_sources, at_places, ways: _received(at_places, s, ways=ways),
        lambda s, y, at_sources, at_places, ways: _sent(at_sources, s, ways=ways),
    )
)
def _paired(at_sources: Array, at_places: Array, /, ways: Ways) -> Array:
    """For each way the product of what is at its two ends."""
    xp = namespace(at_sources, at_places)
    product: Array = xp.take(at_sources, ways.sources) * xp.take(at_places, ways.places)
    return product


def sent(
    amounts: Float[Array, " sources"], weights: Float[Array, " ways"] | Float[Array, ""], ways: Ways
) -> Float[Array, " size"]:
    """Σ amount · weight over the ways that end at each place: Wᵀ a.

    Its derivatives are products with the same matrix: W s with respect to the amounts, and one
    number a way, the amount at its beginning times s at its end, with respect to the weights.

    Args:
        amounts: What each source sends, such as 1 for a spike.
        weights: One for each way, or one for all of them.
        ways: From where to where.

    Example:
        >>> ways = Ways.of(np.array([0, 2, 3]), np.array([0, 2, 2]), 3)
        >>> sent(np.array([1.0, 2.0]), np.array([10.0, 20.0, 30.0]), ways).tolist()
        [10.0, 0.0, 80.0]
    """
    if weights.ndim == 0:  # then its derivative needs no array with an element for each way
        amounts, weights = amounts * weights, np.ones(())
    total: Array = _sent(amounts, weights, ways=ways)
    return total
