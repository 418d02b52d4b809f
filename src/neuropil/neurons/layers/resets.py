"""What a spike does to the potential of a cell that lives in steps of time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


class Reset(ABC):
    """How a `Leaky` cell starts again after a spike. Abstract."""

    @abstractmethod
    def __call__(
        self, v: Float[Array, "*cells"], spikes: Float[Array, "*cells"], threshold: float
    ) -> Float[Array, "*cells"]:
        """The potential v, changed where the cell spiked."""


@final
@dataclass(frozen=True)
class BySubtraction(Reset):
    """v ← v − threshold: what was above is not lost, and the rate is linear in the current."""

    def __call__(
        self, v: Float[Array, "*cells"], spikes: Float[Array, "*cells"], threshold: float
    ) -> Float[Array, "*cells"]:
        """v − threshold · spikes."""
        return v - threshold * spikes


@final
@dataclass(frozen=True)
class ToZero(Reset):
    """v ← 0: what was above is lost."""

    def __call__(
        self,
        v: Float[Array, "*cells"],
        spikes: Float[Array, "*cells"],
        threshold: float,  # noqa: ARG002
    ) -> Float[Array, "*cells"]:
        """v (1 − spikes)."""
        return v * (1.0 - spikes)
