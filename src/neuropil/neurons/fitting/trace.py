"""Parameters from a recorded voltage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil import plot, xla
from neuropil.errors import EngineError, ShapeError
from neuropil.graph import plain
from neuropil.neurons.fitting.fit import Fit, judged
from neuropil.neurons.fitting.interruption import FitInterrupted
from neuropil.neurons.fitting.mismatch import Mismatch
from neuropil.neurons.fitting.parameters import parameters as checked_parameters
from neuropil.neurons.fitting.samples import checked_curve, sampled
from neuropil.neurons.fitting.search import Stage, search
from neuropil.neurons.fitting.sensitivity import Sensitive, variables
from neuropil.neurons.inputs import as_input, during
from neuropil.neurons.simulation import simulate
from neuropil.neurons.step_length import check_interval, check_step
from neuropil.neurons.stepping import initial_state
from neuropil.optim import Expansion

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jaxtyping import Float
    from matplotlib.figure import Figure

    from neuropil.arrays import Array
    from neuropil.neurons.fitting.parameters import Bounds, Starts
    from neuropil.neurons.fitting.sensitivity import Build
    from neuropil.neurons.inputs import Input
    from neuropil.neurons.integrators import Integrator
    from neuropil.neurons.model import Model, State
    from neuropil.neurons.simulation import Engine
    from neuropil.random import Generator

    Numpy = np.ndarray[Any, Any]

COUPLINGS = (30.0, 10.0, 1.0, 0.1)
"""How fast (1/ms) the stages before the last draw the model to the trace."""


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class TraceFit(Fit):
    """A model fitted to a trace; ``at`` are times in ms. See `fit_trace`.

    Attributes:
        variable: What the trace is of.
    """

    variable: str

    @property
    def unit(self) -> str:
        """mV of a potential; what another variable is measured in is its model's affair."""
        return "mV" if self.variable == "v" else f"units of {self.variable}"

    def plot(self) -> Figure:
        """The trace, that of the model, and beneath what is left between them."""
        return plot.fitted_trace(self.at, self.observed, self.fitted, unit=self.unit)


def fit_trace(
    model: Build,
    current: Input | float,
    times: Float[Numpy, " samples"],
    trace: Float[Numpy, " samples"],
    parameters: Bounds,
    *,
    starts: Starts = 8,
    rng: int | Generator | None = None,
    dt: float | None = None,
    variable: str = "v",
    initial: State | None = None,
    integrator: Integrator | None = None,
    couplings: Sequence[float] = COUPLINGS,
    max_steps: int = 50,
    engine: Engine = "auto",
    progress: bool = True,
) -> TraceFit:
    """Find parameters with which a simulation follows a recorded trace: least squares.

    Where spikes are compared with spikes, a sum of squares has many minima. So it is approached in
    stages. In each of them the cell is drawn to the trace with a coupling κ: after every sample v
    moves by 1 − exp(−κ · interval) of what it is off, and what is summed are the squared errors of
    predicting the next sample. With a strong coupling there is one minimum in most cases; each
    stage begins where the one before ended, and the last is without coupling: the plain sum of
    squares of a simulation. Every stage is a search by Levenberg's and Marquardt's method, with
    derivatives that are carried forward in time with the state. All starts run side by side, each
    by itself.

    A spike that resets has no derivative (as in `simulate`): what such cells are fitted by is the
    voltage between spikes.

    Args:
        model: The model as a function of its parameters by name: a class such as
            `LeakyIntegrateAndFire`, `squid_axon`, or a function of your own.
        current: What was injected: a number or an `Input`.
        times: When the trace was sampled (ms): even times, counted from where the cell begins.
        trace: The values (mV).
        parameters: By name, the least and the largest value of each that is fitted.
        starts: How many, drawn evenly between the bounds; or where to begin, by name: numbers, or
            lists with one for each start.
        rng: What draws them.
        dt: The time step (ms), the sampling interval or a whole part of it; by default that.
        variable: What was recorded.
        initial: Where variables begin, if not where the model says.
        integrator: By default the model's own.
        couplings: The κ (1/ms) of the stages before the last; ``()`` leaves only that.
        max_steps: The most steps of each stage.
        engine: ``"xla"`` makes one program of all, ``"eager"`` computes with NumPy; ``"auto"``
            takes the first if it is there.
        progress: Show a bar, if there is a terminal.

    Raises:
        TypeError: The model is no function of parameters, or the current is none.
        KeyError: It has no such parameter or variable.
        ValueError: Bounds that are the wrong way round, a start outside of them, a negative
            coupling, or a dt too long for the model.
        ShapeError: Times and trace are no lists of one length.
        DataError: A sample is not finite, there are too few, they are not even, or do not fit dt.
        EngineError: ``"xla"`` without JAX.
        DivergenceError: No start leads to a finite sum of squares.
        FitInterrupted: Ctrl-C; holds the fit so far.

    References:
        H. Abarbanel et al., Dynamical state and parameter estimation, 2009 (coupling to data);
        L. Ljung, System identification, 1999 (errors of prediction).

    Example:
        >>> from neuropil import neurons
        >>> pulse = neurons.Pulse(100.0, start=5.0, stop=20.0)
        >>> cell = neurons.LeakyIntegrateAndFire(capacitance=200.0, tau=12.0)
        >>> run = neurons.simulate(cell, pulse, duration=30.0, dt=0.5)
        >>> noise = np.random.default_rng(0).normal(0.0, 0.1, 60)
        >>> fit = fit_trace(
        ...     neurons.LeakyIntegrateAndFire, pulse, run.times, run["v"][:, 0] + noise,
        ...     {"capacitance": (50.0, 500.0), "tau": (5.0, 50.0)}, rng=0, engine="eager",
        ... )
        >>> print(fit)
        capacitance = 200.7 ± 2
        tau         = 12.21 ± 0.19
        rms 0.0876 mV of 60 samples; 8 of 8 starts agree
    """
    chosen = checked_parameters(model, parameters, starts, rng)
    times, trace = checked_curve(
        times, trace, least=len(parameters) + 1, what="the times and the trace"
    )
    samples, dt = sampled(times, dt)
    source = as_input(current)
    cells = Sensitive(model, chosen.names, source, dt, integrator, initial)
    _check_cell(cells, model(**chosen.named(chosen.starts[0])), variable)
    program = _program(Mismatch(cells, samples, variable), engine)
    interval = dt * samples.stride
    stages = [
        Stage(f"{kappa:g} /ms", partial(_expansion, program, trace, -np.expm1(-kappa * interval)))
        for kappa in (*_checked(couplings), 0.0)
    ]
    found = search(stages, chosen, max_steps=max_steps, progress=progress)
    fields = judged(chosen, found, len(trace))
    best = model(**fields["values"])
    fitted = _simulated(best, cells, samples.last, samples.stride, variable)[samples.first :]
    fit = TraceFit(model=best, at=times, observed=trace, fitted=fitted, variable=variable, **fields)
    if found.interrupted:
        raise FitInterrupted(fit)
    return fit


