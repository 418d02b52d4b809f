"""A rate that falls along half a cosine."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi
from typing import final

from neuropil.optim.schedules.schedule import Schedule


@final
@dataclass(frozen=True)
class CosineDecay(Schedule):
    """Falls from 1 to ``final`` over the whole training, step by step.

    Before step t of T the factor is f + ½ (1 − f)(1 + cos(π t/T)): PyTorch's ``CosineAnnealingLR``
    with ``T_max=T`` and ``eta_min=f * lr``, called once a step. Large steps find the valley, small
    ones its floor.

    Args:
        final: f, the share of the rate that is left at the end.

    Raises:
        ValueError: ``final`` is not from 0 to 1.

    References:
        I. Loshchilov and F. Hutter, SGDR: Stochastic gradient descent with warm restarts, 2017.

    Example:
        >>> CosineDecay(final=0.1).factors(3).round(4).tolist()
        [1.0, 0.775, 0.325]
    """

    final: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.final <= 1.0:
            raise ValueError(
                f"final is a share of the learning rate, from 0 to 1, got {self.final}"
            )

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:  # noqa: ARG002
        """The factor for one step; past the last it stays ``final``."""
        progress = min(step / steps, 1.0)
        return self.final + (1.0 - self.final) * (1.0 + cos(pi * progress)) / 2.0
