"""What the spikes of many cells have in common: rates, irregularity, correlation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    Numpy = np.ndarray[Any, Any]


def interval_cvs(
    times: Float[np.ndarray, " spikes"], cells: Int[np.ndarray, " spikes"], size: int
) -> Float[np.ndarray, "{size}"]:
    """The coefficient of variation (standard deviation over mean) of each cell's intervals.

    0 for a clock, 1 on average for a Poisson process. NaN for a cell of fewer than three spikes.

    Example:
        >>> interval_cvs(np.array([1.0, 2.0, 4.0, 4.0]), np.array([0, 0, 0, 1]), 2).round(2)
        array([0.33,  nan])
    """
    order = np.lexsort((times, cells))
    sorted_times, sorted_cells = times[order], cells[order]
    within = sorted_cells[1:] == sorted_cells[:-1]
    intervals, owners = np.diff(sorted_times)[within], sorted_cells[1:][within]
    counts = np.bincount(owners, minlength=size)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.bincount(owners, intervals, size) / counts
        squares = np.bincount(owners, (intervals - means[owners]) ** 2, size)
        cvs: Numpy = np.where(counts >= 2, np.sqrt(squares / counts) / means, np.nan)
    return cvs


def counts_in_bins(
    times: Float[np.ndarray, " spikes"],
    cells: Int[np.ndarray, " spikes"],
    size: int,
    start: float,
    stop: float,
    width: float,
) -> Int[np.ndarray, "{size} bins"]:
    """How many spikes each cell has in each whole bin of ``width`` ms from ``start`` on.

    Example:
        >>> counts_in_bins(np.array([1.0, 2.0, 4.0]), np.array([0, 0, 1]), 2, 0.0, 6.0, 3.0)
        array([[2, 0],
               [0, 1]])
    """
    bins = int((stop - start) / width + 1e-9)
    # a spike at the end of a step belongs to the step: the bins are open below, closed above
    at = np.ceil((times - start) / width - 1e-9).astype(np.int64) - 1
    inside = (at >= 0) & (at < bins)
    counts: Numpy = np.bincount(cells[inside] * bins + at[inside], minlength=size * bins)
    return counts.reshape(size, bins)


def correlations(counts: Int[np.ndarray, "cells bins"]) -> Float[np.ndarray, "cells cells"]:
    """Pearson's correlation of the counts of each pair; NaN for cells whose counts are all alike.

    Example:
        >>> correlations(np.array([[0, 1, 2], [2, 1, 0], [1, 1, 1]])).round(6)
        array([[ 1., -1., nan],
               [-1.,  1., nan],
               [nan, nan, nan]])
    """
    z = _standardised(counts)
    pairs: Numpy = z @ z.T / counts.shape[1]
    return pairs


def mean_correlation(counts: Int[np.ndarray, "cells bins"]) -> float:
    """The mean correlation over all pairs of two different cells whose counts vary.

    (⟨(Σ z)²⟩ − n)/(n(n − 1)) for standardised counts z: as long as a list of the counts, not of
    the pairs. NaN for fewer than two such cells.
    """
    z = _standardised(counts)
    z = z[~np.isnan(z).any(axis=1)]
    n = len(z)
    if n < 2:
        return float("nan")
    return float((np.mean(z.sum(axis=0) ** 2) - n) / (n * (n - 1)))


def _standardised(counts: Numpy) -> Numpy:
    centred = counts - counts.mean(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        z: Numpy = centred / np.sqrt(np.mean(centred**2, axis=1, keepdims=True))
    return z
