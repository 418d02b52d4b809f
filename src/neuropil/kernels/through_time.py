"""Steps of a kernel as one Operation of the graph, to differentiate what its probes see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neuropil.graph import plain
from neuropil.kernels.memory import empty_ways
from neuropil.kernels.sending import Ways, sent
from neuropil.ops import astype, concat, greater, reshape, scan, where, zeros_like

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from neuropil.arrays import Array
    from neuropil.kernels.kernel import Kernel, Probe, Synapses
    from neuropil.kernels.memory import Memory
    from neuropil.ops.scan import CheckpointEvery

    Place = tuple[str, str]
    Deliver = Callable[[Mapping[str, Array], Sequence[Array]], tuple[Any, list[Array]]]
    States = Mapping[str, Mapping[str, Array]]


class Passed(NamedTuple):
    """What some steps led to.

    Attributes:
        states: The variables of each kind of cells, by its name.
        seen: What each probe saw at the end of every step, by its name: steps × cells. Of spikes
            those are 1 and 0.
    """

    states: States
    seen: Mapping[str, Array]


def through_time(
    kernel: Kernel, memory: Memory | None, steps: int, *, checkpoint_every: CheckpointEvery
) -> Passed:
    """What a kernel does, as a function of the Variables in it.

    The steps are those of `Eager`, in the same order and to the same bits. Cells say by numbers
    which of them spike, 1 or 0, whose derivative they know; weights, jumps and the state that cells
    start from may be Variables too.

    Args:
        kernel: Of which no synapses change.
        memory: Where it begins, and which stays as it is; None for the start.
        steps: How many.
        checkpoint_every: See `scan`.
    """
    start = {cells.name: cells.start for cells in kernel.cells}
    states: States = start if memory is None else memory.states
    way = empty_ways(kernel, start) if memory is None else memory.pending
    first = 0 if memory is None else memory.step
    pending = [np.roll(row, -(first % len(row)), axis=0) for row in way.values()]
    step = _step(kernel, {place: len(row) for place, row in way.items()})
    begin = {
        # engines that go on from this memory write into its arrays
        cells: {name: x if memory is None else x.copy() for name, x in state.items()}
        for cells, state in states.items()
    }
    ks = first + np.arange(steps)
    (states, _), seen = scan(step, (begin, pending), ks, checkpoint_every=checkpoint_every)
    return Passed(states, seen)


def _step(kernel: Kernel, rows: Mapping[Place, int]) -> Callable[[Any, Array], tuple[Any, Any]]:
    """The step of `Eager`, as a function; what is on its way moves up a row in each."""
    resets = {(cells.name, name) for cells in kernel.cells for name in cells.reset}
    deliver = _delivery(kernel, rows)

    def step(carry: tuple[States, Sequence[Array]], k: Array) -> tuple[Any, Any]:
        states: dict[str, dict[str, Array]] = {}
        spikes: dict[str, Array] = {}
        for cells in kernel.cells:
            before = carry[0][cells.name]
            moved, spiked = cells.step(before, k * kernel.dt)
            states[cells.name] = {name: moved[name] for name in before}
            spikes[cells.name] = astype(spiked, np.float64)
        due, pending = deliver(spikes, carry[1])
        for (name, variable), amount in due.items():
            there = states[name][variable]
            added = astype(there + amount, plain(there).dtype)
            if (name, variable) in resets:
                added = where(greater(spikes[name], 0.0), there, added)
            states[name][variable] = added
        return (states, pending), _seen(kernel.probes, states, spikes)

    return step


def _delivery(kernel: Kernel, rows: Mapping[Place, int]) -> Deliver:
    """What the spikes of a step add where in this step, and what is on its way after it."""
    sizes = {cells.name: cells.size for cells in kernel.cells}
    ways = [
        _ways(table, sizes[table.target], rows.get((table.target, table.variable), 1))
        for table in kernel.synapses
    ]

    def deliver(spikes: Mapping[str, Array], pending: Sequence[Array]) -> Any:
        way = dict(zip(rows, pending, strict=True))
        due: dict[Place, Array] = {}
        for table, among in zip(kernel.synapses, ways, strict=True):
            place = table.target, table.variable
            senders = spikes[table.source][table.first : table.first + len(table.rows) - 1]
            amount = sent(senders, table.weights, among)
            if place in way:
                way[place] = way[place] + table.jump * reshape(amount, way[place].shape)
            else:
                due[place] = due.get(place, 0.0) + table.jump * amount
        for place, later in way.items():
            due[place] = due.get(place, 0.0) + later[0]
            way[place] = concat([later[1:], zeros_like(later[:1])], axis=0)
        return due, list(way.values())

    return deliver


def _ways(table: Synapses, size: int, rows: int) -> Ways:
    """From the sources of a table to its targets, and for longer delays to later rows of them."""
    later = np.asarray(table.delays, np.intp) * size
    return Ways.of(table.rows, table.targets + later, rows * size)


def _seen(probes: Sequence[Probe], states: States, spikes: Mapping[str, Array]) -> dict[str, Array]:
    return {
        probe.name: (
            spikes[probe.cells] if probe.variable is None else states[probe.cells][probe.variable]
        )[probe.indices]
        for probe in probes
    }
