"""Networks of spiking cells (notes 1.7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.graph import plain
from neuropil.kernels import Cells, Kernel, Memory, Probe, Recorded, Synapses, eager
from neuropil.neurons.inputs import Input, as_input
from neuropil.neurons.model import Port
from neuropil.neurons.population import Population
from neuropil.neurons.records import Record, SpikeRecord
from neuropil.neurons.stepping import initial_state, stepper
from neuropil.neurons.wiring import AllToAll, Rule
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neuropil.arrays import Array
    from neuropil.neurons.integrators import Integrator
    from neuropil.neurons.model import Model, State


class Network:
    """Populations of cells, what connects them, what is injected, and what is recorded.

    Args:
        dt: The time step (ms).
        rng: A seed or Generator for everything that is drawn: a seed gives the same network and
            the same spikes every time.

    Example:
        >>> from neuropil import neurons
        >>> net = neurons.Network(dt=0.1, rng=0)
        >>> cells = net.population("cells", neurons.LeakyIntegrateAndFire(), 10)
        >>> net.inject(cells, 400.0)
        >>> spikes = net.record_spikes(cells)
        >>> net.run(100.0)
        >>> len(spikes.times)
        30
    """

    def __init__(self, dt: float = 0.1, *, rng: int | Generator | None = None) -> None:
        if not 0.0 < dt < float("inf"):
            raise ValueError(f"dt is a time above 0 (ms), got {dt}")
        self.dt = dt
        self.rng = as_generator(rng)
        self._planned: dict[str, _Planned] = {}
        self._synapses: list[Synapses] = []
        self._probes: list[Probe] = []
        self._kernel: Kernel | None = None
        self._memory: Memory | None = None
        self._recorded = Recorded()

    @property
    def time(self) -> float:
        """For how long it has run (ms)."""
        return 0.0 if self._memory is None else self._memory.step * self.dt

    def population(
        self,
        name: str,
        model: Model,
        size: int,
        *,
        initial: State | None = None,
        integrator: Integrator | None = None,
    ) -> Population:
        """Add cells.

        Args:
            name: What to call them, in records and errors.
            model: What each of them is.
            size: How many.
            initial: Where variables begin, if not where the model says.
            integrator: By default the model's own.

        Raises:
            ValueError: The name is taken, or there would be no cell.
        """
        self._check_not_begun()
        if name in self._planned:
            raise ValueError(f"there is a population {name!r} already: choose another name")
        if size < 1:
            raise ValueError(f"population {name!r} needs at least one cell, got {size}")
        start = initial_state(model, size, initial)
        self._planned[name] = _Planned(model, integrator or model.integrator, start)
        return Population(name, model, 0, size)

    def inject(self, cells: Population, current: Input | Array) -> None:
        """Let a current flow into cells, besides those that flow already."""
        self._planned[cells.name].inputs.append((cells, as_input(current)))
        self._kernel = None

    def connect(
        self,
        source: Population,
        target: Population,
        port: str,
        *,
        weight: Any,
        rule: Rule | None = None,
        delay: Any = 0.0,
    ) -> Synapses:
        """Let the spikes of some cells add to a variable of others.

        Args:
            source: A population or a part of one, whose spikes are sent.
            target: That which receives them.
            port: Where a spike acts: a synapse of the target, or one of its variables.
            weight: How much: a number, or one for each synapse in the order of the rows.
            rule: Which cells; by default every source to every target.
            delay: How long a spike travels (ms), rounded to steps: a number, or one for each
                synapse. With 0 it arrives before the next step.

        Raises:
            KeyError: The targets have no such variable or port.
            ValueError: A delay below 0, or not as many weights or delays as synapses.
        """
        self._check_not_begun()
        at = self._port(target, port)
        rows, targets = (rule or AllToAll()).rows(source.size, target.size, self.rng)
        synapses = Synapses(
            source=source.name,
            first=source.first,
            target=target.name,
            variable=at.variable,
            rows=rows,
            targets=targets + np.int32(target.first),
            weights=_for_each("weight", weight * at.jump, targets.size),
            delays=_in_steps(_for_each("delay", delay, targets.size), self.dt),
        )
        self._synapses.append(synapses)
        return synapses

    def record_spikes(self, cells: Population) -> SpikeRecord:
        """Record when which of these cells spike."""
        probe = self._probe(cells, None, 1)
        return SpikeRecord(self, probe)

    def record(self, cells: Population, variable: str, *, every: float | None = None) -> Record:
        """Record a variable of these cells.

        Args:
            cells: Which.
            variable: Its name.
            every: The time from one sample to the next (ms), rounded to steps; by default one.

        Raises:
            KeyError: The cells have no such variable.
        """
        if variable not in self._planned[cells.name].start:
            raise KeyError(
                f"{cells.name} has the variables {', '.join(self._planned[cells.name].start)}, "
                f"got {variable!r}"
            )
        steps = 1 if every is None else max(round(every / self.dt), 1)
        return Record(self, self._probe(cells, variable, steps))

    def kernel(self) -> Kernel:
        """The network as engines see it."""
        if self._kernel is None:
            cells = [planned.cells(name, self.dt) for name, planned in self._planned.items()]
            self._kernel = Kernel(self.dt, cells, self._synapses, self._probes)
        return self._kernel

    def run(self, duration: float) -> None:
        """Go on for some time (ms), rounded to steps."""
        kernel = self.kernel()
        if self._memory is None:
            self._memory = Memory.at_start(kernel)
            self._recorded = Recorded.of(kernel)
        eager.run(kernel, self._memory, self._recorded, round(duration / self.dt))

    @property
    def recorded(self) -> Recorded:
        """What the probes have seen so far."""
        return self._recorded

    def _port(self, target: Population, name: str) -> Port:
        planned = self._planned[target.name]
        if name in planned.model.ports:
            return planned.model.ports[name]
        if name not in planned.start:
            known = ", ".join(dict.fromkeys([*planned.model.ports, *planned.start]))
            raise KeyError(f"connections to {target.name} act on {known}; got {name!r}")
        return Port(name)

    def _probe(self, cells: Population, variable: str | None, every: int) -> Probe:
        self._check_not_begun()
        name = f"{cells.name}.{variable or 'spikes'}.{len(self._probes)}"
        indices = np.arange(cells.first, cells.first + cells.size)
        probe = Probe(name, cells.name, indices, variable, every)
        self._probes.append(probe)
        self._kernel = None
        return probe

    def _check_not_begun(self) -> None:
        if self._memory is not None:
            raise RuntimeError(
                "the network has begun to run: add populations, connections and records before"
            )


@dataclass(eq=False)
class _Planned:
    """A population as it will be."""

    model: Model
    integrator: Integrator
    start: Mapping[str, Array]
    inputs: list[tuple[Population, Input]] = field(default_factory=list)

    def cells(self, name: str, dt: float) -> Cells:
        step = stepper(self.model, self.integrator, self.start, dt)
        inputs, size = list(self.inputs), len(plain(next(iter(self.start.values()))))
        whole = [source for part, source in inputs if part.size == size]
        partial = [(part, source) for part, source in inputs if part.size < size]

        def current(time: Array) -> Array:
            total: Any = sum((source.at(time) for source in whole), 0.0)
            for part, source in partial:
                within = np.zeros(size)
                within[part.first : part.first + part.size] = 1.0
                total = total + within * source.at(time)
            return total

        def timed(state: State, time: Array) -> Any:
            return step(state, lambda fraction: current(time + fraction * dt))

        reset = self.model.reset
        changed = frozenset() if reset is None else frozenset(reset(dict(self.start)))
        return Cells(name, size, timed, dict(self.start), changed)


def _for_each(what: str, given: Any, count: int) -> Any:
    values = np.asarray(plain(given), dtype=np.float64)
    if values.ndim == 0:
        return float(values)
    if values.shape != (count,):
        raise ValueError(
            f"a {what} for each synapse is an array of {count}, got {values.shape}: they stand in "
            "the order of the rows"
        )
    return values


def _in_steps(delay: Any, dt: float) -> Any:
    steps = np.rint(np.asarray(delay) / dt).astype(np.int64)
    if (steps < 0).any():
        raise ValueError(f"a delay is at least 0 ms, got {np.min(delay)}")
    return int(steps) if steps.ndim == 0 else steps.astype(np.int32)
