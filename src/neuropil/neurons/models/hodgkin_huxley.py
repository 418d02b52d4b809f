"""The Hodgkin-Huxley membrane (notes 1.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, final

from neuropil.neurons.checks import check_positive
from neuropil.neurons.integrators import RK4
from neuropil.neurons.model import Model, State
from neuropil.neurons.models.channels import Channel, Gate
from neuropil.ops import exp, phi

if TYPE_CHECKING:
    from neuropil.arrays import Array


def sodium(conductance: Any = 120.0, reversal: Any = 50.0) -> Channel:
    """The squid axon's sodium channel, m³h, at 6.3 °C."""
    activation = Gate(
        alpha=lambda v: 1.0 / phi(-(v + 40.0) / 10.0),
        beta=lambda v: 4.0 * exp(-(v + 65.0) / 18.0),
        power=3,
    )
    inactivation = Gate(
        alpha=lambda v: 0.07 * exp(-(v + 65.0) / 20.0),
        beta=lambda v: 1.0 / (1.0 + exp(-(v + 35.0) / 10.0)),
    )
    return Channel(conductance, reversal, {"m": activation, "h": inactivation})


def potassium(conductance: Any = 36.0, reversal: Any = -77.0) -> Channel:
    """The squid axon's potassium channel, n⁴, at 6.3 °C."""
    activation = Gate(
        alpha=lambda v: 0.1 / phi(-(v + 55.0) / 10.0),
        beta=lambda v: 0.125 * exp(-(v + 65.0) / 80.0),
        power=4,
    )
    return Channel(conductance, reversal, {"n": activation})


def leak(conductance: Any = 0.3, reversal: Any = -54.387) -> Channel:
    """A channel that is always open."""
    return Channel(conductance, reversal)


@final
@dataclass(frozen=True, eq=False)
class HodgkinHuxley(Model):
    """C dV/dt = I − Σ g ∏ xᵖ (V − E): a membrane with channels; by default the squid axon's.

    It has no reset; a spike is counted where V passes 0 mV upwards.

    Args:
        capacitance: C (µF/cm²).
        channels: By name. A channel of your own goes in beside the others.
        start: V at the beginning (mV); gates begin where they settle at that voltage.

    Currents are in µA/cm².

    Raises:
        ValueError: C is not above 0.

    References:
        Notes 1.3. A. L. Hodgkin and A. F. Huxley, A quantitative description of membrane current
        and its application to conduction and excitation in nerve, 1952.

    Example:
        >>> {name: round(float(x), 4) for name, x in HodgkinHuxley().initial().items()}
        {'v': -64.9964, 'm': 0.053, 'h': 0.596, 'n': 0.3177}
    """

    capacitance: Any = 1.0
    channels: Mapping[str, Channel] = field(
        default_factory=lambda: {"Na": sodium(), "K": potassium(), "leak": leak()}
    )
    start: Any = -64.9964
    integrator = RK4()

    def __post_init__(self) -> None:
        check_positive(self, "capacitance")

    def initial(self) -> State:
        """V at its start, the gates where they settle at that voltage."""
        return {
            "v": self.start,
            **{name: gate.steady(self.start) for name, gate in self._gates()},
        }

    def derivatives(self, state: State, current: Array) -> State:
        """The membrane's balance of currents, and the gates."""
        v = state["v"]
        out = sum((channel.current(v, state) for channel in self.channels.values()), 0.0)
        gates = {name: gate.derivative(state[name], v) for name, gate in self._gates()}
        return {"v": (current - out) / self.capacitance, **gates}

    def excess(self, state: State) -> Array:
        """V above 0 mV."""
        return state["v"]

    def _gates(self) -> list[tuple[str, Gate]]:
        return [item for channel in self.channels.values() for item in channel.gates.items()]
