"""One time step of many cells: they move, some spike and are reset (notes 1.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from neuropil.arrays import namespace
from neuropil.errors import ShapeError
from neuropil.graph import plain
from neuropil.ops import astype, greater_equal, logical_and, where

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from neuropil.arrays import Array
    from neuropil.neurons.integrators.integrator import Input, Integrator
    from neuropil.neurons.model import Model, State
    from neuropil.ops.surrogates import Surrogate

REFRACTORY = "refractory"
"""The name under which a state holds how many steps a cell stays refractory."""


class Crossings(NamedTuple):
    """Spikes within a step.

    Attributes:
        offsets: How long after the beginning of the step (ms).
        cells: Which cell.
    """

    offsets: Float[np.ndarray, " spikes"]
    cells: Int[np.ndarray, " spikes"]


class Stepped(NamedTuple):
    """The state one step later, and which cells spiked in it.

    Attributes:
        state: The variables.
        spiked: For each cell, whether; with a surrogate 1 or 0, which have its derivative.
        crossings: When; None for spikes at the end of the step.
    """

    state: State
    spiked: Array
    crossings: Crossings | None = None


Advance: TypeAlias = Callable[["State", "Input"], Stepped]
"""``(state, input) -> Stepped``: one time step."""


def stepper(
    model: Model,
    integrator: Integrator,
    like: State,
    dt: float,
    *,
    surrogate: Surrogate | None = None,
    detach_reset: bool = True,
) -> Advance:
    """A step of the cells: integrate, threshold, reset; spikes count at the end of the step.

    A cell that spikes is refractory for ``model.refractory`` ms, rounded to steps: the variables
    that are ``held`` stay where they are, the others move on, and it cannot spike.

    Args:
        model: The equations.
        integrator: How they are integrated.
        like: A state, with or without ``refractory``.
        dt: The time step (ms).
        surrogate: What stands for the derivative of a spike with respect to how far the cell is
            above threshold. That it may spike, not being refractory, has none.
        detach_reset: Whether a reset passes on the derivatives of what it leaves alone and of what
            it sets, and not that of the spike which causes it.
    """
    variables = {name: x for name, x in like.items() if name != REFRACTORY}
    advance = integrator.step(model.derivatives, variables, dt)
    pause = in_steps(model.refractory, dt)
    rising = spikes_when_rising(model)

    def step(state: State, at: Input) -> Stepped:
        before = {name: x for name, x in state.items() if name != REFRACTORY}
        moved = dict(advance(before, at))
        waiting = state[REFRACTORY]
        free = waiting <= 0
        for name in model.held:
            moved[name] = where(free, moved[name], before[name])
        spiked = _spiked(model, before, moved, free, rising=rising)
        spikes = None
        if surrogate is not None:
            spikes = _spikes(surrogate, model, before, moved, free, rising=rising)
        if model.reset is not None:
            for name, value in model.reset(moved).items():
                if spikes is None or detach_reset:
                    moved[name] = where(spiked, value, moved[name])
                else:
                    moved[name] = spikes * value + (1.0 - spikes) * moved[name]
        moved[REFRACTORY] = where(spiked, pause, waiting - astype(~free, np.int32))
        return Stepped(moved, spiked if spikes is None else spikes)

    return step


def in_steps(refractory: Array, dt: float) -> Array:
    """A refractory time in ms, rounded to steps."""
    xp = namespace(plain(refractory))
    return xp.round(xp.asarray(plain(refractory)) / dt).astype(np.int32)


def spikes_when_rising(model: Model) -> bool:
    """Whether a cell spikes when it comes above threshold, not as long as it is there.

    So do models that a spike neither resets nor makes wait.
    """
    refractory = plain(model.refractory)
    waits = not isinstance(refractory, np.ndarray | np.generic | float | int) or np.any(refractory)
    return model.reset is None and not waits


def _spiked(model: Model, before: State, after: State, free: Array, *, rising: bool) -> Array:
    """Which cells are above threshold and may spike; of a model without reset, which rose to it."""
    if model.excess is None:
        return plain(free) & False
    above = greater_equal(model.excess(after), 0.0)
    spiked = logical_and(above, free)
    return logical_and(spiked, model.excess(before) < 0.0) if rising else spiked


def _spikes(
    surrogate: Surrogate, model: Model, before: State, after: State, free: Array, *, rising: bool
) -> Array:
    """What `_spiked` says, as numbers with a derivative."""
    if model.excess is None:
        return astype(plain(free) & False, np.float64)
    excess = model.excess(after)
    may = logical_and(free, model.excess(before) < 0.0) if rising else free
    return surrogate.spike(excess) * astype(may, plain(excess).dtype)


def initial_state(
    model: Model, cells: int, given: State | None = None, *, waits_in: type = np.int32
) -> dict[str, Array]:
    """Where the cells are at the beginning: ``model.initial()``, but for what is given.

    Args:
        model: What each of them is.
        cells: How many.
        given: Numbers, or arrays with one for each cell. The state another run ended in is one.
        waits_in: The dtype of ``refractory``.

    Raises:
        KeyError: Something is given that is no variable of the model.
        ShapeError: An array with another number of elements.
    """
    start = {**model.initial(), REFRACTORY: 0}
    for name, value in (given or {}).items():
        if name not in start:
            raise KeyError(
                f"{type(model).__name__} has the variables {', '.join(start)}, got {name!r}"
            )
        start[name] = value
    library = namespace(*map(plain, start.values()))
    state: dict[str, Any] = {}
    for name, value in start.items():
        if np.shape(plain(value)) not in ((), (1,), (cells,)):
            raise ShapeError(
                f"{name} begins with a number or one for each of {cells} cells, got "
                f"{np.shape(plain(value))}"
            )
        dtype = waits_in if name == REFRACTORY else np.float64
        state[name] = value + library.zeros(cells, dtype=dtype)
    return state
