"""Which cells are connected to which: rules that give compressed rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np

from neuropil.errors import DataError

if TYPE_CHECKING:
    from jaxtyping import Int

    from neuropil.random import Generator


_PAIRS_AT_ONCE = 1 << 22  # how many are drawn together: bounds the memory that building takes


class Rows(NamedTuple):
    """The targets of each source, source after source: compressed rows.

    Attributes:
        rows: Where each row begins, and the end of the last.
        targets: The cells that receive, in ascending order within a row.
        order: Which of the pairs that a user listed each synapse is; None where none were listed.
    """

    rows: Int[np.ndarray, " sources+1"]
    targets: Int[np.ndarray, " synapses"]
    order: Int[np.ndarray, " synapses"] | None = None


class Rule(ABC):
    """Which cells are connected. Abstract."""

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
    """Every pair with the same probability, independently of the others; none twice.

    Args:
        probability: Of a pair.

    Raises:
        ValueError: It is no probability.

    Example:
        >>> import neuropil as npl
        >>> FixedProbability(0.5).rows(2, 4, npl.Generator(0)).rows.tolist()
        [0, 2, 4]
    """

    probability: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.probability <= 1.0:
            raise ValueError(f"a probability is from 0 to 1, got {self.probability}")

    def rows(self, sources: int, targets: int, rng: Generator) -> Rows:
        """Of all pairs, in order, those that win: jumps from one to the next are geometric."""
        pairs, chance = sources * targets, self.probability
        if chance == 0.0 or pairs == 0:
            return Rows(np.zeros(sources + 1, np.int64), np.zeros(0, np.int32))
        if chance == 1.0:
            return AllToAll().rows(sources, targets, rng)
        counts = np.zeros(sources, np.int64)
        parts: list[Any] = []
        last = -1
        while last < pairs:
            expected = (pairs - last) * chance
            count = min(int(expected + 6.0 * expected**0.5) + 10, _PAIRS_AT_ONCE)
            uniform = rng.uniform((count,), dtype=np.float64)
            # floats until they are cut off: a tiny probability jumps further than integers go
            jumps = np.floor(np.log1p(-uniform) / np.log1p(-chance)) + 1.0
            places = last + np.cumsum(np.minimum(jumps, pairs + 1.0))
            last = int(places[-1])
            found = places[places < pairs].astype(np.int64)
            counts += np.bincount(found // targets, minlength=sources)
            parts.append((found % targets).astype(np.int32))
        return Rows(np.concatenate([[0], np.cumsum(counts)]), np.concatenate(parts))


@final
@dataclass(frozen=True)
class FixedInDegree(Rule):
    """Every target from the same number of sources, all sets of that many as likely as each other.

    Args:
        degree: How many.
        twice: Whether a source may be connected to a target more than once: each synapse is then
            drawn by itself.

    Raises:
        ValueError: The number is below 0; or (when used) there are not that many sources.

    Example:
        >>> import neuropil as npl
        >>> import numpy as np
        >>> found = FixedInDegree(2).rows(5, 3, npl.Generator(0))
        >>> np.bincount(found.targets).tolist()
        [2, 2, 2]
    """

    degree: int
    twice: bool = False

    def __post_init__(self) -> None:
        if self.degree < 0:
            raise ValueError(f"an in-degree is at least 0, got {self.degree}")

    def rows(self, sources: int, targets: int, rng: Generator) -> Rows:
        """The sources of each target, sorted by source."""
        most = sources if not self.twice else (self.degree if sources else 0)
        if self.degree > most:
            raise ValueError(
                f"an in-degree of {self.degree} needs as many sources, got {sources}: take fewer, "
                "or allow a pair more than once (twice=True)"
            )
        at_once = max(_PAIRS_AT_ONCE // max(self.degree, 1), 1)
        chosen = [
            self._drawn(sources, min(at_once, targets - first), rng)
            for first in range(0, targets, at_once)
        ]
        pre = np.concatenate([np.zeros(0, np.int32), *chosen])
        order = np.argsort(pre, kind="stable")
        rows = np.concatenate([[0], np.cumsum(np.bincount(pre, minlength=sources))])
        return Rows(rows, (order // max(self.degree, 1)).astype(np.int32))

    def _drawn(self, sources: int, targets: int, rng: Generator) -> Any:
        """The sources of some targets, target after target."""
        if self.twice:
            return rng.integers(0, sources, (targets * self.degree,)).astype(np.int32)
        if self.degree * 2 <= sources:
            return _subsets(sources, self.degree, targets, rng).reshape(-1)
        left_out = _subsets(sources, sources - self.degree, targets, rng)
        taken = np.ones((targets, sources), dtype=bool)
        np.put_along_axis(taken, left_out, values=False, axis=1)
        return np.nonzero(taken)[1].astype(np.int32)


def _subsets(n: int, size: int, count: int, rng: Generator) -> Any:
    """Subsets of 0 … n − 1, each as likely as any other of its size.

    What is drawn twice is drawn again until nothing is: no number has a part in this that
    another has not.
    """
    subsets = np.zeros((count, size), np.int32)
    again = np.ones((count, size), dtype=bool)
    while again.any():
        subsets[again] = rng.integers(0, n, (int(again.sum()),))
        subsets.sort(axis=1)
        again[:, 1:] = subsets[:, 1:] == subsets[:, :-1]
        again[:, :1] = False
    return subsets


@final
@dataclass(frozen=True, eq=False)
class Explicit(Rule):
    """These pairs. Weights and delays of theirs are given in the same order.

    Args:
        sources, targets: The two cells of each pair, counted from 0 within the population (or the
            part of it) that is connected. A pair may be listed more than once.

    Raises:
        DataError: The two are not lists of integers of one length; or (when used) a cell is not
            there, which is named.

    Example:
        >>> found = Explicit([2, 0, 2], [1, 1, 0]).rows(3, 2, None)
        >>> found.rows.tolist(), found.targets.tolist(), found.order.tolist()
        ([0, 1, 1, 3], [1, 0, 1], [1, 2, 0])
    """

    sources: Any
    targets: Any

    def __post_init__(self) -> None:
        pre, post = np.asarray(self.sources), np.asarray(self.targets)
        whole = all(x.dtype.kind in "iu" or x.size == 0 for x in (pre, post))
        if pre.ndim != 1 or pre.shape != post.shape or not whole:
            raise DataError(
                "explicit pairs are two lists of integers of one length, got "
                f"{pre.dtype}{list(pre.shape)} and {post.dtype}{list(post.shape)}"
            )

    def rows(self, sources: int, targets: int, rng: Generator) -> Rows:  # noqa: ARG002
        """The pairs in the order of their sources, then of their targets."""
        pre, post = np.asarray(self.sources), np.asarray(self.targets)
        _check_within("source", pre, sources)
        _check_within("target", post, targets)
        order = np.lexsort((post, pre))
        rows = np.searchsorted(pre[order], np.arange(sources + 1))
        return Rows(rows, post[order].astype(np.int32), order)


def _check_within(what: str, cells: Any, count: int) -> None:
    outside = np.flatnonzero((cells < 0) | (cells >= count))
    if outside.size:
        k = int(outside[0])
        raise DataError(
            f"pair {k} has the {what} {cells[k]}, but there are {count} {what}s, counted from 0 "
            f"({outside.size} of {cells.size} pairs are outside)"
        )
