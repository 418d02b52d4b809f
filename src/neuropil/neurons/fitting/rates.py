"""Parameters from a curve of rates over currents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil import plot
from neuropil.errors import DataError
from neuropil.graph import Variable, enable_grad, gradients, plain
from neuropil.neurons.fitting.fit import Fit, judged
from neuropil.neurons.fitting.interruption import FitInterrupted
from neuropil.neurons.fitting.parameters import parameters as checked_parameters
from neuropil.neurons.fitting.samples import checked_curve
from neuropil.neurons.fitting.search import Stage, search
from neuropil.optim import Expansion

if TYPE_CHECKING:
    from jaxtyping import Float
    from matplotlib.figure import Figure

    from neuropil.neurons.fitting.parameters import Bounds, Starts
    from neuropil.neurons.fitting.sensitivity import Build
    from neuropil.random import Generator

    Numpy = np.ndarray[Any, Any]


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class RateFit(Fit):
    """A model fitted to a curve of rates; ``at`` are currents. See `fit_rates`."""

    @property
    def unit(self) -> str:
        """Hz."""
        return "Hz"

    def plot(self) -> Figure:
        """The rates that were observed, and the model's formula."""
        order = np.argsort(self.at)
        return plot.tuning_curve(
            self.at[order],
            {"observed": self.observed[order]},
            analytic=self.fitted[order],
            label="current",
        )


def fit_rates(
    model: Build,
    currents: Float[Numpy, " n"],
    rates: Float[Numpy, " n"],
    parameters: Bounds,
    *,
    starts: Starts = 32,
    rng: int | Generator | None = None,
    max_steps: int = 100,
    progress: bool = True,
) -> RateFit:
    """Find parameters with which a model's rates are those observed: least squares.

    The model has a method ``rate(current)``, the formula of its rate, which the graph
    differentiates; `LeakyIntegrateAndFire` and `NormalizedLeakyIntegrateAndFire` have one, and a
    model of your own may. Rates that were simulated are observed ones to this function
    (`tuning.rates`).

    A curve of rates does not tell all parameters. An integrate-and-fire cell's depends on its time
    constant, its refractory time, its least current that fires, (V_th − E_L) C/τ, and on
    (V_th − V_r)/(V_th − E_L) alone: fit at most one parameter for each of these. Where a set is too
    large, the fit says which are ``undetermined``. And where a model is silent, its parameters
    make no difference: many starts are taken for that.

    Args:
        model: The model as a function of its parameters by name, such as `LeakyIntegrateAndFire`.
        currents: The constant inputs.
        rates: What was observed (Hz).
        parameters: By name, the least and the largest value of each that is fitted.
        starts: How many, drawn evenly between the bounds; or where to begin, by name.
        rng: What draws them.
        max_steps: The most steps of the search.
        progress: Show a bar, if there is a terminal.

    Raises:
        TypeError: The model is no function of parameters, or what it returns has no ``rate``.
        KeyError: It has no such parameter.
        ValueError: Bounds that are the wrong way round, or a start outside of them.
        ShapeError: Currents and rates are no lists of one length.
        DataError: One is not finite, a rate is negative, all are 0, or there are too few.
        FitInterrupted: Ctrl-C; holds the fit so far.

    Example:
        >>> from neuropil import neurons
        >>> currents = np.linspace(350.0, 800.0, 10)  # pA
        >>> rates = neurons.LeakyIntegrateAndFire(tau=20.0, refractory=3.0).rate(currents)
        >>> measured = rates + np.random.default_rng(0).normal(0.0, 0.2, 10)
        >>> fit = fit_rates(
        ...     neurons.LeakyIntegrateAndFire, currents, measured,
        ...     {"tau": (5.0, 50.0), "refractory": (0.0, 10.0)}, rng=0,
        ... )
        >>> print(fit)
        tau        = 20.08 ± 0.11
        refractory = 3.005 ± 0.0094
        rms 0.145 Hz of 10 samples; 31 of 32 starts agree
    """
    chosen = checked_parameters(model, parameters, starts, rng)
    currents, rates = checked_curve(
        currents, rates, least=len(parameters) + 1, what="the currents and the rates"
    )
    if rates.min() < 0.0 or rates.max() == 0.0:
        raise DataError(
            f"rates are not negative and not all 0, got {rates.min():g} to {rates.max():g} Hz"
        )
    if not callable(getattr(model(**chosen.named(chosen.starts[0])), "rate", None)):
        raise TypeError(
            "fit_rates needs a model with a method rate(current), as LeakyIntegrateAndFire has; "
            "fit others to a trace of their voltage (fit_trace)"
        )

    def expand(points: Numpy) -> Expansion:
        """Each start with each current is a cell, and depends on its own parameters only."""
        shape = (len(points), len(currents))
        cells = [Variable(np.broadcast_to(column[:, None], shape)) for column in points.T]
        with enable_grad(), np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            found: Any = model(**dict(zip(chosen.names, cells, strict=True)))
            rate = found.rate(currents)
            slopes = gradients(rate, cells, np.ones(shape))
        r = plain(rate) - rates
        rows = np.stack([np.zeros(shape) if s is None else plain(s) for s in slopes], axis=2)
        return Expansion(
            0.5 * np.sum(r**2, axis=1),
            np.einsum("sc,scp->sp", r, rows),
            np.einsum("scp,scq->spq", rows, rows),
        )

    found = search([Stage("rates", expand)], chosen, max_steps=max_steps, progress=progress)
    fields = judged(chosen, found, len(rates))
    best: Any = model(**fields["values"])
    fit = RateFit(
        model=best, at=currents, observed=rates, fitted=plain(best.rate(currents)), **fields
    )
    if found.interrupted:
        raise FitInterrupted(fit)
    return fit
