"""What weights and delays are drawn from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.graph import plain

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.random import Generator


class Distribution(ABC):
    """Where a number for each synapse comes from. Abstract."""

    @abstractmethod
    def draw(self, count: int, rng: Generator) -> Float[np.ndarray, "{count}"]:
        """So many numbers."""


@final
@dataclass(frozen=True)
class Normal(Distribution):
    """Normally distributed numbers; what falls outside of [low, high] is drawn again.

    Args:
        mean, std: Mean and standard deviation before anything is cut off.
        low, high: The bounds; a delay, say, is not below 0.

    Raises:
        ValueError: The deviation is negative, or hardly anything lies within the bounds.

    Example:
        >>> import neuropil as npl
        >>> x = Normal(1.0, 0.5, low=0.0).draw(1000, npl.Generator(0))
        >>> bool(x.min() >= 0.0), float(x.mean().round(1))
        (True, 1.0)
    """

    mean: float
    std: float
    low: float = -float("inf")
    high: float = float("inf")

    def __post_init__(self) -> None:
        if not self.std >= 0.0:
            raise ValueError(f"a standard deviation is at least 0, got {self.std}")
        if not (self.low <= self.mean <= self.high):
            raise ValueError(
                f"the mean {self.mean} is not within [{self.low}, {self.high}]: hardly anything "
                "that is drawn would be"
            )
        if self.std > 0.0 and self.high - self.low < 1e-3 * self.std:
            raise ValueError(
                f"[{self.low}, {self.high}] is too narrow for a standard deviation of {self.std}"
            )

    def draw(self, count: int, rng: Generator) -> Float[np.ndarray, "{count}"]:
        """Draw all, then those that fell outside, until none does."""
        numbers: Any = rng.normal((count,), self.mean, self.std, dtype=np.float64)
        while (outside := np.flatnonzero((numbers < self.low) | (numbers > self.high))).size:
            numbers[outside] = rng.normal((outside.size,), self.mean, self.std, dtype=np.float64)
        return np.asarray(numbers)


@final
@dataclass(frozen=True)
class Uniform(Distribution):
    """Numbers from ``low`` to below ``high``, all as likely as each other.

    Raises:
        ValueError: ``high`` is below ``low``.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"uniform needs low <= high, got {self.low} and {self.high}")

    def draw(self, count: int, rng: Generator) -> Float[np.ndarray, "{count}"]:
        """Draw them."""
        if self.low == self.high:
            return np.full(count, self.low)
        return np.asarray(rng.uniform((count,), self.low, self.high, dtype=np.float64))


def for_each(what: str, given: Any, count: int, order: Any, rng: Generator) -> Any:
    """What is given for synapses: one number for all, or an array with one for each.

    Args:
        what: What to call it in an error.
        given: A number, an array, a `Distribution`, or a function of a Generator and a count.
        count: How many synapses there are.
        order: For synapses that stand in another order than they were listed in, which is which.
        rng: What to draw from.

    Raises:
        ValueError: Another number of them than there are synapses, or one that is no number.
    """
    if isinstance(given, Distribution):
        given, order = given.draw(count, rng), None
    elif callable(given):
        given, order = given(rng, count), None
    values = np.asarray(plain(given))
    check_numbers(what, values)
    if values.ndim == 0:
        return values[()]
    if values.shape != (count,):
        raise ValueError(
            f"a {what} for each synapse is an array of {count}, got {values.shape}: they stand in "
            "the order of the rows, or of the pairs that were listed"
        )
    return values if order is None else values[order]


def check_numbers(what: str, values: Any) -> None:
    """Refuse weights or delays that are not finite numbers.

    Raises:
        ValueError: Shows the first.
    """
    if values.dtype.kind not in "fiu":
        raise ValueError(f"a {what} is a number, got {values.dtype}")
    if not np.isfinite(values).all():
        raise ValueError(f"a {what} is a finite number, got {values[~np.isfinite(values)].flat[0]}")


_MOST_STEPS = 10**6
"""Of a delay: a network keeps what arrives in each of so many steps for every cell."""


def in_steps(delay: Any, dt: float) -> Any:
    """Delays (ms) as whole time steps.

    Raises:
        ValueError: One is below 0, or longer than can be counted in steps.
    """
    steps = np.rint(np.asarray(delay) / dt)
    if not ((np.asarray(delay) >= 0.0).all() and (steps < _MOST_STEPS).all()):
        raise ValueError(
            f"a delay is from 0 to {_MOST_STEPS * dt:g} ms, got {np.min(delay)} to {np.max(delay)}"
        )
    return int(steps) if steps.ndim == 0 else steps.astype(np.int32)
