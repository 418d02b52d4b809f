"""Confidence intervals: how far a measured share or mean can be trusted."""

from __future__ import annotations

from math import fsum, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.arrays.trees import mapped
from neuropil.random import as_generator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jaxtyping import Num

    from neuropil.random import Generator

    Numpy = np.ndarray[Any, Any]

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
            Abramowitz and Stegun 26.7.5) is right to 0.05 % for confidences up to 0.95. Where
            one is not finite, both ends are NaN.
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
    with np.errstate(invalid="ignore"):
        mean, deviation = float(np.mean(values)), float(np.std(values, ddof=1))
    half = _student_quantile(confidence, n - 1) * deviation / sqrt(n)
    return mean - half, mean + half


def bootstrap_interval(
    metric: Callable[[Any, Any], Any],
    outputs: Any,
    targets: Num[Numpy, "n ..."],
    *,
    confidence: float = 0.95,
    resamples: int = 1000,
    rng: int | Generator | None = None,
) -> Interval:
    """The percentile bootstrap: how a metric spreads over samples drawn again with replacement.

    Args:
        metric: ``(outputs, targets) -> number``, of all samples.
        outputs: What the network says of n samples: an array, or a tuple of arrays.
        targets: What is right.
        confidence: The share of the resampled values that lie in the interval.
        resamples: How often n of the n samples are drawn. Values that are not defined (the ranking
            of a class that was not drawn) are left out.
        rng: A seed or a Generator.

    Raises:
        ValueError: There are fewer than two samples, not as many outputs as targets, or the metric
            is never defined; ``confidence`` is not between 0 and 1.

    References:
        B. Efron, Bootstrap methods: another look at the jackknife, 1979.

    Example:
        >>> from neuropil.training import mean_absolute_error
        >>> outputs, targets = np.zeros((100, 1)), np.linspace(-1, 1, 100)[:, None]
        >>> low, high = bootstrap_interval(mean_absolute_error, outputs, targets, rng=0)
        >>> round(low, 2), round(high, 2)
        (0.44, 0.56)
    """
    n = len(outputs[0] if isinstance(outputs, tuple) else outputs)
    if n < 2 or n != len(targets):
        raise ValueError(
            f"a bootstrap needs two or more samples, each with its target; got {n} outputs and "
            f"{len(targets)} targets"
        )
    _normal_quantile(confidence)
    generator = as_generator(rng)
    values = [
        float(metric(_taken(outputs, drawn), targets[drawn]))
        for drawn in (generator.integers(0, n, n) for _ in range(resamples))
    ]
    if np.isnan(values).all():
        raise ValueError("the metric is not defined on any of the resamples")
    low, high = np.nanquantile(values, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def _taken(outputs: Any, places: Numpy) -> Any:
    return mapped(lambda part: part[places], outputs)


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
