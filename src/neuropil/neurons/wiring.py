"""Which cells are connected to which: rules that give compressed rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Int

    from neuropil.random import Generator


class Rows(NamedTuple):
    """The targets of each source, source after source: compressed rows."""

    rows: Int[np.ndarray, " sources+1"]
    targets: Int[np.ndarray, " synapses"]


class Rule(ABC):
    """How cells are connected. Abstract."""

    @abstractmethod
    def rows(self, sources: int, targets: int, rng: Generator) -> Rows:
        """The targets (0, 1, …) of each source."""


@final
@dataclass(frozen=True)
class AllToAll(Rule):
    """Every source to every target.

    Example:
        >>> AllToAll().rows(2, 3, None).targets.tolist()
        [0, 1, 2, 0, 1, 2]
    """

    def rows(self, sources: int, targets: int, rng: Generator) -> Rows:  # noqa: ARG002
        """Full rows."""
        every = np.tile(np.arange(targets, dtype=np.int32), sources)
        return Rows(np.arange(sources + 1) * targets, every)


@final
@dataclass(frozen=True)
class OneToOne(Rule):
    """The first source to the first target, the second to the second, and so on.

    Raises:
        ValueError: (when used) There are not as many sources as targets.
    """

    def rows(self, sources: int, targets: int, rng: Generator) -> Rows:  # noqa: ARG002
        """Rows of one."""
        if sources != targets:
            raise ValueError(
                f"one to one needs as many sources as targets, got {sources} and {targets}: take "
                "slices of one length"
            )
        return Rows(np.arange(sources + 1), np.arange(targets, dtype=np.int32))


@final
@dataclass(frozen=True)
class FixedProbability(Rule):
    """Every pair with the same probability, independently of the others.

    The length of each row is drawn from the binomial distribution, then so many targets without
    one twice.

    Args:
        probability: Of a pair.

    Raises:
        ValueError: It is no probability.
    """

    probability: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.probability <= 1.0:
            raise ValueError(f"a probability is from 0 to 1, got {self.probability}")

    def rows(self, sources: int, targets: int, rng: Generator) -> Rows:
        """The distances from one synapse to the next are geometric."""
        return _bernoulli(sources, targets, self.probability, rng)


def _bernoulli(sources: int, targets: int, probability: float, rng: Generator) -> Rows:
    """Of all pairs, in order, those that win: jumps from one to the next are geometric."""
    pairs = sources * targets
    if probability == 0.0 or pairs == 0:
        return Rows(np.zeros(sources + 1, np.int64), np.zeros(0, np.int32))
    if probability == 1.0:
        return AllToAll().rows(sources, targets, rng)
    found: list[Any] = []
    last = -1
    expected = pairs * probability
    while last < pairs:
        count = int(expected + 6.0 * np.sqrt(expected) + 10.0)
        uniform = rng.uniform((count,), dtype=np.float64)
        jumps = np.floor(np.log1p(-uniform) / np.log1p(-probability)).astype(np.int64) + 1
        places = last + np.cumsum(jumps)
        found.append(places)
        last = int(places[-1])
    places = np.concatenate(found)
    places = places[places < pairs]
    rows = np.searchsorted(places, np.arange(sources + 1) * targets)
    return Rows(rows, (places % targets).astype(np.int32))


@final
@dataclass(frozen=True)
class Explicit(Rule):
    """These pairs.

    Args:
        sources, targets: The two cells of each pair.
    """

    sources: Any
    targets: Any

    def rows(self, sources: int, targets: int, rng: Generator) -> Rows:  # noqa: ARG002
        """The pairs in the order of their sources."""
        pre, post = np.asarray(self.sources), np.asarray(self.targets)
        order = np.argsort(pre, kind="stable")
        rows = np.searchsorted(pre[order], np.arange(sources + 1))
        return Rows(rows, post[order].astype(np.int32))
