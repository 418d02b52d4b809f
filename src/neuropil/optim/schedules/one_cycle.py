"""A rate that rises once and falls once."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi
from typing import Literal, final

from neuropil.optim.schedules.schedule import Schedule


@final
@dataclass(frozen=True)
class OneCycle(Schedule):
    """The one-cycle policy of Smith and Topin (2018): PyTorch's ``OneCycleLR``, once a step.

    The optimizer's rate is the highest (``max_lr`` of PyTorch). It is begun with a
    ``div_factor``-th of it, and ended with a ``final_div_factor``-th of what it was begun with.
    The momentum stays as it is (``cycle_momentum=False`` of PyTorch).

    Args:
        pct_start: The share of the training in which the rate rises.
        anneal_strategy: ``"cos"``, along half a cosine, or ``"linear"``.
        div_factor: The highest rate divided by the first.
        final_div_factor: The first rate divided by the last.
        three_phase: Whether the rate falls to the first as fast as it rose, and then on to the
            last; otherwise it falls to the last at once.

    Raises:
        ValueError: ``pct_start`` is not from 0 to 1 (½ with three phases), a divisor not at least
            1, or a strategy that is not known.

    Example:
        >>> OneCycle(pct_start=0.5, div_factor=10.0, anneal_strategy="linear").factors(6).round(2)
        array([0.1 , 0.55, 1.  , 0.67, 0.33, 0.  ])
    """

    pct_start: float = 0.3
    anneal_strategy: Literal["cos", "linear"] = "cos"
    div_factor: float = 25.0
    final_div_factor: float = 1e4
    three_phase: bool = False

    def __post_init__(self) -> None:
        most = 0.5 if self.three_phase else 1.0
        if not 0.0 <= self.pct_start <= most:
            raise ValueError(f"pct_start is from 0 to {most:g}, got {self.pct_start}")
        if not (
            1.0 <= self.div_factor < float("inf") and 1.0 <= self.final_div_factor < float("inf")
        ):
            raise ValueError(
                "div_factor and final_div_factor are finite and at least 1, got "
                f"{self.div_factor} and {self.final_div_factor}"
            )
        if self.anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy is 'cos' or 'linear', got {self.anneal_strategy!r}")

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:  # noqa: ARG002
        """The factor for one step."""
        first = 1.0 / self.div_factor
        last = first / self.final_div_factor
        rise = self.pct_start * steps - 1  # the number of the step with the highest rate
        phases = [(rise, first, 1.0), (steps - 1, 1.0, last)]
        if self.three_phase:
            phases[1:] = [(2 * rise, 1.0, first), (steps - 1, first, last)]
        began = 0.0
        for end, start, target in phases[:-1]:
            if step <= end:
                return self._between(start, target, (step - began) / (end - began or 1.0))
            began = end
        end, start, target = phases[-1]
        return self._between(start, target, min((step - began) / (end - began or 1.0), 1.0))

    def _between(self, start: float, target: float, progress: float) -> float:
        if self.anneal_strategy == "linear":
            return start + (target - start) * progress
        return target + (start - target) * (1.0 + cos(pi * progress)) / 2.0
