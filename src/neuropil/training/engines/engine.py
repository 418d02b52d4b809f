"""What takes the steps of a training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from neuropil.data.dataset import Batch


@dataclass(frozen=True, slots=True)
class Taken:
    """Steps that were taken, all of one epoch, or each of them an epoch.

    Attributes:
        steps: How many.
        samples: How many samples their batches had together.
        weights: For each averaged function what the batch of each step weighs.
        values: For the loss and each metric what it was for the batch of each step, before it.
        failure: The batch whose loss was not finite, and that loss, if there was one: its step was
            not taken.
    """

    steps: int
    samples: int
    weights: Sequence[Sequence[float]]
    values: Sequence[Sequence[float]]
    failure: tuple[Batch, float] | None = None


class Engine(Protocol):
    """Takes steps."""

    @property
    def name(self) -> str:
        """``"eager"`` or ``"xla"``."""

    def take(self, at_most: int) -> Taken:
        """Take one step or more, and none beyond the end of the epoch unless an epoch is a step."""

    def publish(self) -> None:
        """Let the Variables of network, optimizer and Generators hold what the steps have made."""

    def forward(self) -> Callable[[Any], Any]:
        """The network as a function of inputs, for validation."""
