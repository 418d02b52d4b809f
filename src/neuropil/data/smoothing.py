"""Smoothing of counted symbols: what is given to those that were not counted.

The probability of a symbol c after some symbols h is mixed from what was counted after h and the
probability after a shorter context h'. Chen and Goodman 1999, "An empirical study of smoothing
techniques for language modeling", compare the ways.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any, ClassVar, final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float, Int

    Numpy = np.ndarray[Any, Any]
    Places = Int[Numpy, " n"]


@dataclass(frozen=True)
class Counts:
    """What was counted of each symbol that is predicted.

    Attributes:
        pair: How often the symbol followed its context, n(hc).
        context: How often the context was followed by anything, n(h).
        once: By how many symbols the context was followed once.
        twice: By how many, twice.
        more: By how many, more often.
        totals: How many pairs were counted once, twice, three and four times.
    """

    pair: Places
    context: Places
    once: Places
    twice: Places
    more: Places
    totals: tuple[int, int, int, int]

    @property
    def followers(self) -> Places:
        """By how many different symbols the context was followed, t(h)."""
        return self.once + self.twice + self.more


class Smoothing(ABC):
    """A way to mix counts and the probability after a shorter context.

    Attributes:
        continuations: Whether shorter contexts are counted as Kneser and Ney 1995 do: not how
            often hc occurred, but after how many different symbols.
    """

    continuations: ClassVar[bool] = False

    @abstractmethod
    def mixed(self, counts: Counts, shorter: Float[Numpy, " n"]) -> Float[Numpy, " n"]:
        """p(c | h) from the counts and p(c | h'); the latter where h never occurred."""


@final
@dataclass(frozen=True)
class Additive(Smoothing):
    """(n(hc) + s p(c | h')) / (n(h) + s): s more symbols, as the shorter context has them.

    Args:
        strength: s.

    Raises:
        ValueError: s is not positive and finite.
    """

    strength: float

    def __post_init__(self) -> None:
        if not 0.0 < self.strength < inf:
            raise ValueError(f"Additive needs a finite strength > 0, got {self.strength}")

    def mixed(self, counts: Counts, shorter: Float[Numpy, " n"]) -> Float[Numpy, " n"]:
        """p(c | h)."""
        return (counts.pair + self.strength * shorter) / (counts.context + self.strength)


@final
@dataclass(frozen=True)
class WittenBell(Smoothing):
    """(n(hc) + t(h) p(c | h')) / (n(h) + t(h)); method C of Witten and Bell 1991."""

    def mixed(self, counts: Counts, shorter: Float[Numpy, " n"]) -> Float[Numpy, " n"]:
        """p(c | h)."""
        whole = counts.context + counts.followers
        mixture = (counts.pair + counts.followers * shorter) / np.maximum(whole, 1)
        return np.where(whole > 0, mixture, shorter)


class Discount(Smoothing):
    """(n(hc) − d + freed p(c | h')) / n(h): of each count a part goes to what was not counted."""

    @abstractmethod
    def discounts(self, counts: Counts) -> tuple[float, float, float]:
        """What is taken from counts of 1, of 2 and of 3 or more."""

    def mixed(self, counts: Counts, shorter: Float[Numpy, " n"]) -> Float[Numpy, " n"]:
        """p(c | h)."""
        taken = self.discounts(counts)
        kept = counts.pair - np.array([0.0, *taken])[np.minimum(counts.pair, 3)]
        followers = (counts.once, counts.twice, counts.more)
        freed = sum(d * n for d, n in zip(taken, followers, strict=True))
        mixture = (kept + freed * shorter) / np.maximum(counts.context, 1)
        return np.where(counts.context > 0, mixture, shorter)


@final
@dataclass(frozen=True)
class KneserNey(Discount):
    """One discount for every count; Kneser and Ney 1995, interpolated.

    Args:
        discount: d. With 0 nothing would be left for what was not counted.

    Raises:
        ValueError: d is not above 0 or above 1.
    """

    discount: float
    continuations = True

    def __post_init__(self) -> None:
        if not 0.0 < self.discount <= 1.0:
            raise ValueError(f"KneserNey needs a discount above 0 and up to 1, got {self.discount}")

    def discounts(self, counts: Counts) -> tuple[float, float, float]:  # noqa: ARG002
        """Thrice the same."""
        return self.discount, self.discount, self.discount


@final
@dataclass(frozen=True)
class ModifiedKneserNey(Discount):
    """Discounts k − (k + 1) y nₖ₊₁/nₖ with y = n₁/(n₁ + 2 n₂), where nₖ pairs were counted k times.

    Chen and Goodman 1999, equation 17.
    """

    continuations = True

    def discounts(self, counts: Counts) -> tuple[float, float, float]:
        """Those of these counts."""
        n = [max(total, 1) for total in counts.totals]
        y = n[0] / (n[0] + 2 * n[1])
        d = [k - (k + 1) * y * n[k] / n[k - 1] for k in (1, 2, 3)]
        one, two, more = (min(max(value, 0.0), float(k)) for k, value in enumerate(d, start=1))
        return one, two, more


SMOOTHINGS: Sequence[Smoothing] = (
    *(Additive(strength) for strength in (0.3, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)),
    WittenBell(),
    *(KneserNey(round(0.05 * n, 2)) for n in range(8, 20)),
    ModifiedKneserNey(),
)
"""Those that `count_model.best_smoothing` tries."""
