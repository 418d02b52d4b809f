"""A rate that first rises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from neuropil.optim.optimizer import check_not_negative
from neuropil.optim.schedules.schedule import Schedule


@final
@dataclass(frozen=True)
class Warmup(Schedule):
    """Rises along a line over the first epochs; then another schedule begins.

    For n steps the factor is s + (1 − s) k/n before step k: PyTorch's ``LinearLR`` with
    ``start_factor=s`` and ``total_iters=n``, and with ``then`` its ``SequentialLR``. A network
    with random weights, and an optimizer whose running means are empty, stand small steps better.

    Args:
        epochs: How long it rises, n = ``epochs`` times the steps of an epoch, rounded; at most the
            whole training.
        then: What follows, as if training began there. By default the rate stays.
        start_factor: s.

    Raises:
        ValueError: ``epochs`` is negative, or ``start_factor`` not from above 0 to 1.
        TypeError: ``then`` is no schedule.

    Example:
        >>> from neuropil.optim import CosineDecay
        >>> Warmup(4, then=CosineDecay(), start_factor=0.2).factors(8).round(3).tolist()
        [0.2, 0.4, 0.6, 0.8, 1.0, 0.854, 0.5, 0.146]
    """

    epochs: float = 1.0
    then: Schedule | None = None
    start_factor: float = 1.0 / 3.0

    def __post_init__(self) -> None:
        check_not_negative(epochs=self.epochs)
        if not 0.0 < self.start_factor <= 1.0:
            raise ValueError(f"start_factor is above 0 and at most 1, got {self.start_factor}")
        if not isinstance(self.then, Schedule | None):
            raise TypeError(f"then is a schedule such as CosineDecay(), got {self.then!r}")

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:
        """The factor for one step."""
        rising = min(round(self.epochs * steps_per_epoch), steps)
        if step < rising:
            return self.start_factor + (1.0 - self.start_factor) * step / rising
        if self.then is None or steps == rising:
            return 1.0
        return self.then.factor(step - rising, steps - rising, steps_per_epoch)
