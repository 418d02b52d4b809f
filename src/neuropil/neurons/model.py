"""What a neuron model is: equations between spikes, and what a spike does."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from neuropil.neurons.integrators import RK4

if TYPE_CHECKING:
    from collections.abc import Callable

    from neuropil.arrays import Array
    from neuropil.neurons.integrators import Integrator

State: TypeAlias = "Mapping[str, Array]"
"""The variables of many cells by name, each an array with an element for every cell."""


class Port(NamedTuple):
    """Where the spikes that reach a cell act: a spike of weight w adds w · jump to a variable."""

    variable: str
    jump: Any = 1.0


class Model(ABC):
    """A neuron: how its variables move, when it spikes, and what a spike changes. Abstract.

    A model is written with neuropil's functions and knows neither time steps nor engines. Its
    parameters are attributes: numbers, arrays with one number for each cell, or Variables to
    differentiate with respect to. Time is in ms.

    Attributes:
        excess: A method ``excess(state)``, how far the state is above threshold: a cell whose
            excess is not below 0 spikes. None for a model that never does.
        reset: A method ``reset(state)`` that gives the variables a spike changes, with their new
            values. A model without it spikes when its excess passes 0 from below.
        refractory: For how long (ms) a cell does not spike again.
        held: The variables that stay where they are during that time.
        ports: Where connections may act, by the name they use, besides on each variable by its own.
        integrator: What moves the state, unless the user says otherwise: by default RK4.

    Example:
        >>> import neuropil as npl
        >>> from neuropil import neurons
        >>> class FitzHughNagumo(neurons.Model):
        ...     def initial(self):
        ...         return {"v": -1.1994, "w": -0.6243}
        ...     def derivatives(self, state, current):
        ...         v, w = state["v"], state["w"]
        ...         return {"v": v - v**3 / 3 - w + current, "w": (v + 0.7 - 0.8 * w) / 12.5}
        ...     def excess(self, state):
        ...         return state["v"] - 1.0
    """

    excess: Callable[[State], Array] | None = None
    reset: Callable[[State], State] | None = None
    refractory: Any = 0.0
    held: tuple[str, ...] = ()
    ports: Mapping[str, Port] = MappingProxyType({})
    integrator: Integrator = RK4()

    @abstractmethod
    def initial(self) -> State:
        """Where each variable is at the beginning: numbers, or arrays with one for each cell."""

    @abstractmethod
    def derivatives(self, state: State, current: Array) -> State:
        """The time derivative (1/ms) of each variable, for an input current."""
