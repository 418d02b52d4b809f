"""A rate that falls by a factor every epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from neuropil.optim.optimizer import check_not_negative
from neuropil.optim.schedules.schedule import Schedule


@final
@dataclass(frozen=True)
class Exponential(Schedule):
    """γᵉ in epoch e, counted from 0: PyTorch's ``ExponentialLR``, called once an epoch.

    Args:
        gamma: γ.

    Raises:
        ValueError: γ is negative.

    Example:
        >>> Exponential(0.5).factors(6, steps_per_epoch=2).tolist()
        [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]
    """

    gamma: float

    def __post_init__(self) -> None:
        check_not_negative(gamma=self.gamma)

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:  # noqa: ARG002
        """The factor for one step."""
        return float(self.gamma ** (step // steps_per_epoch))
