"""What a simulation is between two steps: all that has to be kept to go on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from neuropil.arrays import Array
    from neuropil.kernels.kernel import Kernel, Synapses

    Numpy = np.ndarray[Any, Any]


@dataclass
class Traced:
    """Where the traces of some plastic synapses are.

    Attributes:
        source: By name, an array with an element for each source that has a row.
        target: By name, an array with an element for each cell of the target.
    """

    source: dict[str, Numpy]
    target: dict[str, Numpy]


@dataclass
class Memory:
    """Where a simulation stands.

    Attributes:
        step: How many steps were taken.
        states: The variables of each kind of cells, by its name.
        pending: What is on its way, by cells and variable: row (step + d) mod rows arrives when
            d more steps were taken.
        weights: Those of plastic synapses, by their place among the kernel's.
        traces: Likewise.
    """

    step: int
    states: dict[str, dict[str, Numpy]]
    pending: dict[tuple[str, str], Numpy] = field(default_factory=dict)
    weights: dict[int, Numpy] = field(default_factory=dict)
    traces: dict[int, Traced] = field(default_factory=dict)

    @classmethod
    def at_start(cls, kernel: Kernel) -> Memory:
        """Before the first step."""
        states = {
            cells.name: {name: np.array(x) for name, x in cells.start.items()}
            for cells in kernel.cells
        }
        sizes = {cells.name: cells.size for cells in kernel.cells}
        plastic = {k: table for k, table in enumerate(kernel.synapses) if table.plasticity}
        return cls(
            0,
            states,
            pending=empty_ways(kernel, states),
            weights={k: _weights(table) for k, table in plastic.items()},
            traces={k: _traces(table, sizes[table.target]) for k, table in plastic.items()},
        )


def empty_ways(
    kernel: Kernel, states: Mapping[str, Mapping[str, Array]]
) -> dict[tuple[str, str], Numpy]:
    """A `Memory.pending` with nothing on its way, for all that takes longer than a step."""
    longest: dict[tuple[str, str], int] = {}
    for table in kernel.synapses:
        place = table.target, table.variable
        longest[place] = max(longest.get(place, 0), int(np.max(table.delays, initial=0)))
    return {
        (cells, name): np.zeros((delay + 1, *states[cells][name].shape))
        for (cells, name), delay in longest.items()
        if delay > 0
    }


def _weights(table: Synapses) -> Numpy:
    return np.array(np.broadcast_to(table.weights, len(table)))


def _traces(table: Synapses, targets: int) -> Traced:
    plasticity = table.plasticity
    assert plasticity is not None  # noqa: S101 (at_start asks for those of plastic synapses)
    sources = len(table.rows) - 1
    return Traced(
        {name: np.full(sources, x.rest) for name, x in plasticity.source_traces.items()},
        {name: np.full(targets, x.rest) for name, x in plasticity.target_traces.items()},
    )
