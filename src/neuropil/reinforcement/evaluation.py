"""What a policy receives in episodes that it does not learn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.random import Generator, as_generator
from neuropil.reinforcement.playing import play
from neuropil.training import mean_interval

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.nn import Module
    from neuropil.reinforcement.choosing import Choice
    from neuropil.reinforcement.environment import Environment, VectorEnvironment

    Numpy = np.ndarray[Any, Any]


@final
@dataclass(frozen=True, eq=False)
class Evaluation:
    """The returns of some episodes."""

    returns: Float[Numpy, " episodes"]

    @property
    def mean(self) -> float:
        """Of the returns."""
        return float(self.returns.mean())

    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the mean (Student's t).

        Raises:
            ValueError: There are fewer than five episodes.
        """
        return mean_interval(self.returns.tolist())


def evaluate(
    policy: Module,
    environment: Environment | VectorEnvironment,
    *,
    episodes: int = 100,
    choice: Choice | None = None,
    rng: int | Generator | None = None,
) -> Evaluation:
    """Play episodes and learn nothing.

    Args:
        policy: A network from observations to the logits of its actions.
        environment: One environment, or several side by side.
        episodes: How many; a multiple of the environments side by side.
        choice: How actions are chosen: `Sampled`, the default, plays the policy that has learned;
            `Greedy` takes the most probable action.
        rng: A seed or a Generator.

    Raises:
        InterfaceError, ShapeError, DataError, ValueError: As `play`.

    Example:
        >>> from neuropil import nn
        >>> from neuropil.reinforcement import CartPoles
        >>> untrained = evaluate(nn.Linear(4, 2, rng=0), CartPoles(50), episodes=100, rng=0)
        >>> 10 < untrained.mean < 60
        True
    """
    played = play(policy, environment, episodes, rng=as_generator(rng), choice=choice)
    return Evaluation(played.returns)
