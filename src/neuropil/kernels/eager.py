"""The eager engine: NumPy computes each step for all cells at once, spikes are delivered singly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.graph import no_grad, plain
from neuropil.kernels.compressed_rows import columns, members, rows_of
from neuropil.kernels.engine import Engine
from neuropil.kernels.finite import check_numbers
from neuropil.kernels.recorded import Recorded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neuropil.kernels.kernel import Kernel, Probe, Synapses
    from neuropil.kernels.memory import Memory, Traced
    from neuropil.kernels.plasticity import Plasticity

    Numpy = np.ndarray[Any, Any]
    Spiked = Mapping[str, Numpy]
    Arrivals = dict[tuple[str, str], Numpy]


@final
class Eager(Engine):
    """NumPy, step by step. Runs every kernel."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        sizes = {cells.name: cells.size for cells in kernel.cells}
        self._reset = {cells.name: cells.reset for cells in kernel.cells}
        self._columns = {
            k: columns(table, sizes[table.target])
            for k, table in enumerate(kernel.synapses)
            if table.plasticity is not None and table.plasticity.learn is not None
        }

    def run(self, memory: Memory, recorded: Recorded, steps: int) -> None:
        """Take some steps."""
        log = Recorded.of(self.kernel)
        try:
            with no_grad(), np.errstate(over="ignore", invalid="ignore"):
                for _ in range(steps):
                    self._step(memory, log)
        finally:
            recorded.extend(log)

    def _step(self, memory: Memory, log: Recorded) -> None:
        kernel, time = self.kernel, memory.step * self.kernel.dt
        spiked: dict[str, Numpy] = {}
        for cells in kernel.cells:
            state, spikes = cells.step(memory.states[cells.name], time)
            memory.states[cells.name] = {name: plain(x) for name, x in state.items()}
            spiked[cells.name] = np.flatnonzero(plain(spikes))
        arrivals: Arrivals = {}
        for k, table in enumerate(kernel.synapses):
            if table.plasticity is None:
                _send(table, _sources(table, spiked), table.weights, memory, arrivals)
            else:
                self._send_and_change(k, table, table.plasticity, spiked, memory, arrivals)
        self._deliver(memory, arrivals, spiked)
        check_numbers(memory.states, time + kernel.dt)
        for probe in kernel.probes:
            _record(probe, memory, log, spiked[probe.cells])
        memory.step += 1

    def _send_and_change(
        self,
        k: int,
        table: Synapses,
        plasticity: Plasticity,
        spiked: Spiked,
        memory: Memory,
        arrivals: Arrivals,
    ) -> None:
        """The four steps that `Plasticity` tells."""
        traces, weights = memory.traces[k], memory.weights[k]
        _move(traces, plasticity, self.kernel.dt)
        rows, targets = _sources(table, spiked), spiked[table.target]
        if rows.size:
            reached = members(table.rows, rows)
            ends = _ends(table, traces, reached)
            sent, now = plasticity.transmit(weights[reached], *ends)
            weights[reached] = plain(now)
            _send_these(table, reached, plain(sent), memory, arrivals)
        if k in self._columns and targets.size:
            starts, synapses = self._columns[k]
            reached = synapses[members(starts, targets)]
            ends = _ends(table, traces, reached)
            assert plasticity.learn is not None  # noqa: S101 (or there would be no columns)
            weights[reached] = plain(plasticity.learn(weights[reached], *ends))
        _mark(traces.source, rows, plasticity.mark_sources)
        _mark(traces.target, targets, plasticity.mark_targets)

    def _deliver(self, memory: Memory, arrivals: Arrivals, spiked: Spiked) -> None:
        due = dict(arrivals)
        for place, pending in memory.pending.items():
            row = pending[memory.step % len(pending)]
            due[place] = due.get(place, 0.0) + row
            row[:] = 0.0
        for (cells, name), amount in due.items():
            state = memory.states[cells]
            after = state[name] + amount
            if name in self._reset[cells]:
                after[spiked[cells]] = state[name][spiked[cells]]
            state[name] = after.astype(state[name].dtype)


def run(kernel: Kernel, memory: Memory, recorded: Recorded, steps: int) -> None:
    """Take some steps of a kernel with the eager engine."""
    Eager(kernel).run(memory, recorded, steps)


def _sources(table: Synapses, spiked: Spiked) -> Numpy:
    """The rows of the sources that spiked."""
    rows = spiked[table.source] - table.first
    return rows[(rows >= 0) & (rows < len(table.rows) - 1)]


def _send(table: Synapses, rows: Numpy, weights: Any, memory: Memory, arrivals: Arrivals) -> None:
    if rows.size:
        reached = members(table.rows, rows)
        _send_these(table, reached, _of(weights, reached), memory, arrivals)


def _send_these(
    table: Synapses, reached: Numpy, amounts: Any, memory: Memory, arrivals: Arrivals
) -> None:
    """Add what spikes send to what arrives now, or to what is on its way."""
    place = table.target, table.variable
    size = len(memory.states[table.target][table.variable])
    targets = table.targets[reached]
    if place not in memory.pending:
        arrivals[place] = arrivals.get(place, 0.0) + table.jump * summed(targets, amounts, size)
        return
    pending = memory.pending[place]
    when = (memory.step + np.asarray(_of(table.delays, reached))) % len(pending)
    flat = summed(np.broadcast_to(when, targets.shape) * size + targets, amounts, pending.size)
    pending += table.jump * flat.reshape(pending.shape)


def _of(values: Any, synapses: Numpy) -> Any:
    """The values of some synapses, or the one that all have."""
    return values if np.ndim(values) == 0 else values[synapses]


def summed(places: Numpy, amounts: Numpy | float, size: int) -> Numpy:
    """An array of ``size`` zeros with amounts added at places, in their order."""
    spread = np.broadcast_to(np.asarray(amounts, np.float64), places.shape)
    total: Numpy = np.bincount(places, spread, minlength=size)
    return total


def _move(traces: Traced, plasticity: Plasticity, dt: float) -> None:
    for values, kinds in (
        (traces.source, plasticity.source_traces),
        (traces.target, plasticity.target_traces),
    ):
        for name, trace in kinds.items():
            values[name] = trace.after(values[name], dt)


def _ends(
    table: Synapses, traces: Traced, reached: Numpy
) -> tuple[dict[str, Numpy], dict[str, Numpy]]:
    """The traces at both ends of some synapses."""
    rows = rows_of(table.rows, reached) if traces.source else reached
    targets = table.targets[reached]
    return (
        {name: x[rows] for name, x in traces.source.items()},
        {name: x[targets] for name, x in traces.target.items()},
    )


def _mark(traces: dict[str, Numpy], cells: Numpy, mark: Any) -> None:
    if not traces or not cells.size:
        return
    before = {name: x[cells] for name, x in traces.items()}
    after = {name: x + 1.0 for name, x in before.items()} if mark is None else mark(before)
    for name, x in after.items():
        traces[name][cells] = plain(x)


def _record(probe: Probe, memory: Memory, log: Recorded, spiked: Numpy) -> None:
    if probe.variable is None:
        of_these = spiked[np.isin(spiked, probe.indices, assume_unique=True)]
        if of_these.size:
            steps = np.full(of_these.size, memory.step)
            log.spikes[probe.name].append((steps, of_these.astype(np.int32)))
    elif (memory.step + 1) % probe.every == 0:
        values = memory.states[probe.cells][probe.variable]
        log.samples[probe.name].append(values[np.newaxis, probe.indices])
