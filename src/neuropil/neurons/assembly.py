"""A network as it is put together, before it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.graph import plain
from neuropil.kernels import Kernel, Probe
from neuropil.neurons.model import Port
from neuropil.neurons.planned import PlannedCells

if TYPE_CHECKING:
    from neuropil.neurons.planned import Planned
    from neuropil.neurons.planned_synapses import PlannedSynapses
    from neuropil.neurons.population import Population
    from neuropil.ops.surrogates import Surrogate


class Assembly:
    """Populations, synapses between them, and what is to be recorded.

    Attributes:
        populations: By name.
        synapses: Those of each connection.
        probes: One for each record.
    """

    def __init__(self) -> None:
        self.populations: dict[str, Population] = {}
        self.synapses: list[PlannedSynapses] = []
        self.probes: list[Probe] = []
        self._planned: dict[str, Planned] = {}

    def check_new(self, name: str, size: int) -> None:
        """Refuse a population that has the name of another, or no cell.

        Raises:
            ValueError: It does, or has none.
        """
        if name in self._planned:
            raise ValueError(f"there is a population {name!r} already: choose another name")
        if size < 1:
            raise ValueError(f"population {name!r} needs at least one cell, got {size}")

    def add(self, population: Population, planned: Planned) -> Population:
        """Add a population."""
        self._planned[population.name] = planned
        self.populations[population.name] = population
        return population

    def planned(self, cells: Population) -> Planned:
        """What is planned for a population, or for that of which it is a part.

        Raises:
            ValueError: It is of another network.
        """
        own = self.populations.get(cells.name)
        if own is None or own.model is not cells.model or cells.first + cells.size > own.size:
            raise ValueError(f"{cells!r} is of another network: use what this one's calls gave")
        return self._planned[cells.name]

    def receivers(self, cells: Population) -> PlannedCells:
        """The same, for cells that something is to be given to.

        Raises:
            TypeError: They spike at random, whatever they are given.
        """
        planned = self.planned(cells)
        if not isinstance(planned, PlannedCells):
            raise TypeError(f"{cells.name} spikes at random: nothing can be given to its cells")
        return planned

    def port(self, target: Population, name: str) -> Port:
        """Where spikes act that are sent to a port, or to a variable by its name.

        Raises:
            KeyError: There is none of this name.
        """
        planned = self.receivers(target)
        if name in planned.ports:
            return planned.ports[name]
        if name not in planned.start:
            known = ", ".join(dict.fromkeys([*planned.ports, *planned.start]))
            raise KeyError(f"connections to {target.name} act on {known}; got {name!r}")
        return Port(name)

    def jump(self, cells: Population, name: str) -> Any:
        """What a weight of 1 adds at a port, as it is now: for all cells, or for each of these."""
        jump = self.port(cells, name).jump
        return jump if np.ndim(plain(jump)) == 0 else jump[cells.first :][: cells.size]

    def probe(self, cells: Population, variable: str | None, indices: Any, every: int) -> Probe:
        """Add a probe of a variable, or of spikes.

        Raises:
            KeyError: The cells have no such variable.
            ValueError: Some of the indices are not there, or not in order.
        """
        start = self.planned(cells).start
        if variable is not None and variable not in start:
            raise KeyError(f"{cells.name} has the variables {', '.join(start)}, got {variable!r}")
        chosen = np.arange(cells.size) if indices is None else np.asarray(indices)
        listed = chosen.ndim == 1 and chosen.size > 0 and chosen.dtype.kind in "iu"
        if not (listed and chosen[0] >= 0 and chosen[-1] < cells.size and _ascends(chosen)):
            raise ValueError(
                f"cells to record are indices from 0 to {cells.size - 1} in ascending order, got "
                f"{indices!r}"
            )
        name = f"{cells.name}.{variable or 'spikes'}.{len(self.probes)}"
        probe = Probe(name, cells.name, cells.first + chosen, variable, every)
        self.probes.append(probe)
        return probe

    def kernel(self, dt: float) -> Kernel:
        """All of it as engines see it."""
        cells = [planned.cells(name, dt) for name, planned in self._planned.items()]
        tables = [planned.table() for planned in self.synapses]
        return Kernel(dt, cells, tables, list(self.probes))

    def differentiable(self, dt: float, surrogate: Surrogate, *, detach_reset: bool) -> Kernel:
        """All of it for `through_time`, with what Variables hold now."""
        cells = [
            planned.differentiable(name, dt, surrogate, detach_reset=detach_reset)
            for name, planned in self._planned.items()
        ]
        tables = [planned.differentiable() for planned in self.synapses]
        return Kernel(dt, cells, tables, list(self.probes))

    def gave(self, kernel: Kernel) -> bool:
        """Whether weights are what they were when it gave a kernel."""
        return all(
            planned.gave(table)
            for planned, table in zip(self.synapses, kernel.synapses, strict=True)
        )


def _ascends(values: Any) -> bool:
    return bool((values[1:] > values[:-1]).all())
