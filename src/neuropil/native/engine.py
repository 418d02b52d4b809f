"""The native engine for kernels: the whole step as one compiled loop, spikes delivered singly."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.graph import plain
from neuropil.kernels import Engine, Recorded
from neuropil.kernels.compressed_rows import columns, rows_of
from neuropil.kernels.finite import check_numbers
from neuropil.native.aligned import aligned
from neuropil.native.machine import machine_code
from neuropil.native.program import program_of
from neuropil.native.synapse_source import trace_array
from neuropil.native.threads import Teams, threads_available

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neuropil.kernels import Kernel, Memory, Probe, Synapses
    from neuropil.native.program import Program
    from neuropil.native.tracing import TracedCells

    Numpy = np.ndarray[Any, Any]

_WATCHED_FROM = 50_000
"""Cells. Looking for NaN in each step costs a fifth where the cells are in the cache, and nothing
where they are not; fewer cells are looked at when a portion is over, and it is repeated in ever
shorter parts if there is one."""

_LINE = 64  # cells
_PARTS = 32  # into which a portion is cut to find the step in which a number was lost
_ROOM = 1 << 16  # spikes at least that are noted before the program is left


@final
class Native(Engine):
    """Cells and synapses printed as scalar loops and compiled by Numba.

    Raises:
        EngineError: A step cannot be printed; names the cells and says why.
    """

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        cells = sum(cells.size for cells in kernel.cells)
        plastic = any(table.plasticity is not None for table in kernel.synapses)
        self._watched = plastic or cells >= _WATCHED_FROM
        self.program = program_of(kernel, watched=self._watched)
        self._shared: Program | None = None
        several = threads_available()
        self._teams = Teams(several if several == 1 or all(map(_ascends, kernel.synapses)) else 1)
        self._fixed: dict[str, Any] = {}
        for traced in self.program.traced.values():
            self._fixed |= self._of_cells(traced)
        for number, table in enumerate(kernel.synapses):
            self._fixed |= self._of_synapses(number, table)
        for number, probe in enumerate(kernel.probes):
            self._fixed |= {f"indices{number}": probe.indices, f"every{number}": probe.every}

    # ------------------------------------------------------------------ running

    def run(self, memory: Memory, recorded: Recorded, steps: int) -> None:
        """Take some steps."""
        self._align(memory)
        before = None if self._watched else _Kept(memory, self.program.traced)
        log = Recorded.of(self.kernel)
        odd = self._take(memory, log, steps)
        lost = odd or _has_nan(memory)
        if lost and before is not None and steps > 1:
            before.bring_back(memory)
            shorter = -(-steps // _PARTS)
            for first in range(0, steps, shorter):
                self.run(memory, recorded, min(shorter, steps - first))
            return
        if lost and before is not None:
            memory.step -= 1  # of the step that went wrong nothing is recorded
            log = Recorded.of(self.kernel)
        recorded.extend(log)
        if lost:
            within = odd or before is not None  # a step that was not counted
            check_numbers(memory.states, (memory.step + within) * self.kernel.dt)

    def _take(self, memory: Memory, log: Recorded, steps: int) -> bool:
        """Take some steps; whether a variable was not a number any more in the step after them."""
        end, odd = memory.step + steps, False
        while memory.step < end and not odd:
            odd = self._enter(memory, log, end - memory.step)
        return odd

    def _enter(self, memory: Memory, log: Recorded, steps: int) -> bool:
        """Take some of these steps: fewer where there is no room for more spikes."""
        threads, steps = self._teams.choose(steps)
        program = self._program_for(threads)
        samples, notes = self._samples(memory.step, steps), self._notes()
        values = self._fixed | self._of_memory(memory) | self._of_variables() | samples | notes
        arguments = [memory.step, steps, self.kernel.dt]
        arguments += [values[name] for name in program.arguments]
        run = machine_code(program.source, arguments)
        began = perf_counter()
        taken = run(*arguments)
        odd = bool(taken < 0)
        taken = -1 - taken if odd else taken
        self._teams.told(threads, taken, perf_counter() - began)
        self._record(log, memory.step, taken, samples, notes)
        self._keep_variables(values)
        memory.step += taken
        return odd

    def _program_for(self, threads: int) -> Program:
        if threads == 1:
            return self.program
        if self._shared is None:
            self._shared = program_of(self.kernel, watched=self._watched, shared=True)
            for name, traced in self._shared.traced.items():
                written = self._shared.names[name]
                self._fixed[f"{written}_parts"] = _parts(traced.cells.size, threads)
                self._fixed[f"{written}_odd"] = np.zeros(threads, np.bool_)
        return self._shared

    def _align(self, memory: Memory) -> None:
        for state in memory.states.values():
            for name, x in state.items():
                state[name] = aligned(x)

    def _of_memory(self, memory: Memory) -> dict[str, Any]:
        """What a simulation is between two steps, by the names of the program."""
        program = self.program
        values: dict[str, Any] = {}
        for name, traced in program.traced.items():
            for variable, written in traced.names.items():
                values[f"{program.names[name]}__{written}"] = memory.states[name][variable]
        for (name, variable), pending in memory.pending.items():
            written = program.traced[name].names[variable]
            values[f"due_{program.names[name]}__{written}"] = pending
        for number, weights in memory.weights.items():
            values[f"weights{number}"] = weights
        for number, traces in memory.traces.items():
            for side, arrays in (("source", traces.source), ("target", traces.target)):
                for name, array in arrays.items():
                    values[f"{trace_array(name, side)}{number}"] = array
        return values

    def _of_variables(self) -> dict[str, Any]:
        """What parameters and counters hold now: one array each, whoever reads them."""
        values: dict[str, Any] = {}
        arrays: dict[int, Any] = {}
        for name, traced in self.program.traced.items():
            for given, variable in traced.read.items():
                value = np.array(variable.value).reshape(-1)
                dtype = traced.trace.floating(value.dtype)
                array = arrays.setdefault(id(variable), value.astype(dtype, copy=False))
                values[f"{self.program.names[name]}_{given}"] = array
        return values

    def _keep_variables(self, values: Mapping[str, Any]) -> None:
        for name, traced in self.program.traced.items():
            for given in traced.changed:
                variable = traced.read[given]
                value = values[f"{self.program.names[name]}_{given}"][0]
                variable.value = np.asarray(value, variable.dtype)

    # ------------------------------------------------------------------ recording

    def _samples(self, step: int, steps: int) -> dict[str, Numpy]:
        """Room for what is sampled in some steps."""
        return {
            f"samples{number}": np.empty(
                (probe.samples(step + steps) - probe.samples(step), probe.indices.size),
                self._dtype_of(probe),
            )
            for number, probe in enumerate(self.kernel.probes)
            if probe.variable is not None
        }

    def _dtype_of(self, probe: Probe) -> Any:
        cells = self.program.traced[probe.cells].cells
        return plain(cells.start[probe.variable or ""]).dtype

    def _notes(self) -> dict[str, Numpy]:
        """Room for the spikes of some steps: of at least one step in which every cell spikes."""
        found: dict[str, Numpy] = {}
        for probe in self.kernel.probes:
            name = self.program.names[probe.cells]
            if probe.variable is None and f"{name}_noted" not in found:
                size = max(2 * self.program.traced[probe.cells].cells.size, _ROOM)
                found[f"{name}_noted"] = np.zeros(1, np.int64)
                found[f"{name}_noted_steps"] = np.empty(size, np.int64)
                found[f"{name}_noted_cells"] = np.empty(size, np.int32)
        return found

    def _record(
        self,
        log: Recorded,
        step: int,
        taken: int,
        samples: Mapping[str, Numpy],
        notes: Mapping[str, Numpy],
    ) -> None:
        for number, probe in enumerate(self.kernel.probes):
            if probe.variable is not None:
                count = probe.samples(step + taken) - probe.samples(step)
                if count:
                    taken_samples = samples[f"samples{number}"]
                    whole = count == len(taken_samples)
                    part = taken_samples if whole else taken_samples[:count].copy()
                    log.samples[probe.name].append(part)
                continue
            name = self.program.names[probe.cells]
            count = notes[f"{name}_noted"][0]
            steps = notes[f"{name}_noted_steps"][:count]
            cells = notes[f"{name}_noted_cells"][:count]
            if probe.indices.size < self.program.traced[probe.cells].cells.size:
                wanted = np.isin(cells, probe.indices)
                steps, cells = steps[wanted], cells[wanted]
            if cells.size:
                log.spikes[probe.name].append((steps.copy(), cells.copy()))

    # ------------------------------------------------------------------ what stays as it is

    def _of_cells(self, traced: TracedCells) -> dict[str, Any]:
        name, size = self.program.names[traced.cells.name], traced.cells.size
        spiked = aligned(np.zeros(-(-size // 8) * 8, np.bool_))
        values: dict[str, Any] = {
            "spiked": spiked,
            "eights": spiked.view(np.uint64),
            "fired": np.zeros(size, np.int32),
        }
        values |= {table: aligned(x) for table, x in traced.trace.tables.items()}
        for part in traced.trace.before:
            values[part.name] = aligned(np.zeros(part.size, part.dtype))
        return {f"{name}_{key}": value for key, value in values.items()}

    def _of_synapses(self, number: int, table: Synapses) -> dict[str, Any]:
        jump: Any = table.jump if np.size(table.jump) > 1 else np.asarray(table.jump).item()
        values: dict[str, Any] = {
            "rows": np.asarray(table.rows, np.int64),
            "targets": np.asarray(table.targets, np.int32).view(np.uint32),  # never from the end
            "weights": table.weights,
            "jump": jump,
            "delays": table.delays if np.ndim(table.delays) else int(table.delays),
        }
        if np.ndim(table.weights) == 0:
            values["weights"] = float(table.weights) * (jump if np.ndim(jump) == 0 else 1.0)
        if table.plasticity is not None and table.plasticity.learn is not None:
            size = self.program.traced[table.target].cells.size
            by_target = columns(table, size)
            values["columns"], values["synapses"] = by_target
            values["sources"] = rows_of(table.rows, by_target.synapses).astype(np.int32)
        return {f"{name}{number}": value for name, value in values.items()}


def _parts(size: int, threads: int) -> Numpy:
    """Where the cells of each thread begin, and the end: whole lines of the cache each."""
    places = np.arange(threads + 1) * size // threads // _LINE * _LINE
    places[-1] = size
    return places


def _ascends(table: Synapses) -> bool:
    """Whether the targets of each row are in order, so that threads can share them."""
    falls = np.flatnonzero(table.targets[1:] < table.targets[:-1]) + 1
    return bool(np.isin(falls, table.rows).all())


class _Kept:
    """A copy of what a simulation is, to bring it back."""

    def __init__(self, memory: Memory, traced: Mapping[str, TracedCells]) -> None:
        self._step = memory.step
        self._states = {
            cells: {name: x.copy() for name, x in state.items()}
            for cells, state in memory.states.items()
        }
        self._pending = {place: pending.copy() for place, pending in memory.pending.items()}
        self._counters = [
            (part.read[name], part.read[name].value)
            for part in traced.values()
            for name in part.changed
        ]

    def bring_back(self, memory: Memory) -> None:
        """Go back to where the copy was taken."""
        memory.step, memory.states, memory.pending = self._step, self._states, self._pending
        for variable, value in self._counters:
            variable.value = value


def _has_nan(memory: Memory) -> bool:
    arrays = (x for state in memory.states.values() for x in state.values())
    return any(
        x.dtype.kind == "f" and bool(np.isnan(x.sum())) and bool(np.isnan(x).any()) for x in arrays
    )
