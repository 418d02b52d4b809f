"""The description of a simulation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float, Int

    from neuropil.arrays import Array
    from neuropil.kernels.plasticity import Plasticity

CellStep = Callable[[Mapping[str, Any], Any], tuple[Mapping[str, Any], Any]]
"""``(state, time) -> (state, spiked)``: one time step of all cells of a kind, a pure function."""


@dataclass(frozen=True)
class Cells:
    """Cells of one kind.

    Attributes:
        name: What they are called.
        size: How many they are.
        step: One time step: integrate, threshold, reset. Its time is that of the beginning (ms).
        start: The variables at time 0, arrays of ``size`` elements.
        reset: The variables that a spike sets. What is delivered to them in the step of a spike
            is lost, as if it had come before the reset.
    """

    name: str
    size: int
    step: CellStep
    start: Mapping[str, Array]
    reset: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Synapses:
    """Synapses from cells to cells, in compressed rows: a row for each source.

    A spike of source i adds ``weights[k]`` to the variable of the cell ``targets[k]``, for each k
    from ``rows[i]`` to before ``rows[i + 1]``. It arrives ``delays[k]`` steps later than the next
    step; with delay 0, before that.

    Attributes:
        source: The name of the cells that spike.
        first: The first of them that has a row.
        target: The name of the cells that receive.
        variable: What is added to.
        rows: Where each row begins, and the end of the last.
        targets: The cells that receive.
        weights: One number for each synapse, or one for all.
        delays: In steps, one for each synapse, or one for all.
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
    plasticity: Plasticity | None = None


@dataclass(frozen=True)
class Probe:
    """What is recorded of some cells.

    Attributes:
        name: What the record is called.
        cells: The name of the cells.
        indices: Which of them.
        variable: The variable; None for spikes.
        every: The number of steps from one sample to the next.
    """

    name: str
    cells: str
    indices: Int[np.ndarray, " n"]
    variable: str | None = None
    every: int = 1


@dataclass(frozen=True)
class Kernel:
    """All an engine needs to know.

    Attributes:
        dt: The time step (ms).
        cells: The cells, by kind.
        synapses: What their spikes do.
        probes: What is to be recorded.
    """

    dt: float
    cells: Sequence[Cells]
    synapses: Sequence[Synapses] = ()
    probes: Sequence[Probe] = ()
