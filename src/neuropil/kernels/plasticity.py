"""Synapses that change: what spikes leave behind at them, and how that moves a weight."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from neuropil.arrays import Array

Traces: TypeAlias = "Mapping[str, Array]"
"""The values of traces by name, with an element for each cell, or for each synapse."""


@dataclass(frozen=True)
class Trace:
    """A number each cell carries along: dx/dt = (rest − x)/τ between its spikes.

    It begins at rest, and engines move it by the exact solution, once in each step.

    Args:
        tau: τ (ms).
        rest: Where it returns to.

    Raises:
        ValueError: τ is not above 0.
    """

    tau: float
    rest: float = 0.0

    def __post_init__(self) -> None:
        if not self.tau > 0.0:
            raise ValueError(f"the time constant of a trace is above 0 ms, got {self.tau}")

    def after(self, x: Any, dt: float) -> Any:
        """Where it is ``dt`` (ms) later.

        Example:
            >>> Trace(tau=10.0, rest=1.0).after(0.0, 10.0).round(4).item()  # 1 − 1/e
            0.6321
        """
        return self.rest + (x - self.rest) * np.exp(-dt / self.tau)


class Transmitted(NamedTuple):
    """What a spike of the source does to a synapse.

    Attributes:
        sent: What is added to the target's variable: the weight, or a part of it.
        weight: The weight from now on.
    """

    sent: Any
    weight: Any


class Plasticity(ABC):
    """How the spikes at both ends of a synapse change it. Abstract.

    What happened at either end is told by traces, numbers of the cells: those of the sources and
    those of the targets. An engine does, in each step, after the cells have spiked:

    1. Every trace moves on by dt.
    2. A source spiked: `transmit` for each of its synapses says what is sent on its way (the
       delay comes after the synapse), and the weight from now on.
    3. A target spiked: `learn` for each synapse onto it gives the weight from now on. (Where both
       ends spiked, `learn` is given the weight that `transmit` left.)
    4. The traces of the sources and the targets that spiked jump: `mark_sources`, `mark_targets`.

    All of 2 and 3 see the traces as they were after 1: two spikes in one step do not see one
    another. Every method is a pure, elementwise function, written with neuropil's functions:
    arrays hold the values of synapses (2, 3; of its source and its target for each) or of cells
    (4), and a printed loop calls it with numbers.

    Attributes:
        source_traces, target_traces: The traces by name; none for a rule that needs none.
        learn: A method ``learn(weight, source, target)``: a spike of the target comes to the
            synapses onto it, which gives the weight from now on. An engine then keeps, besides the
            rows, which synapses reach each target. None where target spikes change no weight.
        mark_sources: A method ``mark_sources(source)`` that gives the traces that jump when their
            source spikes, with their new values. None: each rises by 1.
        mark_targets: Likewise for those of a target.

    Example:
        >>> class Depression(Plasticity):  # each spike uses half of what is there
        ...     source_traces = {"x": Trace(tau=200.0, rest=1.0)}
        ...     def transmit(self, weight, source, target):
        ...         return Transmitted(0.5 * weight * source["x"], weight)
        ...     def mark_sources(self, source):
        ...         return {"x": 0.5 * source["x"]}
        >>> Depression().transmit(2.0, {"x": 0.8}, {}).sent
        0.8
    """

    source_traces: Mapping[str, Trace] = MappingProxyType({})
    target_traces: Mapping[str, Trace] = MappingProxyType({})
    learn: Callable[[Array, Traces, Traces], Array] | None = None
    mark_sources: Callable[[Traces], Traces] | None = None
    mark_targets: Callable[[Traces], Traces] | None = None

    @abstractmethod
    def transmit(self, weight: Array, source: Traces, target: Traces) -> Transmitted:
        """A spike of the source comes to its synapses."""
