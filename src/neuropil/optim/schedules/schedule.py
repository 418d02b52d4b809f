"""What every schedule is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


class Schedule(ABC):
    """A factor for each step, by which the learning rate is multiplied. Abstract.

    ``fit(…, schedule=…)`` multiplies the rate that the optimizer was given with it.
    """

    @abstractmethod
    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:
        """The factor for one step.

        Args:
            step: How many steps were taken before it.
            steps: How many the training has in all.
            steps_per_epoch: How many of them make an epoch.
        """

    def factors(self, steps: int, steps_per_epoch: int = 1) -> Float[np.ndarray[Any, Any], "steps"]:
        """The factors of all steps, ahead of a training: to look at, or for a compiled loop.

        Example:
            >>> from neuropil.optim import StepDecay
            >>> StepDecay(2, gamma=0.5).factors(5).tolist()
            [1.0, 1.0, 0.5, 0.5, 0.25]
        """
        return np.array([self.factor(step, steps, steps_per_epoch) for step in range(steps)])


def is_epoch(number: Any) -> bool:
    """Whether it is a whole number of at least 0."""
    return isinstance(number, int | np.integer) and bool(number >= 0)
