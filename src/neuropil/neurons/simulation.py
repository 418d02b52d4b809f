"""Running one cell, or thousands side by side, without connections."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from neuropil import xla
from neuropil.errors import EngineError, ShapeError
from neuropil.graph import is_recording, plain
from neuropil.neurons.advancing import Steps, as_operation, as_programs, one_by_one
from neuropil.neurons.inputs import as_input, during
from neuropil.neurons.model import Model
from neuropil.neurons.step_length import check_interval, check_refractory, check_step
from neuropil.neurons.stepping import initial_state
from neuropil.neurons.tape import Tape
from neuropil.neurons.timing import OnGrid, Timing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neuropil.arrays import Array
    from neuropil.neurons.inputs import Input
    from neuropil.neurons.integrators import Integrator
    from neuropil.neurons.model import State
    from neuropil.neurons.recording import Recording

Engine = Literal["auto", "eager", "xla"]
_BIG = 20_000
"""Steps of a simulation from which on making a program of it pays for itself."""

_MANY = 5_000_000
"""Steps times cells, likewise."""


def simulate(
    model: Model,
    current: Input | Array = 0.0,
    *,
    duration: float,
    dt: float,
    cells: int = 1,
    integrator: Integrator | None = None,
    timing: Timing | None = None,
    initial: State | None = None,
    record: Sequence[str] = ("v",),
    every: float | None = None,
    engine: Engine = "auto",
    checkpoint_every: int | None = None,
    progress: bool = True,
) -> Recording:
    """Run cells for some time.

    What is recorded are NumPy arrays, or, where the model, the current or the initial state hold
    Variables, Variables too: a voltage can be differentiated with respect to every parameter.

    Args:
        model: What each of them is.
        current: What is injected: a number, an array with one for each cell, or an `Input`.
        duration: For how long (ms), rounded to steps.
        dt: The time step (ms).
        cells: How many.
        integrator: By default the model's own.
        timing: Where spikes are: `OnGrid()`, at the ends of steps, or `Located()` within them.
        initial: Where some or all variables begin, if not where the model says; the ``state`` of
            another recording goes on from there.
        record: The variables to record.
        every: The time from one sample of them to the next (ms), rounded to steps; by default dt.
            Spikes are recorded in any case.
        engine: ``"eager"`` computes step by step with NumPy, ``"xla"`` compiles steps with JAX,
            and ``"auto"`` takes that if it is there and there are many steps.
        checkpoint_every: To differentiate long simulations in little memory: keep the state
            before every so many samples only (see `npl.scan`).
        progress: Show a bar, if there is a terminal.

    Raises:
        TypeError: The model or the current is none.
        ValueError: No cell, a time that cannot be, or a dt too long for a time constant of the
            model.
        KeyError: No such variable to record or to begin with.
        MemoryError: The recording would not fit into memory.
        EngineError: ``"xla"`` without JAX, or asked for what it cannot do.
        SimulationDivergedError: A variable is not a finite number any more. The error names it,
            the cell and the time, and holds what was recorded until then.
        SimulationInterrupted: Ctrl-C; holds what was recorded as well.

    Example:
        >>> from neuropil import neurons
        >>> run = simulate(neurons.LeakyIntegrateAndFire(), 400.0, duration=1000.0, dt=0.1)
        >>> int(run.spiked.sum())
        33
    """
    if not isinstance(model, Model):
        raise TypeError(f"a model is an object such as LeakyIntegrateAndFire(), got {model!r}")
    if cells < 1:
        raise ValueError(f"a simulation has at least one cell, got cells={cells}")
    source, timing = as_input(current), timing or OnGrid()
    integrator = integrator or model.integrator
    count, stride = _steps(duration, dt, every)
    start = initial_state(model, cells, initial, waits_in=timing.waits_in)
    _check_names(model, start, record)
    check_interval(source, dt)
    at_first = during(source, 0.0, dt)(0.0)
    _check_cells(at_first, cells)
    advance = timing.stepper(model, integrator, start, dt)
    steps = Steps(advance, source, dt, count, stride, tuple(record))
    reached, used = steps.tried(start)
    if is_recording() and any(variable.requires_grad for variable in used):
        _check_pure(timing, "to differentiate (call it within npl.no_grad())")
    if all(_is_numpy(plain(x)) for x in reached.values()):
        check_step(model, integrator, start, at_first, dt)
        if isinstance(timing, OnGrid):
            check_refractory(model, dt)
    if not all(map(_is_numpy, reached.values())):
        return as_operation(steps, start, checkpoint_every)
    start = {name: plain(x) for name, x in start.items()}
    tape = Tape(record, count, stride, cells, dt)
    if _chosen(engine, timing, count, cells) == "xla":
        return as_programs(steps, start, tape, used, progress=progress)
    return one_by_one(steps, start, tape, progress=progress)


def _steps(duration: float, dt: float, every: float | None) -> tuple[int, int]:
    """How many steps, and how many from one sample to the next.

    Raises:
        ValueError: A time that cannot be.
    """
    if not 0.0 < dt < math.inf:
        raise ValueError(f"dt is a time above 0 (ms), got {dt}")
    if not 0.0 <= duration < math.inf:
        raise ValueError(f"a duration is at least 0 ms, got {duration}")
    if every is not None and not dt * (1.0 - 1e-9) <= every < math.inf:
        raise ValueError(f"every is a time of at least one step of {dt:g} ms, got {every}")
    return round(duration / dt), 1 if every is None else round(every / dt)


def _check_names(model: Model, start: State, record: Sequence[str]) -> None:
    """Refuse to record what there is not.

    Raises:
        KeyError: Names the variables there are.
    """
    unknown = [name for name in record if name not in start]
    if unknown:
        raise KeyError(
            f"{type(model).__name__} has the variables {', '.join(start)}, got {unknown[0]!r}"
        )


def _check_cells(current: Array, cells: int) -> None:
    """Refuse a current for another number of cells.

    Raises:
        ShapeError: It has another number of elements.
    """
    shape = np.shape(plain(current))
    if shape not in ((), (1,), (cells,)):
        raise ShapeError(
            f"a current is a number or one for each of {cells} cells, got {shape}: pass "
            f"cells={shape[0] if shape else 1}"
        )


def _check_pure(timing: Timing, why: str) -> None:
    """Refuse steps that are no functions of arrays where they have to be.

    Raises:
        EngineError: They are not.
    """
    if not timing.pure:
        raise EngineError(
            f"{type(timing).__name__}() looks for crossings step by step with NumPy, and cannot "
            f"be used {why}: use OnGrid()"
        )


def _chosen(engine: Engine, timing: Timing, steps: int, cells: int) -> Engine:
    """The engine that runs it.

    Raises:
        ValueError: There is none of that name.
        EngineError: It is not installed, or cannot do this.
    """
    if engine not in ("auto", "eager", "xla"):
        raise ValueError(f"an engine is one of auto, eager, xla, got {engine!r}")
    if engine == "xla":
        _check_pure(timing, "with engine='xla'")
        if not xla.available():
            raise EngineError(
                "engine='xla' needs JAX, which is not installed: pip install 'neuropil[fast]', or "
                "use engine='eager'"
            )
    if engine != "auto":
        return engine
    big = steps >= _BIG or steps * cells >= _MANY
    return "xla" if big and timing.pure and xla.available() else "eager"


def _is_numpy(x: Any) -> bool:
    return isinstance(x, np.ndarray | np.generic)
