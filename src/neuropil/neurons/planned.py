"""Populations as they will be: what becomes cells of a kernel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, final

import numpy as np

from neuropil.graph import Variable, plain
from neuropil.kernels import Cells
from neuropil.neurons.inputs import Constant, Input, as_input, during
from neuropil.neurons.step_length import check_interval
from neuropil.neurons.stepping import initial_state, stepper
from neuropil.ops import astype, broadcast_to, concat, where
from neuropil.xla.held import held

if TYPE_CHECKING:
    from neuropil.arrays import Array
    from neuropil.neurons.integrators import Integrator
    from neuropil.neurons.model import Model, Port, State
    from neuropil.neurons.poisson import PoissonArrivals, PoissonTrains
    from neuropil.neurons.population import Population
    from neuropil.neurons.stepping import Advance
    from neuropil.ops.surrogates import Surrogate


@dataclass(eq=False)
class Injection:
    """A current into cells; `Network.set_current` changes it.

    Attributes:
        cells: Into which.
        current: What flows.
    """

    cells: Population
    current: Input


@dataclass(eq=False)
class PoissonInput:
    """Random spikes to cells; `Network.set_rate` changes how many.

    Attributes:
        cells: To which.
        variable: What they add to.
        arrivals: How many come, and what each adds.
    """

    cells: Population
    variable: str
    arrivals: PoissonArrivals


class Planned(Protocol):
    """A population to be."""

    size: int
    start: Mapping[str, Array]

    @property
    def model(self) -> Model | PoissonTrains:
        """What each of the cells is."""

    @property
    def ports(self) -> Mapping[str, Port]:
        """Where connections may act, besides on the variables."""

    def cells(self, name: str, dt: float) -> Cells:
        """The population as engines see it."""

    def differentiable(
        self, name: str, dt: float, surrogate: Surrogate, *, detach_reset: bool
    ) -> Cells:
        """The same for `through_time`: with derivatives of its spikes, parameters and start."""


@final
@dataclass(eq=False)
class PlannedCells:
    """Cells of a model, and what comes to them from outside."""

    model: Model
    integrator: Integrator
    size: int
    start: Mapping[str, Array]
    given: State = field(default_factory=dict)
    injections: list[Injection] = field(default_factory=list)
    arrivals: list[PoissonInput] = field(default_factory=list)

    @property
    def ports(self) -> Mapping[str, Port]:
        """Those of the model."""
        return self.model.ports

    def cells(self, name: str, dt: float) -> Cells:
        """Inputs, then a step of the model, then the random spikes that came meanwhile."""
        advance = stepper(self.model, self.integrator, self.start, dt)
        return self._stepping(name, dt, advance, self.start)

    def differentiable(
        self, name: str, dt: float, surrogate: Surrogate, *, detach_reset: bool
    ) -> Cells:
        """The same, from a start that is computed anew: what it depends on may have changed."""
        start = {
            variable: _as(plain(self.start[variable]).dtype, x)
            for variable, x in initial_state(self.model, self.size, self.given).items()
        }
        advance = stepper(
            self.model, self.integrator, start, dt, surrogate=surrogate, detach_reset=detach_reset
        )
        return self._stepping(name, dt, advance, start)

    def _stepping(self, name: str, dt: float, advance: Advance, start: State) -> Cells:
        injections = [Injection(flow.cells, _adjustable(flow.current)) for flow in self.injections]
        arrivals = list(self.arrivals)
        kinds = {variable: plain(x).dtype for variable, x in self.start.items()}
        change = self.model.reset
        reset = frozenset() if change is None else frozenset(change(dict(self.start)))

        def step(state: State, time: Array) -> tuple[State, Array]:
            flows = [(flow.cells, during(flow.current, time, dt)) for flow in injections]
            stepped = advance(
                state,
                lambda fraction: sum((self._spread(part, at(fraction)) for part, at in flows), 0.0),
            )
            moved, spiked = dict(stepped.state), stepped.spiked
            for drive in arrivals:
                amount = self._spread(drive.cells, drive.arrivals.arriving(time, dt))
                there = moved[drive.variable]
                added = there + amount
                lost = drive.variable in reset
                moved[drive.variable] = where(spiked, there, added) if lost else added
            return {variable: _as(kinds[variable], x) for variable, x in moved.items()}, spiked

        sources = [flow.current for flow in injections], [drive.arrivals for drive in arrivals]
        variables = held((self.model, self.integrator, sources)).variables
        return Cells(name, self.size, step, dict(start), reset, variables)

    def _spread(self, part: Population, values: Any) -> Any:
        """The values of a part, with 0 for the other cells."""
        if part.size == self.size:
            return values
        inner = broadcast_to(values, (part.size,))
        before, after = part.first, self.size - part.first - part.size
        return concat([np.zeros(before), inner, np.zeros(after)])


@final
@dataclass(frozen=True, eq=False)
class _Level(Input):
    """A constant current that a compiled step is called with: another makes no other program."""

    current: Variable

    def at(self, time: Array) -> Array:  # noqa: ARG002
        return plain(self.current)


def _adjustable(current: Input) -> Input:
    if not isinstance(current, Constant) or isinstance(current.current, Variable):
        return current
    return _Level(Variable(np.asarray(current.current, np.float64)))


def _as(dtype: Any, x: Array) -> Array:
    """The dtype that a variable began with: what is computed in 64 bits is rounded to it."""
    return x if plain(x).dtype == dtype else astype(x, dtype)


@final
@dataclass(eq=False)
class PlannedTrains:
    """Cells that spike at random."""

    model: PoissonTrains
    size: int
    start: Mapping[str, Array] = field(default_factory=dict)
    ports: Mapping[str, Port] = field(default_factory=dict)

    def cells(self, name: str, dt: float) -> Cells:
        """Cells without a state."""
        trains = self.model
        trains.check(dt)
        return Cells(
            name,
            self.size,
            lambda state, time: (state, trains.spiked(time, dt)),
            {},
            variables=held(trains).variables,
        )

    def differentiable(
        self,
        name: str,
        dt: float,
        surrogate: Surrogate,  # noqa: ARG002
        *,
        detach_reset: bool,  # noqa: ARG002
    ) -> Cells:
        """The same: what is drawn has no derivative."""
        return self.cells(name, dt)


def current_into(cells: Population, current: Any, dt: float) -> Input:
    """A current that suits the cells it flows into, and the time step.

    Raises:
        ValueError: It has another number of elements, or changes more often than once a step.
    """
    # A copy: what the caller does with the array afterwards is not a change of the current.
    source = as_input(current.copy() if isinstance(current, np.ndarray) else current)
    shape = np.shape(plain(source.at(0.0)))
    if shape not in {(), (1,), (cells.size,)}:
        raise ValueError(
            f"a current into {cells.size} cells is a number, or an array of {cells.size}, got "
            f"shape {shape}"
        )
    check_interval(source, dt)
    return source
