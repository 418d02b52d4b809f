"""The eager engine: NumPy computes each step for all cells at once, spikes are delivered singly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.graph import no_grad, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neuropil.kernels.kernel import Kernel, Probe, Synapses
    from neuropil.kernels.memory import Memory
    from neuropil.kernels.recorded import Recorded

    Numpy = np.ndarray[Any, Any]


def run(kernel: Kernel, memory: Memory, recorded: Recorded, steps: int) -> None:
    """Take some steps. The order in each: integrate, threshold, reset, deliver, record."""
    spiked: dict[str, Numpy] = {}
    with no_grad(), np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            time = memory.step * kernel.dt
            for cells in kernel.cells:
                state, spikes = cells.step(memory.states[cells.name], time)
                memory.states[cells.name] = {name: plain(x) for name, x in state.items()}
                spiked[cells.name] = np.flatnonzero(plain(spikes))
            arrivals: dict[tuple[str, str], Numpy] = {}
            for synapses in kernel.synapses:
                _send(synapses, spiked[synapses.source], memory, arrivals)
            _deliver(kernel, memory, arrivals, spiked)
            for probe in kernel.probes:
                _record(probe, memory, recorded, spiked[probe.cells])
            memory.step += 1


def _send(
    synapses: Synapses,
    spiked: Numpy,
    memory: Memory,
    arrivals: dict[tuple[str, str], Numpy],
) -> None:
    """Add what spikes send to what arrives now, or to what is on its way."""
    rows = spiked - synapses.first
    rows = rows[(rows >= 0) & (rows < len(synapses.rows) - 1)]
    if rows.size == 0:
        return
    place = synapses.target, synapses.variable
    size = len(memory.states[synapses.target][synapses.variable])
    reached = synapses_of(synapses, rows)
    targets = synapses.targets[reached]
    weights = _of(synapses.weights, reached)
    if place not in memory.pending:
        arrivals[place] = arrivals.get(place, 0.0) + summed(targets, weights, size)
        return
    pending = memory.pending[place]
    delays = np.asarray(_of(synapses.delays, reached))
    when = np.broadcast_to((memory.step + delays) % len(pending), targets.shape)
    flat = summed(when * size + targets, weights, pending.size)
    pending += flat.reshape(pending.shape)


def _of(values: Any, synapses: Numpy) -> Any:
    """The values of some synapses, or the one that all have."""
    return values if np.ndim(values) == 0 else values[synapses]


def synapses_of(synapses: Synapses, rows: Numpy) -> Numpy:
    """The numbers of the synapses in some rows, in order.

    Example:
        >>> from neuropil.kernels import Synapses
        >>> table = Synapses("a", 0, "b", "g", np.array([0, 2, 2, 5]), np.arange(5), 1.0)
        >>> synapses_of(table, np.array([0, 2])).tolist()
        [0, 1, 2, 3, 4]
    """
    starts: Numpy = synapses.rows[rows]
    lengths = synapses.rows[rows + 1] - starts
    ends = np.cumsum(lengths)
    numbers: Numpy = np.arange(ends[-1] if ends.size else 0)
    numbers += np.repeat(starts - ends + lengths, lengths)
    return numbers


def summed(places: Numpy, weights: Numpy | float, size: int) -> Numpy:
    """An array of ``size`` zeros with weights added at places, in their order."""
    spread = np.broadcast_to(np.asarray(weights, np.float64), places.shape)
    total: Numpy = np.bincount(places, spread, minlength=size)
    return total


def _deliver(
    kernel: Kernel,
    memory: Memory,
    arrivals: Mapping[tuple[str, str], Numpy],
    spiked: Mapping[str, Numpy],
) -> None:
    reset = {cells.name: cells.reset for cells in kernel.cells}
    due = dict(arrivals)
    for place, pending in memory.pending.items():
        row = pending[memory.step % len(pending)]
        due[place] = due.get(place, 0.0) + row
        row[:] = 0.0
    for (cells, name), amount in due.items():
        state = memory.states[cells]
        after = state[name] + amount
        if name in reset[cells]:
            after[spiked[cells]] = state[name][spiked[cells]]
        state[name] = after.astype(state[name].dtype)


def _record(probe: Probe, memory: Memory, recorded: Recorded, spiked: Numpy) -> None:
    if probe.variable is None:
        of_these = spiked[np.isin(spiked, probe.indices, assume_unique=True)]
        if of_these.size:
            steps = np.full(of_these.size, memory.step)
            recorded.spikes[probe.name].append((steps, of_these))
    elif (memory.step + 1) % probe.every == 0:
        values = memory.states[probe.cells][probe.variable]
        recorded.samples[probe.name].append(values[probe.indices])
