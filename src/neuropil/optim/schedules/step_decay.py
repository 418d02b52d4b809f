"""A rate that falls by a factor every few epochs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from neuropil.optim.optimizer import check_not_negative
from neuropil.optim.schedules.schedule import Schedule, is_epoch


@final
@dataclass(frozen=True)
class StepDecay(Schedule):
    """γ^⌊e / n⌋ in epoch e, counted from 0: PyTorch's ``StepLR``, called once an epoch.

    Args:
        step_size: n, the epochs from one fall to the next.
        gamma: γ.

    Raises:
        ValueError: ``step_size`` is no whole number from 1, or γ is negative.

    Example:
        >>> StepDecay(30).factor(step=650, steps=1000, steps_per_epoch=10)
        0.01
    """

    step_size: int
    gamma: float = 0.1

    def __post_init__(self) -> None:
        check_not_negative(gamma=self.gamma)
        if not is_epoch(self.step_size) or self.step_size == 0:
            raise ValueError(f"step_size is a number of epochs, at least 1, got {self.step_size}")

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:  # noqa: ARG002
        """The factor for one step."""
        return float(self.gamma ** (step // steps_per_epoch // self.step_size))
