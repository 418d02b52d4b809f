"""Confidence intervals: how far a measured share or mean can be trusted."""

from __future__ import annotations

from math import fsum, sqrt
from statistics import NormalDist, fmean, stdev
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Interval = tuple[float, float]
"""Lower and upper end."""


def wilson_interval(successes: int, trials: int, *, confidence: float = 0.95) -> Interval:
    """The Wilson score interval of a binomial proportion.

    With p = successes / trials, n = trials and z the normal quantile, it is
    (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n). Unlike p ± z √(p(1−p)/n) it is right near
    0 and 1, where the accuracies of good networks lie.

    Args:
        successes: How many were right.
        trials: Of how many.
        confidence: The share of such intervals that hold the true proportion.

    Raises:
        ValueError: Not 0 ≤ successes ≤ trials with at least one trial, or ``confidence`` is not
            between 0 and 1.

    References:
        E. B. Wilson, Probable inference, the law of succession, and statistical inference, 1927.

    Example:
        >>> low, high = wilson_interval(356, 360)
        >>> round(low, 4), round(high, 4)
        (0.9718, 0.9957)
    """
    if not 0 <= successes <= trials or trials == 0:
        raise ValueError(f"expected 0 ≤ successes ≤ trials, got {successes} of {trials}")
    quantile = _normal_quantile(confidence)
    share, z2 = successes / trials, quantile**2
    centre = share + z2 / (2 * trials)
    half = quantile * sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    scale = 1 + z2 / trials
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def mean_interval(values: Sequence[float], *, confidence: float = 0.95) -> Interval:
    """Student's t interval of a mean: m ± t s/√n for a sample of n normal values.

    Args:
        values: At least five, so that t (its expansion to the fourth order in 1/(n − 1),
            Abramowitz and Stegun 26.7.5) is right to
            0.05 % for confidences up to 0.95.
        confidence: The share of such intervals that hold the true mean.

    Raises:
        ValueError: There are fewer than five values, or ``confidence`` is not between 0 and 1.

    References:
        Student, The probable error of a mean, 1908.

    Example:
        >>> low, high = mean_interval([1.0, 2.0, 3.0, 4.0, 5.0])
        >>> round(low, 2), round(high, 2)
        (1.04, 4.96)
    """
    n = len(values)
    if n < 5:
        raise ValueError(f"an interval needs at least five values, got {n}: repeat more often")
    half = _student_quantile(confidence, n - 1) * stdev(values) / sqrt(n)
    return fmean(values) - half, fmean(values) + half


def _normal_quantile(confidence: float) -> float:
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence lies between 0 and 1, got {confidence}")
    return NormalDist().inv_cdf((1.0 + confidence) / 2.0)


def _student_quantile(confidence: float, freedom: int) -> float:
    z = _normal_quantile(confidence)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + fsum(term / freedom**power for power, term in enumerate(terms, start=1))
