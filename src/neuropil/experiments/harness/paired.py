"""Claims about learning: runs with and without something, from one start, on the same data."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

from neuropil.experiments.harness.claims import Claim
from neuropil.training import mean_interval

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from jaxtyping import Float

    from neuropil.experiments.harness.experiment import Numpy

    Numbers: TypeAlias = Sequence[float] | Float[Numpy, " seeds"]


def falls(name: str, without: Numbers, with_it: Numbers) -> Claim:
    """Claim that the paired difference, with it less without, is below 0 on average.

    It holds where the 95 % interval (Student's t) of the mean difference lies below 0. Measured
    is ``[mean without, mean with it, lower end, mean, upper end]``, the last three of the
    difference.

    Args:
        name: What is claimed to fall.
        without: A number for each seed, in a list or an array.
        with_it: That of the same seed with what is examined.

    Raises:
        ValueError: The numbers are not pairs, or of fewer than five seeds.

    Example:
        >>> falls("loss", [3.0, 4.0, 3.5, 4.5, 3.2], [1.0, 1.5, 1.2, 2.0, 1.1]).holds
        True
    """
    mean, (low, high) = _difference(without, with_it)
    return _claim(name, "fall", without, with_it, (low, mean, high), holds=high < 0.0)


def rises(name: str, without: Numbers, with_it: Numbers) -> Claim:
    """Claim that the paired difference, with it less without, is above 0 on average.

    As `falls`, in the other direction.

    Example:
        >>> rises("accuracy", [0.9, 0.8, 0.9, 0.8, 0.7], [0.9, 0.8, 0.8, 0.9, 0.7]).holds
        False
    """
    mean, (low, high) = _difference(without, with_it)
    return _claim(name, "rise", without, with_it, (low, mean, high), holds=low > 0.0)


def _difference(without: Numbers, with_it: Numbers) -> tuple[float, tuple[float, float]]:
    differences = [float(y) - float(x) for x, y in zip(without, with_it, strict=True)]
    return fmean(differences), mean_interval(differences)


def _claim(
    name: str,
    change: str,
    without: Numbers,
    with_it: Numbers,
    interval: tuple[float, float, float],
    *,
    holds: bool,
) -> Claim:
    bound = "below" if change == "fall" else "above"
    expected = f"a {change} over {len(without)} pairs: 95 % interval of the difference {bound} 0"
    measured = [fmean(map(float, without)), fmean(map(float, with_it)), *interval]
    return Claim(name, expected, measured, None, holds)
