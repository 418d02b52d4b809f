"""The description of a simulation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float, Int

    from neuropil.arrays import Array
    from neuropil.graph import Variable
    from neuropil.kernels.plasticity import Plasticity

CellStep = Callable[[Mapping[str, Any], Any], tuple[Mapping[str, Any], Any]]
"""``(state, time) -> (state, spiked)``: one time step of all cells of a kind, a pure function.

It is written with neuropil's functions, so that an engine may run it, compile it or print it.
"""


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of one kind.

    Attributes:
        name: What they are called.
        size: How many they are.
        step: One time step: integrate, threshold, reset. Its time is that of the beginning (ms).
        start: The variables at time 0, arrays of ``size`` elements.
        reset: The variables that a spike sets. What is delivered to them in the step of a spike
            is lost, as if it had come before the reset.
        variables: The Variables that the step reads or changes besides its arguments, such as
            parameters and the counters of Generators.
    """

    name: str
    size: int
    step: CellStep
    start: Mapping[str, Array]
    reset: frozenset[str] = frozenset()
    variables: Sequence[Variable] = ()


@dataclass(frozen=True, eq=False)
class Synapses:
    """Synapses from cells to cells, in compressed rows: a row for each source.

    A spike of source i adds ``weights[k]`` (times the jump) to the variable of the cell
    ``targets[k]``, for each k from ``rows[i]`` to before ``rows[i + 1]``. It arrives ``delays[k]``
    steps later than the next step; with delay 0, before that.

    Attributes:
        source: The name of the cells that spike.
        first: The first of them that has a row.
        target: The name of the cells that receive.
        variable: What is added to.
        rows: Where each row begins, and the end of the last.
        targets: The cells that receive.
        weights: One number for each synapse, or one for all.
        delays: In steps, one for each synapse, or one for all.
        jump: What a weight of 1 adds: a number, or one for each cell of the target.
        plasticity: What spikes change; the weights are those at the beginning then, and where
            they are now stands in the `Memory`, with the traces. None for fixed weights.
    """

    source: str
    first: int
    target: str
    variable: str
    rows: Int[np.ndarray, " sources+1"]
    targets: Int[np.ndarray, " synapses"]
    weights: Float[np.ndarray, " synapses"] | float
    delays: Int[np.ndarray, " synapses"] | int = 0
    jump: Float[np.ndarray, " cells"] | float = 1.0
    plasticity: Plasticity | None = None

    def __len__(self) -> int:
        return len(self.targets)


@dataclass(frozen=True, eq=False)
class Probe:
    """What is recorded of some cells.

    Attributes:
        name: What the record is called.
        cells: The name of the cells.
        indices: Which of them, in ascending order.
        variable: The variable; None for spikes.
        every: The number of steps from one sample to the next.
    """

    name: str
    cells: str
    indices: Int[np.ndarray, " n"]
    variable: str | None = None
    every: int = 1

    def samples(self, step: int) -> int:
        """How many samples are taken in the first ``step`` steps."""
        return step // self.every


@dataclass(frozen=True, eq=False)
class Kernel:
    """All an engine needs to know.

    Attributes:
        dt: The time step (ms).
        cells: The cells, by kind.
        synapses: What their spikes do.
        probes: What is to be recorded.

    Raises:
        ValueError: Synapses or probes name cells, or variables, that are not there.
    """

    dt: float
    cells: Sequence[Cells]
    synapses: Sequence[Synapses] = ()
    probes: Sequence[Probe] = ()

    def __post_init__(self) -> None:
        known = {cells.name: cells for cells in self.cells}
        for synapses in self.synapses:
            title = f"synapses from {synapses.source} to {synapses.target}"
            last = synapses.first + len(synapses.rows) - 2
            _check_cells(title, known, synapses.source, synapses.first, last)
            if len(synapses):
                low, high = synapses.targets.min(), synapses.targets.max()
                _check_cells(title, known, synapses.target, low, high)
            if synapses.variable not in known[synapses.target].start:
                raise ValueError(f"{title} act on {synapses.variable!r}, which is not there")
        for probe in self.probes:
            if probe.indices.size:
                low, high = probe.indices.min(), probe.indices.max()
                _check_cells(f"probe {probe.name}", known, probe.cells, low, high)


def _check_cells(title: str, known: Mapping[str, Cells], name: str, low: int, high: int) -> None:
    if name not in known:
        raise ValueError(f"{title}: there are no cells {name!r}, only {', '.join(known)}")
    size = known[name].size
    if low < 0 or high >= size:
        odd = low if low < 0 else high
        raise ValueError(f"{title}: {name} has the cells 0 to {size - 1}, got {odd}")
