"""The Wilson interval: how far a share of successes can be trusted."""

from __future__ import annotations

from math import sqrt

NORMAL_975 = 1.959963984540054
"""The standard normal distribution's 97.5 % quantile."""


def wilson_interval(
    successes: int, trials: int, *, quantile: float = NORMAL_975
) -> tuple[float, float]:
    """The Wilson score interval of a binomial proportion, 95 % by default.

    With p = successes / trials, n = trials and z the normal quantile, it is
    (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n). Unlike p ± z √(p(1−p)/n) it is right near
    0 and 1, where the accuracies of good networks lie.

    Args:
        successes: How many were right.
        trials: Of how many.
        quantile: z; 1.96 for 95 %.

    Returns:
        Lower and upper end.

    Raises:
        ValueError: Not 0 ≤ successes ≤ trials with at least one trial.

    References:
        E. B. Wilson, Probable inference, the law of succession, and statistical inference, 1927.

    Example:
        >>> low, high = wilson_interval(356, 360)
        >>> round(low, 4), round(high, 4)
        (0.9718, 0.9957)
    """
    if not 0 <= successes <= trials or trials == 0:
        raise ValueError(f"expected 0 ≤ successes ≤ trials, got {successes} of {trials}")
    share, z2 = successes / trials, quantile**2
    centre = share + z2 / (2 * trials)
    half = quantile * sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    scale = 1 + z2 / trials
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)
