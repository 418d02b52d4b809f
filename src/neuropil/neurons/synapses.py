"""Synapses on a cell (notes 1.6): what the spikes that reach it let flow in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from neuropil.neurons.checks import check_positive
from neuropil.neurons.model import Model, Port, State

if TYPE_CHECKING:
    from neuropil.arrays import Array


class Current(ABC):
    """What flows when a synapse is open. Abstract."""

    @abstractmethod
    def into(self, s: Array, v: Array) -> Array:
        """The current into the cell for an opening s and a voltage v."""


@final
@dataclass(frozen=True)
class Direct(Current):
    """s itself: a current-based synapse."""

    def into(self, s: Array, v: Array) -> Array:  # noqa: ARG002
        """The current is the opening."""
        return s


@final
@dataclass(frozen=True, eq=False)
class Conductance(Current):
    """s (E − v): a conductance-based synapse.

    Args:
        reversal: E (mV).
    """

    reversal: Any

    def into(self, s: Array, v: Array) -> Array:
        """The conductance times the distance to the reversal potential."""
        return s * (self.reversal - v)


@final
@dataclass(frozen=True, eq=False)
class Synapse:
    """A spike of weight w opens it by s(t) = w τ h(t), with h(t) = tⁿ e^(−t/τ)/(n! τⁿ⁺¹).

    h has unit area for every n. It is computed exactly, as the last of n + 1 filters in a row:
    dsᵢ/dt = (sᵢ₋₁ − sᵢ)/τ.

    Args:
        tau: τ (ms).
        order: n: 0 is an exponential, 1 an alpha function.
        current: What flows when it is open.
        unit_area: Whether s(t) = w h(t) instead, so that w is the total charge (notes 1.7, where
            a spike adds w/τ).

    Raises:
        ValueError: τ is not above 0, or n is below 0.
    """

    tau: Any
    order: int = 0
    current: Current = Direct()
    unit_area: bool = False

    def __post_init__(self) -> None:
        check_positive(self, "tau")
        if self.order < 0:
            raise ValueError(f"the order of a synapse is at least 0, got {self.order}")

    @property
    def jump(self) -> Any:
        """What a spike of weight 1 adds to the first filter."""
        return 1.0 / self.tau if self.unit_area else 1.0

    def variables(self, name: str) -> list[str]:
        """What its filters are called."""
        return [name] if self.order == 0 else [f"{name}.{i}" for i in range(self.order + 1)]

    def derivatives(self, stages: list[Array]) -> list[Array]:
        """The time derivatives of the filters (1/ms)."""
        sources = [0.0, *stages[:-1]]
        return [(source - s) / self.tau for source, s in zip(sources, stages, strict=True)]


class WithSynapses(Model):
    """A model whose input is the current through its synapses, besides what is injected.

    The synapses' variables are part of the cell, one set for all connections of a kind: currents
    of linear synapses add up.

    Args:
        model: The cell; its voltage is called ``v``.
        synapses: By the name that connections address.

    Example:
        >>> from neuropil import neurons
        >>> cell = WithSynapses(neurons.LeakyIntegrateAndFire(), {"e": Synapse(5.0, order=1)})
        >>> list(cell.initial()), cell.ports["e"].variable
        (['v', 'e.0', 'e.1'], 'e.0')
    """

    def __init__(self, model: Model, synapses: Mapping[str, Synapse]) -> None:
        self.model = model
        self.synapses = dict(synapses)
        self.excess = model.excess
        self.reset = model.reset
        self.refractory = model.refractory
        self.held = model.held
        self.integrator = model.integrator
        self.ports = {
            name: Port(synapse.variables(name)[0], synapse.jump)
            for name, synapse in self.synapses.items()
        }

    def initial(self) -> State:
        """The model's start, all synapses closed."""
        closed = {
            variable: 0.0
            for name, synapse in self.synapses.items()
            for variable in synapse.variables(name)
        }
        return {**self.model.initial(), **closed}

    def derivatives(self, state: State, current: Array) -> State:
        """The model's, driven by what is injected and what the synapses let in; and theirs."""
        rates: dict[str, Array] = {}
        for name, synapse in self.synapses.items():
            variables = synapse.variables(name)
            stages = [state[variable] for variable in variables]
            rates |= dict(zip(variables, synapse.derivatives(stages), strict=True))
            current = current + synapse.current.into(stages[-1], state["v"])
        return {**self.model.derivatives(state, current), **rates}
