"""Networks of spiking cells (notes 1.7)."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.graph import Variable, plain
from neuropil.kernels import Memory, Recorded
from neuropil.neurons import running, snapshot
from neuropil.neurons.assembly import Assembly
from neuropil.neurons.connection import Connection
from neuropil.neurons.engines import ENGINES, check_engine
from neuropil.neurons.planned import (
    Injection,
    PlannedCells,
    PlannedTrains,
    PoissonInput,
    current_into,
)
from neuropil.neurons.planned_synapses import planned_synapses
from neuropil.neurons.poisson import PoissonArrivals, PoissonTrains, set_rate
from neuropil.neurons.population import Population
from neuropil.neurons.records import Record, SpikeRecord
from neuropil.neurons.room import check_room
from neuropil.neurons.step_length import check_refractory, check_step
from neuropil.neurons.stepping import REFRACTORY, initial_state
from neuropil.neurons.wiring import AllToAll, Rule
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from neuropil.arrays import Array
    from neuropil.kernels import Engine, Kernel, Plasticity, Probe
    from neuropil.neurons.inputs import Input
    from neuropil.neurons.integrators import Integrator
    from neuropil.neurons.model import Model, State
    from neuropil.ops.surrogates import Surrogate


class Network:
    """Populations of cells, what connects them, what is injected, and what is recorded.

    In each step cells integrate, spike and are reset; then the spikes that arrive are delivered
    (to a variable that a spike resets, not in the step of the spike), and records are taken.

    Args:
        dt: The time step (ms).
        rng: A seed or Generator for everything that is drawn: a seed gives the same network and
            the same spikes every time, in one run or in many.
        dtype: Of the cells' variables and the weights: float64, or float32 for half the memory.

    Example:
        >>> from neuropil import neurons
        >>> net = neurons.Network(dt=0.1, rng=0)
        >>> cells = net.population("cells", neurons.LeakyIntegrateAndFire(), 10)
        >>> current = net.inject(cells, 400.0)
        >>> spikes = net.record_spikes(cells)
        >>> net.run(100.0)
        >>> len(spikes.times)
        30
    """

    def __init__(
        self, dt: float = 0.1, *, rng: int | Generator | None = None, dtype: Any = np.float64
    ) -> None:
        if not 0.0 < dt < float("inf"):
            raise ValueError(f"dt is a time above 0 (ms), got {dt}")
        self.dt = dt
        self.rng = as_generator(rng)
        self.dtype = np.dtype(dtype)
        if self.dtype not in {np.dtype(np.float32), np.dtype(np.float64)}:
            raise ValueError(f"a network computes in float32 or float64, got {self.dtype}")
        self._assembly = Assembly()
        self._recorded = Recorded()
        self._memory: Memory | None = None
        self._kernel: Kernel | None = None
        self._engines: dict[str, Engine] = {}

    @property
    def time(self) -> float:
        """For how long it has run (ms)."""
        return 0.0 if self._memory is None else self._memory.step * self.dt

    @property
    def populations(self) -> Mapping[str, Population]:
        """The populations by name."""
        return MappingProxyType(self._assembly.populations)

    @property
    def memory(self) -> Memory | None:
        """Where it stands; None before it began."""
        return self._memory

    @property
    def recorded(self) -> Recorded:
        """What the probes have seen so far."""
        return self._recorded

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
            KeyError: ``initial`` names something that is no variable of the model.
        """
        self._check_not_begun()
        self._assembly.check_new(name, size)
        start = {
            variable: np.asarray(plain(x), np.int32 if variable == REFRACTORY else self.dtype)
            for variable, x in initial_state(model, size, initial).items()
        }
        integrator = integrator or model.integrator
        check_step(model, integrator, start, 0.0, self.dt)
        check_refractory(model, self.dt)
        given = {
            name: x if isinstance(x, Variable) else np.array(x)
            for name, x in (initial or {}).items()
        }
        planned = PlannedCells(model, integrator, size, start, given)
        self._change()
        return self._assembly.add(Population(name, model, 0, size), planned)

    def poisson(self, name: str, size: int, rate: Input | Array) -> Population:
        """Add cells that spike at random and independently, to connect and to record.

        Args:
            name: What to call them.
            size: How many.
            rate: In Hz: a number, an array with one for each cell, or an `Input` of such.

        Raises:
            ValueError: The name is taken, there would be no cell, or the rate is negative or more
                than one spike a step.
        """
        self._check_not_begun()
        self._assembly.check_new(name, size)
        trains = PoissonTrains(size, rate, self.rng.spawn())
        trains.check(self.dt)
        self._change()
        population = Population(name, trains, 0, size)
        return self._assembly.add(population, PlannedTrains(trains, size))

    def inject(self, cells: Population, current: Input | Array) -> Injection:
        """Let a current flow into cells, besides those that flow already.

        Args:
            cells: A population, or a part of one.
            current: A number, an array with one for each of the cells, or an `Input` of such.

        Returns:
            What `set_current` needs to change it.
        """
        injection = Injection(cells, current_into(cells, current, self.dt))
        self._assembly.receivers(cells).injections.append(injection)
        self._change()
        return injection

    def set_current(self, injection: Injection, current: Input | Array) -> None:
        """Let another current flow from now on; 0 for none."""
        injection.current = current_into(injection.cells, current, self.dt)
        self._change()

    def poisson_input(
        self,
        cells: Population,
        port: str,
        *,
        rate: Input | Array,
        weight: Any,
        sources: int = 1,
    ) -> PoissonInput:
        """Let random spikes reach each cell, from sources of its own.

        Args:
            cells: A population, or a part of one.
            port: Where a spike acts, as in `connect`.
            rate: Of each source (Hz).
            weight: What a spike adds, as in `connect`: a number, or one for each cell.
            sources: How many each cell has.

        Returns:
            What `set_rate` needs to change it.

        Raises:
            KeyError: The cells have no such variable or port.
            ValueError: The rate is negative, or more than 50 spikes are expected in a step.
        """
        variable = self._assembly.port(cells, port).variable
        jump = partial(self._assembly.jump, cells, port)
        arrivals = PoissonArrivals(cells.size, rate, weight, jump, sources, self.rng.spawn())
        arrivals.check(self.dt)
        drive = PoissonInput(cells, variable, arrivals)
        self._assembly.receivers(cells).arrivals.append(drive)
        self._change()
        return drive

    def set_rate(self, drive: Population | PoissonInput, rate: Input | Array) -> None:
        """Change the rate (Hz) of random spikes from now on.

        Raises:
            TypeError: A population that is not one of `poisson`.
            ValueError: As where it was made.
        """
        source = drive.arrivals if isinstance(drive, PoissonInput) else drive.model
        if not isinstance(source, PoissonArrivals | PoissonTrains):
            raise TypeError(f"only what poisson and poisson_input gave has a rate, got {drive!r}")
        set_rate(source, rate, self.dt)
        self._change()

    def connect(
        self,
        source: Population,
        target: Population,
        port: str,
        *,
        weight: Any,
        rule: Rule | None = None,
        delay: Any = 0.0,
        plasticity: Plasticity | None = None,
    ) -> Connection:
        """Let the spikes of some cells add to a variable of others.

        Args:
            source: A population or a part of one, whose spikes are sent.
            target: That which receives them.
            port: Where a spike acts: a synapse of the target, or one of its variables.
            weight: How much: a number; one for each synapse, in the order of the rows (of the
                pairs for `Explicit`); a Variable that holds such, for `differentiable_run` and
                to change between runs; a `Distribution`; or a function of a Generator and a count.
            rule: Which cells; by default every source to every target.
            delay: How long a spike travels (ms), rounded to steps; given like weights. With 0 it
                arrives before the next step.
            plasticity: How spikes change the synapses; None where they do not.

        Raises:
            KeyError: The targets have no such variable or port.
            ValueError: A delay below 0, or not as many weights or delays as synapses.
            DataError: A rule lists cells that are not there.
            TypeError: A Variable for weights that spikes change.
        """
        self._check_not_begun()
        self._assembly.planned(source)
        planned = planned_synapses(
            source,
            target,
            partial(self._assembly.port, target, port),
            rule=rule or AllToAll(),
            weight=weight,
            delay=delay,
            plasticity=plasticity,
            dt=self.dt,
            dtype=self.dtype,
            rng=self.rng,
        )
        self._assembly.synapses.append(planned)
        self._change()
        return Connection(self, len(self._assembly.synapses) - 1, source, target, planned)

    def record_spikes(self, cells: Population) -> SpikeRecord:
        """Record when which of these cells spike."""
        probe = self._probe(cells, None, None, 1)
        self._recorded.spikes[probe.name] = []
        return SpikeRecord(self, probe)

    def record(
        self,
        cells: Population,
        variable: str,
        *,
        indices: Any = None,
        every: float | None = None,
    ) -> Record:
        """Record a variable of these cells.

        Args:
            cells: A population, or a part of one.
            variable: Its name.
            indices: Which of the cells, counted within the part, in ascending order; by default
                all.
            every: The time from one sample to the next (ms), rounded to steps; by default one.

        Raises:
            KeyError: The cells have no such variable.
            ValueError: Indices that are not there, or an interval that is not above 0.
        """
        if every is not None and not every > 0.0:
            raise ValueError(f"the time between samples is above 0 ms, got {every}")
        steps = 1 if every is None else max(round(every / self.dt), 1)
        probe = self._probe(cells, variable, indices, steps)
        self._recorded.samples[probe.name] = []
        return Record(self, probe)

    def kernel(self) -> Kernel:
        """The network as engines see it."""
        if self._kernel is not None and not self._assembly.gave(self._kernel):
            self._change()
        if self._kernel is None:
            self._kernel = self._assembly.kernel(self.dt)
        return self._kernel

    def differentiable(self, surrogate: Surrogate, *, detach_reset: bool = True) -> Kernel:
        """The network as it is now for `differentiable_run`, which says what this means."""
        return self._assembly.differentiable(self.dt, surrogate, detach_reset=detach_reset)

    def run(self, duration: float, *, engine: str = "auto", progress: bool = True) -> None:
        """Go on for some time (ms), rounded to steps.

        Args:
            duration: How long.
            engine: What computes it: ``"native"`` (machine code through Numba, which takes a second
                or two to compile a new model, and keeps it), ``"eager"`` (NumPy), ``"xla"`` (JAX),
                or ``"auto"``: native, where Numba is there and can.
            progress: Whether to show a bar, if there is a terminal to show it on.

        Raises:
            ValueError: The duration is negative or no number, or there is no such engine.
            EngineError: The engine is not installed or cannot run this network. Nothing has
                happened then.
            MemoryError: What is to be recorded would not fit into memory; neither then. Or, as it
                runs, there are more spikes than fit: those until then are kept.
            DivergenceError: A variable is not a number any more: names it, the cell and the time.
                What was recorded until then is kept.
            KeyboardInterrupt: Ctrl-C. What was recorded is kept; `run` goes on from there.
        """
        check_engine(engine)
        if not 0.0 <= duration < float("inf"):
            raise ValueError(f"a network runs for a time from 0 on (ms), got {duration}")
        steps = round(duration / self.dt)
        memory = self._begun()
        check_room(self.kernel(), memory, steps)
        if engine not in self._engines:
            self._engines[engine] = ENGINES[engine](self.kernel())
        chosen = self._engines[engine]
        running.run(chosen, memory, self._recorded, steps, self.dt, progress=progress)

    def source(self) -> str:
        """The program that the native engine makes of the network, as Python.

        Raises:
            EngineError: It cannot: says what it cannot print, and why.

        Example:
            >>> from neuropil.neurons.networks import cuba
            >>> "def step_cells(time, first, last, all_v," in cuba(rng=0).source()
            True
        """
        from neuropil.native.program import program_of

        return program_of(self.kernel(), watched=False).source

    def state_dict(self) -> dict[str, np.ndarray[Any, Any]]:
        """Copies of all there is to know to go on: see `save`."""
        return snapshot.taken(self.kernel(), self._begun(), self._recorded, self.rng)

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go to where `state_dict` was taken.

        Raises:
            DataError: It is of another network. Nothing was changed.
        """
        kernel, memory = self.kernel(), self._begun()
        found = snapshot.read(kernel, memory, self._recorded, self.rng, state)
        self._memory, self._recorded = found.memory, found.recorded
        found.place_generators()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the full state to a safetensors file, atomically.

        That is: every variable, spikes on their way, weights and traces of synapses that change,
        where every Generator stands, the number of steps, and the records. What the network is
        made of, injected currents and rates are not in the file: build it as it was, from the
        same seed, and `restore`.
        """
        snapshot.save(path, self.state_dict())

    def restore(self, path: str | os.PathLike[str]) -> None:
        """Go to where `save` wrote the file; from there on it runs as it did then.

        Raises:
            FileFormatError: No such file, cut short, of something else, or of another network.
                Nothing was changed.
        """
        snapshot.restore(path, self.load_state_dict)

    def _begun(self) -> Memory:
        if self._memory is None:
            self._memory = Memory.at_start(self.kernel())
        return self._memory

    def _change(self) -> None:
        self._kernel = None
        self._engines = {}

    def _probe(self, cells: Population, variable: str | None, indices: Any, every: int) -> Probe:
        self._check_not_begun()
        probe = self._assembly.probe(cells, variable, indices, every)
        self._change()
        return probe

    def _check_not_begun(self) -> None:
        if self._memory is not None:
            raise RuntimeError(
                "the network has begun to run: add populations, connections and records before"
            )
