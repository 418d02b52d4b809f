"""Baselines: what return is to be expected, so that actions are judged by the difference."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.errors import ShapeError
from neuropil.graph import plain
from neuropil.nn.functional import mse_loss
from neuropil.nn.modes import inference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float

    from neuropil.nn import Module
    from neuropil.optim import Optimizer
    from neuropil.reinforcement.episodes import Episodes
    from neuropil.training import Stateful

    Numpy = np.ndarray[Any, Any]


class Baseline(ABC):
    """What is subtracted from returns.

    Whatever does not depend on the action may be, without changing the mean of the gradient:
    E[b(s) ∇ ln π(a|s)] = 0. It changes the variance.
    """

    @abstractmethod
    def expected(self, episodes: Episodes, to_go: Float[Numpy, " steps"]) -> Float[Numpy, " steps"]:
        """What return was to be expected at each step.

        Args:
            episodes: What was played.
            to_go: The discounted return from each step on.
        """

    @abstractmethod
    def learn(self, episodes: Episodes, to_go: Float[Numpy, " steps"]) -> None:
        """Expect such returns in the future; called after the policy has learned from them."""

    def parts(self) -> Mapping[str, Stateful]:
        """What it has learned, by name, for checkpoints."""
        return {}


@final
class MeanReturn(Baseline):
    """The mean, over the episodes played together, of the returns from the same moment on.

    The episode's own return is one of them: of n, a difference is 1 − 1/n of that from the mean of
    the others, which would not depend on its actions.

    Example:
        >>> from neuropil.reinforcement import Episodes
        >>> steps = np.zeros((3, 1)), np.zeros(3, int), np.array([1.0, 1.0, 6.0])
        >>> played = Episodes(*steps, lengths=np.array([2, 1]))
        >>> MeanReturn().expected(played, played.returns_to_go()).tolist()
        [4.0, 1.0, 4.0]
    """

    def expected(self, episodes: Episodes, to_go: Float[Numpy, " steps"]) -> Float[Numpy, " steps"]:
        """b_t = mean of G_t over the episodes that have a step t."""
        moments = episodes.moments
        means = np.bincount(moments, to_go) / np.bincount(moments)
        return means[moments]

    def learn(self, episodes: Episodes, to_go: Float[Numpy, " steps"]) -> None:
        """Nothing: the next episodes have a mean of their own."""


@final
class LearnedValue(Baseline):
    """A network from observations to the return to be expected, fitted to those that came.

    Args:
        net: Gives one number for each observation: (n, *shape) to (n, 1).
        optimizer: Of its parameters.
        steps: How many steps it takes on each batch of episodes.

    Raises:
        ValueError: ``steps`` is below 1: nothing would be learned.

    Example:
        >>> from neuropil import nn, optim
        >>> net = nn.Linear(4, 1, rng=0)
        >>> LearnedValue(net, optim.Adam(net.parameters(), lr=0.01)).steps
        10
    """

    def __init__(self, net: Module, optimizer: Optimizer, *, steps: int = 10) -> None:
        if steps < 1:
            raise ValueError(f"a value is learned in at least one step, got steps={steps}")
        self.net, self.optimizer, self.steps = net, optimizer, steps

    def expected(
        self,
        episodes: Episodes,
        to_go: Float[Numpy, " steps"],
    ) -> Float[Numpy, " steps"]:
        """v(s) before it has learned from these returns.

        Raises:
            ShapeError: The network gives something else than one number for each observation.
        """
        with inference(self.net):
            values: Numpy = np.asarray(plain(self.net(episodes.observations)))
        if values.shape != (len(to_go), 1):
            raise ShapeError(
                "the network of LearnedValue gives one number for each observation, "
                f"{(len(to_go), 1)}, got {values.shape}"
            )
        return values[:, 0].astype(np.float64)

    def learn(self, episodes: Episodes, to_go: Float[Numpy, " steps"]) -> None:
        """Steps down the mean squared error."""
        targets = to_go[:, None].astype(np.float32)
        for _ in range(self.steps):
            self.optimizer.zero_grad()
            mse_loss(self.net(episodes.observations), targets).backward()
            self.optimizer.step()

    def parts(self) -> Mapping[str, Stateful]:
        """The network and its optimizer."""
        return {"net": self.net, "optimizer": self.optimizer}
