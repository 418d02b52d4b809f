"""Compressed rows: many short lists in one array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Int

    from neuropil.kernels.kernel import Synapses

    Numpy = np.ndarray[Any, Any]


def members(starts: Int[np.ndarray, " rows+1"], rows: Int[np.ndarray, " n"]) -> Numpy:
    """The places of all members of some rows, row after row.

    Example:
        >>> members(np.array([0, 2, 2, 5]), np.array([0, 2])).tolist()
        [0, 1, 2, 3, 4]
    """
    first: Numpy = starts[rows]
    lengths = starts[rows + 1] - first
    ends = np.cumsum(lengths)
    places: Numpy = np.arange(ends[-1] if ends.size else 0)
    places += np.repeat(first - ends + lengths, lengths)
    return places


def rows_of(starts: Int[np.ndarray, " rows+1"], places: Int[np.ndarray, " n"]) -> Numpy:
    """The row in which each place is.

    Example:
        >>> rows_of(np.array([0, 2, 2, 5]), np.array([0, 1, 2, 4])).tolist()
        [0, 0, 2, 2]
    """
    rows: Numpy = np.searchsorted(starts, places, side="right") - 1
    return rows


class Columns(NamedTuple):
    """The synapses onto each target, target after target."""

    starts: Int[np.ndarray, " targets+1"]
    synapses: Int[np.ndarray, " synapses"]


def columns(table: Synapses, targets: int) -> Columns:
    """The synapses of a table by target instead of by source."""
    counts = np.bincount(table.targets, minlength=targets)
    return Columns(
        np.concatenate([[0], np.cumsum(counts)]), np.argsort(table.targets, kind="stable")
    )
