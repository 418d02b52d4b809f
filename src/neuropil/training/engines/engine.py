"""What takes the steps of a training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from neuropil.data.dataset import Batch


@dataclass(frozen=True, slots=True)
class Taken:
    """Steps that were taken.

    Attributes:
        steps: How many.
        size: How many samples the batch of each had.
        rates: The learning rate of each.
        weights: For each averaged function what the batch of each step weighs.
        values: For the loss and each metric what it was for the batch of each step, before it.
        failure: The batch whose loss was not finite, and that loss, if there was one: its step was
            not taken.
    """

    steps: int
    size: int
    rates: Sequence[float]
    weights: Sequence[Sequence[float]]
    values: Sequence[Sequence[float]]
    failure: tuple[Batch, float] | None = None

    def split(self, at: int) -> tuple[Taken, Taken | None]:
        """The steps before one, and those from there on if there are any."""
        if at >= self.steps:
            return self, None
        return self._part(0, at), self._part(at, self.steps)

    def _part(self, start: int, stop: int) -> Taken:
        return Taken(
            stop - start,
            self.size,
            self.rates[start:stop],
            [of_steps[start:stop] for of_steps in self.weights],
            [of_steps[start:stop] for of_steps in self.values],
        )


class Engine(Protocol):
    """Takes steps."""

    @property
    def name(self) -> str:
        """``"eager"`` or ``"xla"``."""

    def take(self, at_most: int) -> Taken:
        """Take one step or more; steps that reach over the end of an epoch end with an epoch."""

    def publish(self) -> None:
        """Let the Variables of network, optimizer and Generators hold what the steps have made."""

    def forward(self) -> Callable[[Any], Any]:
        """The network as a function of inputs, for validation."""
