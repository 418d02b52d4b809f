"""Whether a time step is short enough for a model and an integrator."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.graph import no_grad, plain
from neuropil.neurons.inputs import parts
from neuropil.neurons.integrators.partials import linearised
from neuropil.neurons.stepping import REFRACTORY

if TYPE_CHECKING:
    from neuropil.arrays import Array
    from neuropil.neurons.inputs import Input
    from neuropil.neurons.integrators import Integrator
    from neuropil.neurons.model import Model, State


def check_step(
    model: Model, integrator: Integrator, state: State, current: Array, dt: float
) -> None:
    """Refuse a step with which a variable that decays would grow; warn of one that is coarse.

    A variable's time constant is −1/(∂f/∂x), here for the state the cells begin in: elsewhere it
    may be another.

    Raises:
        ValueError: dt is longer than the integrator allows.
    """
    name = type(integrator).__name__
    for variable, tau in _time_constants(model, state, current).items():
        if dt > integrator.stable * tau:
            raise ValueError(
                f"{name} needs dt below {integrator.stable * tau:.3g} ms, {integrator.stable:g} "
                f"times the time constant of {variable}, {tau:.3g} ms; got {dt:g} ms, with which "
                f"{variable} would grow without bound: take a smaller dt, or ExponentialEuler()"
            )
        if dt > tau and np.isfinite(integrator.stable):
            warnings.warn(
                f"dt = {dt:g} ms is longer than the time constant of {variable}, {tau:.3g} ms, "
                f"which {name} follows badly: take a smaller dt, or ExponentialEuler()",
                stacklevel=3,
            )


def check_refractory(model: Model, dt: float) -> None:
    """Warn of a refractory time that is no step on the grid."""
    refractory = np.asarray(plain(model.refractory))
    if np.any((refractory > 0.0) & (refractory < 0.5 * dt)):
        warnings.warn(
            f"a refractory time of {refractory[refractory > 0.0].min():g} ms is less than half a "
            f"step of {dt:g} ms: on the grid it is none; take a smaller dt, or timing=Located()",
            stacklevel=3,
        )


def check_interval(source: Input, dt: float) -> None:
    """Refuse steps that would leave out values of a current that keeps each for some time.

    Raises:
        ValueError: dt is longer than that time.
    """
    for part in parts(source):
        if part.interval is not None and dt > part.interval * (1.0 + 1e-9):
            raise ValueError(
                f"{type(part).__name__} has another value every {part.interval:g} ms, so that a "
                f"step of {dt:g} ms would leave some out: make it for this dt, or take a smaller dt"
            )


def _time_constants(model: Model, state: State, current: Array) -> dict[str, float]:
    """The shortest of any cell, for the variables that decay while the others stand still."""
    variables: dict[str, Any] = {name: plain(x) for name, x in state.items() if name != REFRACTORY}
    with no_grad():
        _, partials = linearised(
            model.derivatives, variables, plain(current), [(name, name) for name in variables]
        )
    rates = {
        name: float(-np.min(plain(partial)))
        for name, partial in zip(variables, partials, strict=True)
        if partial is not None
    }
    return {name: 1.0 / rate for name, rate in rates.items() if 0.0 < rate < np.inf}
