"""The XLA engine for kernels: many steps as one program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.arrays import namespace
from neuropil.errors import EngineError
from neuropil.graph import no_grad, plain
from neuropil.kernels import Engine, Recorded
from neuropil.kernels.eager import Eager
from neuropil.ops import scan
from neuropil.xla import compile as compile_step
from neuropil.xla.delivery import Delivery, delivery

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neuropil.kernels import Kernel, Memory

_PORTIONS = (1000, 100, 10, 1)  # steps; a program for each, where it is needed


@final
class Program(Engine):
    """`scan` over the steps of a kernel, in one program of XLA.

    In every step all synapses of all sources take part, whether these spike or not: a product
    with the matrix of weights, or for sparse ones a sum over all synapses. That is for networks
    with few of them, or with many spikes.

    Raises:
        EngineError: There are synapses that change.
    """

    def __init__(self, kernel: Kernel) -> None:
        for table in kernel.synapses:
            if table.plasticity is not None:
                raise EngineError(
                    f"engine 'xla' runs no synapses that change, such as {table.source} to "
                    f"{table.target} ({type(table.plasticity).__name__}): use engine='eager'"
                )
        self.kernel = kernel
        sizes = {cells.name: cells.size for cells in kernel.cells}
        self._deliveries: list[Delivery] = [delivery(table, sizes) for table in kernel.synapses]
        self._resets = {(cells.name, name) for cells in kernel.cells for name in cells.reset}
        self._variables = [variable for cells in kernel.cells for variable in cells.variables]
        self._programs: dict[int, Any] = {}

    def run(self, memory: Memory, recorded: Recorded, steps: int) -> None:
        """Take some steps, portion by portion."""
        while steps > 0:
            portion = next(portion for portion in _PORTIONS if portion <= steps)
            self._take(memory, recorded, portion)
            steps -= portion

    def _take(self, memory: Memory, recorded: Recorded, steps: int) -> None:
        places = list(memory.pending)
        if steps not in self._programs:
            self._programs[steps] = self._program(steps, places)
        before = [variable.value for variable in self._variables]
        carry = {
            "step": np.asarray(memory.step),
            "numbers": np.asarray(True),
            "states": memory.states,
            "pending": [memory.pending[place] for place in places],
        }
        last, seen = self._programs[steps](carry, [part.arrays for part in self._deliveries])
        if not last["numbers"]:
            for variable, value in zip(self._variables, before, strict=True):
                variable.value = value
            Eager(self.kernel).run(memory, recorded, steps)  # which tells where, and keeps records
            return
        recorded.extend(self._recorded(seen, memory.step))
        memory.step += steps
        memory.states = {
            cells: {name: np.array(x) for name, x in state.items()}
            for cells, state in last["states"].items()
        }
        memory.pending = dict(zip(places, map(np.array, last["pending"]), strict=True))

    def _program(self, steps: int, places: list[tuple[str, str]]) -> Any:
        def run(carry: Any, weights: Any) -> Any:
            with no_grad():
                return scan(lambda now, _: self._step(now, weights, places), carry, length=steps)

        return compile_step(run, state=self._variables)

    def _step(self, now: Any, weights: Any, places: list[tuple[str, str]]) -> Any:
        """The step of `Eager`, as a function."""
        step, states = now["step"], dict(now["states"])
        xp = namespace(step)
        time = xp.astype(step, np.float64) * self.kernel.dt
        spiked: dict[str, Any] = {}
        for cells in self.kernel.cells:
            moved, spikes = cells.step(states[cells.name], time)
            states[cells.name] = {name: plain(x) for name, x in moved.items()}
            spiked[cells.name] = plain(spikes)
        pending, due = self._sent(now, spiked, weights, places)
        for (cells_name, name), amount in due.items():
            there = states[cells_name][name]
            added = xp.astype(there + amount, there.dtype)
            if (cells_name, name) in self._resets:
                added = xp.where(spiked[cells_name], there, added)
            states[cells_name][name] = added
        numbers = now["numbers"]
        for x in (x for state in states.values() for x in state.values() if x.dtype.kind == "f"):
            numbers = numbers & ~xp.any(xp.isnan(x))
        after = {"step": step + 1, "numbers": numbers, "states": states, "pending": pending}
        return after, self._seen(states, spiked)

    def _sent(
        self, now: Any, spiked: Mapping[str, Any], weights: Any, places: list[tuple[str, str]]
    ) -> tuple[list[Any], dict[tuple[str, str], Any]]:
        """What is on its way then, and what arrives now."""
        step = now["step"]
        ways = dict(zip(places, now["pending"], strict=True))
        due: dict[tuple[str, str], Any] = {}
        for part, arrays in zip(self._deliveries, weights, strict=True):
            table = part.table
            place = table.target, table.variable
            spikes = spiked[table.source][table.first : table.first + len(table.rows) - 1]
            if place in ways:
                way = ways[place]
                ways[place] = way + part.on_the_way(spikes, arrays, step, len(way))
            else:
                due[place] = due.get(place, 0.0) + part.amount(spikes, arrays)
        for place, way in ways.items():
            xp = namespace(way)
            arrives = (xp.arange(len(way)) == step % len(way))[:, None]
            due[place] = due.get(place, 0.0) + xp.sum(xp.where(arrives, way, 0.0), axis=0)
            ways[place] = xp.where(arrives, 0.0, way)
        return [ways[place] for place in places], due

    def _seen(self, states: Any, spiked: Any) -> Any:
        """What each probe sees, in every step also where it looks less often."""
        return [
            spiked[probe.cells][probe.indices]
            if probe.variable is None
            else states[probe.cells][probe.variable][probe.indices]
            for probe in self.kernel.probes
        ]

    def _recorded(self, seen: Any, first: int) -> Recorded:
        log = Recorded.of(self.kernel)
        for probe, values in zip(self.kernel.probes, map(np.asarray, seen), strict=True):
            if probe.variable is None:
                steps, places = np.nonzero(values)
                cells = probe.indices[places].astype(np.int32)
                log.spikes[probe.name].append((steps + first, cells))
            else:
                due = (np.arange(first, first + len(values)) + 1) % probe.every == 0
                log.samples[probe.name].append(values[due])
        return log
