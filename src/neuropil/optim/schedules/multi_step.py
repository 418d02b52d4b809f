"""A rate that falls by a factor at given epochs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from neuropil.optim.optimizer import check_not_negative
from neuropil.optim.schedules.schedule import Schedule, is_epoch


@final
@dataclass(frozen=True)
class MultiStep(Schedule):
    """γ to the number of milestones that have passed: PyTorch's ``MultiStepLR``, once an epoch.

    Args:
        milestones: The epochs, counted from 0, with which the rate falls.
        gamma: γ.

    Raises:
        ValueError: A milestone is no epoch, or γ is negative.

    Example:
        >>> MultiStep((2, 3), gamma=0.5).factors(5).tolist()
        [1.0, 1.0, 0.5, 0.25, 0.25]
    """

    milestones: tuple[int, ...]
    gamma: float = 0.1

    def __post_init__(self) -> None:
        check_not_negative(gamma=self.gamma)
        if not all(map(is_epoch, self.milestones)):
            raise ValueError(f"milestones are epochs, counted from 0, got {self.milestones}")

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:  # noqa: ARG002
        """The factor for one step."""
        epoch = step // steps_per_epoch
        return float(self.gamma ** sum(milestone <= epoch for milestone in self.milestones))
