"""How spikes are delivered where everything has a fixed shape: by products and sums over all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.arrays import extras, namespace
from neuropil.kernels.compressed_rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neuropil.kernels import Synapses

_MOST_ENTRIES = 4_000_000
_LEAST_FILLED = 0.1


class Delivery(ABC):
    """What the spikes of a table's sources add. Abstract.

    Attributes:
        table: The synapses.
        size: How many cells they may reach.
        arrays: What is needed, as arguments of a program: constants would be compiled into it.
    """

    table: Synapses
    size: int
    arrays: list[Any]

    @abstractmethod
    def amount(self, spikes: Any, arrays: list[Any]) -> Any:
        """What arrives at each cell, without delays."""

    @abstractmethod
    def on_the_way(self, spikes: Any, arrays: list[Any], step: Any, times: int) -> Any:
        """What will arrive when and where, with delays: times × cells."""


@final
class Dense(Delivery):
    """A product with the matrix of weights; all delays are alike."""

    def __init__(self, table: Synapses, size: int) -> None:
        self.table, self.size = table, size
        matrix = np.zeros((len(table.rows) - 1, size))
        sources = rows_of(table.rows, np.arange(len(table)))
        np.add.at(matrix, (sources, table.targets), table.weights)
        self.arrays = [matrix * table.jump]

    def amount(self, spikes: Any, arrays: list[Any]) -> Any:
        """sᵀW."""
        return namespace(spikes).astype(spikes, np.float64) @ arrays[0]

    def on_the_way(self, spikes: Any, arrays: list[Any], step: Any, times: int) -> Any:
        """All at one time."""
        return _at(step + self.table.delays, times, self.amount(spikes, arrays))


@final
class Sparse(Delivery):
    """A sum over all synapses; all delays are alike."""

    def __init__(self, table: Synapses, size: int) -> None:
        self.table, self.size = table, size
        self.arrays = _listed(table)

    def amount(self, spikes: Any, arrays: list[Any]) -> Any:
        """Σ of the weights of those whose source spiked, by target."""
        return _summed(spikes, arrays, arrays[1], self.size)

    def on_the_way(self, spikes: Any, arrays: list[Any], step: Any, times: int) -> Any:
        """All at one time."""
        return _at(step + self.table.delays, times, self.amount(spikes, arrays))


@final
class WithDelays(Delivery):
    """A sum over all synapses, each with a delay of its own."""

    def __init__(self, table: Synapses, size: int) -> None:
        self.table, self.size = table, size
        self.arrays = [*_listed(table), table.delays]

    def amount(self, spikes: Any, arrays: list[Any]) -> Any:
        """Σ of the weights of those whose source spiked, by target."""
        return _summed(spikes, arrays, arrays[1], self.size)

    def on_the_way(self, spikes: Any, arrays: list[Any], step: Any, times: int) -> Any:
        """Each at its time."""
        places = (step + arrays[3]) % times * self.size + arrays[1]
        return _summed(spikes, arrays, places, times * self.size).reshape(times, self.size)


def delivery(table: Synapses, sizes: Mapping[str, int]) -> Delivery:
    """The one that suits a table: a product where the matrix is well filled and not large."""
    size, entries = sizes[table.target], (len(table.rows) - 1) * sizes[table.target]
    if np.ndim(table.delays):
        return WithDelays(table, size)
    if entries <= _MOST_ENTRIES and len(table) >= _LEAST_FILLED * entries:
        return Dense(table, size)
    return Sparse(table, size)


def _listed(table: Synapses) -> list[Any]:
    """The source, the target and what is added, of each synapse."""
    sources = rows_of(table.rows, np.arange(len(table))).astype(np.int32)
    jump = table.jump if np.ndim(table.jump) == 0 else np.asarray(table.jump)[table.targets]
    added = np.broadcast_to(np.asarray(table.weights * jump, np.float64), len(table))
    return [sources, table.targets, added]


def _summed(spikes: Any, arrays: list[Any], places: Any, size: int) -> Any:
    sources, _, added = arrays[:3]
    sent = namespace(spikes).where(spikes[sources], added, 0.0)
    return extras(spikes).scatter_add(sent, (size,), (places,), unique=False)


def _at(time: Any, times: int, amount: Any) -> Any:
    """Something that arrives at one time, and nothing at the others."""
    xp = namespace(amount)
    when = xp.arange(times) == time % times
    return xp.where(when[:, None], amount, 0.0)