def _checked(couplings: Sequence[float]) -> list[float]:
    """The couplings, all above 0.

    Raises:
        ValueError: One is not.
    """
    for kappa in couplings:
        if not 0.0 < kappa < np.inf:
            raise ValueError(f"a coupling is a rate above 0 (1/ms), got {kappa}")
    return list(couplings)


def _check_cell(cells: Sensitive, model: Model, variable: str) -> None:
    """Refuse what `simulate` would refuse.

    Raises:
        KeyError: The model has no such variable.
        ShapeError: The current is one for many cells.
        ValueError: dt is too long for the model or the current.
    """
    start = {name: plain(x) for name, x in initial_state(model, 1, cells.initial).items()}
    if variable not in variables(start):
        raise KeyError(
            f"{type(model).__name__} has the variables {', '.join(variables(start))}, got "
            f"{variable!r}"
        )
    check_interval(cells.source, cells.dt)
    at_first = during(cells.source, 0.0, cells.dt)(0.0)
    if np.shape(plain(at_first)) not in ((), (1,)):
        raise ShapeError(
            "the current of a fit is that of one cell, got one of the shape "
            f"{np.shape(plain(at_first))}"
        )
    check_step(model, cells.integrator or model.integrator, start, at_first, cells.dt)


def _program(mismatch: Mismatch, engine: Engine) -> Callable[..., Any]:
    """What is called with points, a gain and the values of the trace.

    Raises:
        ValueError: There is no such engine.
        EngineError: It is not installed.
    """
    if engine not in ("auto", "eager", "xla"):
        raise ValueError(f"an engine is one of auto, eager, xla, got {engine!r}")
    if engine == "xla" and not xla.available():
        raise EngineError(
            "engine='xla' needs JAX, which is not installed: pip install 'neuropil[fast]', or use "
            "engine='eager'"
        )
    return mismatch if engine == "eager" or not xla.available() else xla.compile(mismatch)


def _expansion(program: Callable[..., Any], trace: Numpy, gain: float, points: Numpy) -> Expansion:
    """The sums of squares; where a simulation overflows, they are not finite and that is all."""
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        found: Expansion = program(points, np.asarray(gain), trace)
    return found


def _simulated(model: Model, cells: Sensitive, last: int, stride: int, variable: str) -> Numpy:
    """The variable from the beginning on, at each interval of the trace."""
    interval = cells.dt * stride
    run = simulate(
        model,
        cells.source,
        duration=last * interval,
        dt=cells.dt,
        integrator=cells.integrator,
        initial=cells.initial,
        record=(variable,),
        every=interval,
        engine="eager",
        progress=False,
    )
    first: Array = plain(initial_state(model, 1, cells.initial)[variable])
    return np.concatenate([first, plain(run[variable])[:, 0]])
