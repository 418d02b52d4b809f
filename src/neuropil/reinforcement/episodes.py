"""Episodes that were played: what was seen, what was done, and what was received for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float, Int, Shaped

    Numpy = np.ndarray[Any, Any]


@final
@dataclass(frozen=True, eq=False)
class Episodes:
    """The steps of some episodes, one episode after the other.

    Attributes:
        observations: What was seen before each step.
        actions: What was done, counted from 0.
        rewards: What came of it.
        lengths: How many steps each episode has.

    Raises:
        ShapeError: The lengths are not those of as many steps, or an episode has none.

    Example:
        >>> steps = np.zeros((5, 2)), np.zeros(5, int), np.array([1.0, 1.0, 1.0, 2.0, 4.0])
        >>> played = Episodes(*steps, lengths=np.array([3, 2]))
        >>> played.returns.tolist(), played.returns_to_go(0.5).tolist()
        ([3.0, 6.0], [1.75, 1.5, 1.0, 4.0, 4.0])
    """

    observations: Shaped[Numpy, "steps *shape"]
    actions: Int[Numpy, " steps"]
    rewards: Float[Numpy, " steps"]
    lengths: Int[Numpy, " episodes"]

    def __post_init__(self) -> None:
        counts = [len(part) for part in (self.observations, self.actions, self.rewards)]
        if not np.all(self.lengths >= 1) or counts != [self.lengths.sum()] * 3:
            raise ShapeError(
                "episodes have a step at least, and an observation, an action and a reward for "
                f"each: got {', '.join(map(str, counts))} of these and the lengths {self.lengths}"
            )

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def returns(self) -> Float[Numpy, " episodes"]:
        """The sum of the rewards of each episode."""
        starts = np.cumsum(self.lengths) - self.lengths
        return np.add.reduceat(self.rewards, starts)

    @property
    def moments(self) -> Int[Numpy, " steps"]:
        """Which step of its episode each one is, from 0."""
        return np.nonzero(self._there())[1]

    def returns_to_go(self, discount: float = 1.0) -> Float[Numpy, " steps"]:
        """G_t = Σ_k γᵏ r_{t+k} of each step, to the end of its episode."""
        there = self._there()
        rewards = np.zeros(there.shape)
        rewards[there] = self.rewards
        to_go, following = np.empty_like(rewards), np.zeros(len(self))
        for moment in reversed(range(there.shape[1])):
            following = to_go[:, moment] = rewards[:, moment] + discount * following
        return to_go[there]

    def _there(self) -> Numpy:
        """Episodes as rows of steps, shorter ones filled up: which steps are there."""
        there: Numpy = np.arange(self.lengths.max()) < self.lengths[:, None]
        return there


def joined(parts: Sequence[Episodes]) -> Episodes:
    """The episodes of all parts."""
    names = ("observations", "actions", "rewards", "lengths")
    return Episodes(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
