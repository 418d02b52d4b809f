"""How regular spikes are: statistics of inter-spike intervals and of counts.

Each is not a number where there are too few intervals or spikes to tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int


def cv(intervals: Float[np.ndarray, " n"]) -> float:
    """The coefficient of variation: the standard deviation of the intervals over their mean.

    0 for a clock, 1 for a Poisson process. It takes two intervals, and a mean above 0.

    Example:
        >>> round(cv(np.array([1.0, 3.0])), 3)
        0.5
    """
    if intervals.size < 2 or not intervals.mean() > 0.0:
        return float("nan")
    return float(intervals.std() / intervals.mean())


def cv2(intervals: Float[np.ndarray, " n"]) -> float:
    """The mean of 2 |Iᵢ₊₁ − Iᵢ|/(Iᵢ₊₁ + Iᵢ), which slow changes of the rate do not raise.

    It takes two intervals; pairs of length 0 do not differ.

    References:
        G. R. Holt, W. R. Softky, C. Koch and R. J. Douglas, Comparison of discharge variability in
        vitro and in vivo in cat visual cortex neurons, 1996.
    """
    return float(np.mean(2.0 * contrasts(intervals))) if intervals.size > 1 else float("nan")


def lv(intervals: Float[np.ndarray, " n"]) -> float:
    """The mean of 3 ((Iᵢ − Iᵢ₊₁)/(Iᵢ + Iᵢ₊₁))², 0 for a clock and 1 for a Poisson process.

    It takes two intervals; pairs of length 0 do not differ.

    References:
        S. Shinomoto, K. Shima and J. Tanji, Differences in spiking patterns among cortical
        neurons, 2003.
    """
    return float(np.mean(3.0 * contrasts(intervals) ** 2)) if intervals.size > 1 else float("nan")


def contrasts(intervals: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n-1"]:
    """|Iᵢ₊₁ − Iᵢ|/(Iᵢ₊₁ + Iᵢ) of neighbouring intervals."""
    sums = intervals[1:] + intervals[:-1]
    differences = np.abs(np.diff(intervals))
    found: Float[np.ndarray, " n-1"] = np.zeros_like(differences)
    np.divide(differences, sums, out=found, where=sums > 0.0)
    return found


def fano_factor(counts: Int[np.ndarray, " windows"]) -> float:
    """The variance of counts over their mean: 0 for a constant count, 1 for a Poisson process.

    Example:
        >>> fano_factor(np.array([1, 3]))
        0.5
    """
    if counts.size == 0 or not counts.mean() > 0.0:
        return float("nan")
    return float(counts.var() / counts.mean())
