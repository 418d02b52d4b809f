"""Connections as they stand in a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from neuropil.kernels.compressed_rows import rows_of

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from neuropil.kernels import Memory, Synapses
    from neuropil.neurons.planned_synapses import PlannedSynapses
    from neuropil.neurons.population import Population


class HasMemory(Protocol):
    """As much of a `Network` as a connection needs."""

    @property
    def memory(self) -> Memory | None:
        """Where it stands; None before it began."""


@dataclass(frozen=True, eq=False)
class Connection:
    """The synapses that one call of `Network.connect` made.

    Attributes:
        network: Where they are.
        number: Their place among the connections of the network.
        source, target: From where to where.
        planned: What they are made of.
    """

    network: HasMemory
    number: int
    source: Population
    target: Population
    planned: PlannedSynapses

    @property
    def table(self) -> Synapses:
        """Their rows, as engines see them."""
        return self.planned.table()

    def __len__(self) -> int:
        return len(self.planned.drawn)

    @property
    def sources(self) -> Int[np.ndarray, " synapses"]:
        """The source of each synapse, counted within the part that is connected."""
        return rows_of(self.table.rows, np.arange(len(self)))

    @property
    def targets(self) -> Int[np.ndarray, " synapses"]:
        """The target of each, counted likewise."""
        return self.table.targets - np.int32(self.target.first)

    @property
    def weights(self) -> Float[np.ndarray, " synapses"]:
        """The weight of each synapse as it is now: what its spikes add to the target's variable."""
        memory = self.network.memory
        if memory is not None and self.number in memory.weights:
            return memory.weights[self.number].copy()
        return np.array(np.broadcast_to(self.table.weights, len(self)))

    @property
    def delays(self) -> Int[np.ndarray, " synapses"]:
        """For how many steps each spike travels."""
        delays: Any = np.broadcast_to(self.table.delays, len(self))
        return np.array(delays)
