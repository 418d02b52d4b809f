"""A patch of membrane with ion channels: what the models of Hodgkin and Huxley's kind share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from neuropil.neurons.model import Model, State

if TYPE_CHECKING:
    from neuropil.arrays import Array
    from neuropil.neurons.models.channels import Channel, Gate


class Membrane(Model):
    """C dV/dt = I − Σ g ∏ xᵖ (V − E), and an equation for each gate x. Abstract.

    It has no reset: a spike is what the channels do. A subclass is a dataclass with these fields.

    Attributes:
        capacitance: C.
        channels: By name. Two gates of one name are one and the same.
        start: V at the beginning (mV); gates begin where they settle at that voltage.
        threshold: V above which a spike is counted (mV).
    """

    capacitance: Any
    channels: Mapping[str, Channel]
    start: Any
    threshold: Any

    @property
    def gates(self) -> dict[str, Gate]:
        """The gates of all channels by name."""
        return {
            name: gate for channel in self.channels.values() for name, gate in channel.gates.items()
        }

    def initial(self) -> State:
        """V at its start, the gates where they settle at that voltage."""
        settled = {name: gate.steady(self.start) for name, gate in self.gates.items()}
        return {"v": self.start, **settled}

    def derivatives(self, state: State, current: Array) -> State:
        """The membrane's balance of currents, and the gates."""
        v = state["v"]
        out = sum((channel.current(v, state) for channel in self.channels.values()), 0.0)
        moving = {name: gate.derivative(state[name], v) for name, gate in self.gates.items()}
        return {"v": (current - out) / self.capacitance, **moving}

    def excess(self, state: State) -> Array:
        """V above the threshold (mV)."""
        return state["v"] - self.threshold
