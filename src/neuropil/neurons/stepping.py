"""One time step of many cells: they move, some spike and are reset (notes 1.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neuropil.arrays import namespace
from neuropil.graph import plain
from neuropil.ops import astype, greater_equal, logical_and, where

if TYPE_CHECKING:
    from collections.abc import Callable

    from neuropil.arrays import Array
    from neuropil.neurons.integrators.integrator import Input, Integrator
    from neuropil.neurons.model import Model, State

REFRACTORY = "refractory"
"""The name under which a state holds how many steps a cell stays refractory."""


class Stepped(NamedTuple):
    """The state one step later, and which cells spiked in it."""

    state: State
    spiked: Array


def stepper(
    model: Model, integrator: Integrator, like: State, dt: float
) -> Callable[[State, Input], Stepped]:
    """A step of the cells: integrate, threshold, reset; spikes count at the end of the step.

    A cell that spikes is refractory for ``model.refractory`` ms, rounded to steps: the variables
    that are ``held`` stay where they are, the others move on, and it cannot spike.

    Args:
        model: The equations.
        integrator: How they are integrated.
        like: A state, with or without ``refractory``.
        dt: The time step (ms).
    """
    variables = {name: x for name, x in like.items() if name != REFRACTORY}
    advance = integrator.step(model.derivatives, variables, dt)
    pause = np.rint(np.asarray(plain(model.refractory)) / dt).astype(np.int32)
    rising = model.reset is None and not pause.any()

    def step(state: State, at: Input) -> Stepped:
        before = {name: x for name, x in state.items() if name != REFRACTORY}
        moved = dict(advance(before, at))
        waiting = state[REFRACTORY]
        free = waiting <= 0
        for name in model.held:
            moved[name] = where(free, moved[name], before[name])
        spiked = _spiked(model, before, moved, free, rising=rising)
        if model.reset is not None:
            for name, value in model.reset(moved).items():
                moved[name] = where(spiked, value, moved[name])
        moved[REFRACTORY] = where(spiked, pause, waiting - astype(~free, np.int32))
        return Stepped(moved, spiked)

    return step


def _spiked(model: Model, before: State, after: State, free: Array, *, rising: bool) -> Array:
    """Which cells are above threshold and may spike; of a model without reset, which rose to it."""
    if model.excess is None:
        return plain(free) & False
    above = greater_equal(model.excess(after), 0.0)
    spiked = logical_and(above, free)
    return logical_and(spiked, model.excess(before) < 0.0) if rising else spiked


def initial_state(model: Model, cells: int, given: State | None = None) -> dict[str, Array]:
    """Where the cells are at the beginning: ``model.initial()``, but for what is given.

    Raises:
        KeyError: Something is given that is no variable of the model.
    """
    start = dict(model.initial())
    for name, value in (given or {}).items():
        if name not in start:
            raise KeyError(
                f"{type(model).__name__} has the variables {', '.join(start)}, got {name!r}"
            )
        start[name] = value
    library = namespace(*map(plain, start.values()))
    state: dict[str, Any] = {
        name: value + library.zeros(cells, dtype=np.float64) for name, value in start.items()
    }
    state[REFRACTORY] = library.zeros(cells, dtype=np.int32)
    return state
