"""What lies between a loss and a step besides the gradient."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from neuropil.optim import Clip, Penalty, Schedule
from neuropil.training.in_words import in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neuropil.graph import Variable


@dataclass(frozen=True)
class Update:
    """What joins the loss, what is done to the gradients, and how the rate changes.

    Attributes:
        penalty: Added to the loss that is differentiated.
        clip: Acts on the gradients before the step.
        schedule: Multiplies the learning rate.

    Raises:
        TypeError: One of them is something else, such as a class.
    """

    penalty: Penalty | None = None
    clip: Clip | None = None
    schedule: Schedule | None = None

    def __post_init__(self) -> None:
        for name, (kind, example) in _KINDS.items():
            given = getattr(self, name)
            if not isinstance(given, kind | None):
                raise TypeError(f"{name} is an object such as optim.{example}, got {given!r}")

    def backward(self, cost: Variable, parameters: Sequence[Variable]) -> None:
        """Differentiate the loss with its penalty, and clip the gradients."""
        if self.penalty is not None:
            cost = cost + self.penalty(parameters)
        cost.backward()
        if self.clip is not None:
            self.clip(parameters)

    def settings(self) -> dict[str, str | None]:
        """Each in words: what must be the same when a training is resumed."""
        return {field.name: in_words(getattr(self, field.name)) for field in fields(self)}


_KINDS = {
    "penalty": (Penalty, "L2(1e-4)"),
    "clip": (Clip, "ClipNorm(1.0)"),
    "schedule": (Schedule, "CosineDecay()"),
}
