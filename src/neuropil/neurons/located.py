"""Spikes where the threshold is crossed, within a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, final

import numpy as np

from neuropil.graph import no_grad, plain
from neuropil.neurons.crossing import crossing
from neuropil.neurons.stepping import REFRACTORY, Crossings, Stepped, spikes_when_rising
from neuropil.neurons.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from neuropil.arrays import Array
    from neuropil.neurons.integrators import Integrator
    from neuropil.neurons.integrators.integrator import Input, Step
    from neuropil.neurons.model import Model, State
    from neuropil.neurons.stepping import Advance

    Numpy = np.ndarray[Any, Any]

_MOST = 1000  # spikes of a cell in a step


@final
class Located(Timing):
    """A spike is where the threshold is crossed, and the cell is refractory for exactly t_ref.

    Where a cell is above threshold at the end of a step, the crossing is found by a bracketing
    method on the integrator itself; the cell is reset there, waits, and moves on for the rest of
    the step. While it waits, the variables that are ``held`` stand still in the equations of the
    others. With the integrator `Exact` and a constant input nothing depends on the step any more.

    A cell that crosses the threshold and comes back within one step is not seen. NumPy only:
    there is no derivative with respect to the time of a crossing, and no program of XLA.

    Raises:
        ValueError: (in a step) A cell is above threshold where a spike has set it, without a
            refractory time: it would spike for ever.
    """

    pure: ClassVar[bool] = False
    waits_in: ClassVar[type] = np.float64

    def stepper(self, model: Model, integrator: Integrator, like: State, dt: float) -> Advance:
        """Whole steps for most cells; those that cross, or stop waiting, in parts."""
        variables = {name: np.asarray(plain(x)) for name, x in like.items() if name != REFRACTORY}
        held = tuple(model.held)

        def frozen(state: State, current: Array) -> State:
            rates = dict(model.derivatives(state, current))
            return rates | {name: 0.0 * rates[name] for name in held}

        with no_grad():
            free = integrator.prepare(model.derivatives, variables)
            waiting = integrator.prepare(frozen, variables) if held else free
            return _Stepper(model, dt, free, waiting, free(dt), waiting(dt))


@dataclass(frozen=True, eq=False)
class _Stepper:
    """Attributes: the model, dt; steps of any length, and of dt, of cells that are free or wait."""

    model: Model
    dt: float
    free: Callable[[Any], Step]
    waiting: Callable[[Any], Step]
    whole_free: Step
    whole_waiting: Step

    def __call__(self, state: State, at: Input) -> Stepped:
        with no_grad():
            return self._step(dict(state), at)

    def _step(self, state: dict[str, Any], at: Input) -> Stepped:
        waits = state.pop(REFRACTORY)
        free = waits <= 0.0
        after = _values(self.whole_free(state, at))
        parted = (self._spikes(state, after, free) & free) | (~free & (waits < self.dt))
        if not free.all():
            stood = _values(self.whole_waiting(state, at))
            after = _where(free, after, stood)
        left = np.maximum(waits - self.dt, 0.0)
        if not parted.any():
            none = np.zeros_like(free)
            return Stepped(after | {REFRACTORY: left}, none, Crossings(*_NO_SPIKES))
        exact, rest, crossings = self._in_parts(state, waits, parted, at)
        after = _where(parted, exact, after)
        after[REFRACTORY] = np.where(parted, rest, left)
        spiked = np.zeros_like(free)
        spiked[crossings.cells] = True
        return Stepped(after, spiked, crossings)

    def _in_parts(
        self, state: dict[str, Any], waits: Numpy, parted: Numpy, at: Input
    ) -> tuple[dict[str, Any], Numpy, Crossings]:
        """The step of some cells: they wait, move, spike, wait, move … until its end."""
        past = np.where(parted, 0.0, self.dt)  # how much of the step
        offsets: list[Numpy] = []
        cells: list[Numpy] = []
        for _ in range(_MOST):
            length = np.minimum(np.maximum(waits, 0.0), self.dt - past)
            if length.any():
                part = _part(at, past, length, self.dt)
                state = _where(length > 0.0, _values(self.waiting(length)(state, part)), state)
                past, waits = past + length, waits - length
            length = np.where(waits <= 0.0, self.dt - past, 0.0)
            if not (length > 0.0).any():
                return state, waits, _in_order(offsets, cells)
            state, past, spiked = self._move(state, past, length, at)
            waits = np.where(spiked, plain(self.model.refractory), waits)
            cells.append(np.flatnonzero(spiked))
            offsets.append(past[spiked])
        raise ValueError(
            f"cell {int(cells[-1][0])} spiked {_MOST} times in a step: its reset leaves it above "
            "threshold; lower the reset, or give the model a refractory time"
        )

    def _move(
        self, state: dict[str, Any], past: Numpy, length: Numpy, at: Input
    ) -> tuple[dict[str, Any], Numpy, Numpy]:
        """Free cells, to the end of the step or, reset, to where they spike."""
        moving = length > 0.0

        def moved(length: Numpy) -> dict[str, Any]:
            return _values(self.free(length)(state, _part(at, past, length, self.dt)))

        after = moved(length)
        spiked = self._spikes(state, after, moving)
        if spiked.any():
            model: Any = self.model
            before, end = (_value(model.excess(x)) for x in (state, after))
            searched = spiked & (before < 0.0)
            found = crossing(
                lambda length: _value(model.excess(moved(length))),
                np.zeros_like(length),
                length,
                before,
                end,
                searched,
            )
            length = np.where(spiked, found, length)
            after = _where(spiked, moved(length), after)
            if model.reset is not None:
                changed = {name: _value(x) for name, x in model.reset(after).items()}
                after |= _where(spiked, changed, {name: after[name] for name in changed})
        ended = moving & ~spiked
        return (
            _where(moving, after, state),
            np.where(ended, self.dt, past + length),
            spiked,
        )

    def _spikes(self, before: State, after: State, free: Numpy) -> Numpy:
        """Which of the free cells are above threshold, or have come above it."""
        model = self.model
        if model.excess is None:
            return np.zeros_like(free)
        above: Numpy = free & (_value(model.excess(after)) >= 0.0)
        if spikes_when_rising(model):
            above &= _value(model.excess(before)) < 0.0
        return above


_NO_SPIKES = np.zeros(0), np.zeros(0, np.int64)


def _in_order(offsets: list[Numpy], cells: list[Numpy]) -> Crossings:
    if not offsets:
        return Crossings(*_NO_SPIKES)
    times, numbers = np.concatenate(offsets), np.concatenate(cells)
    order = np.argsort(times, kind="stable")
    return Crossings(times[order], numbers[order])


def _part(at: Input, past: Numpy, length: Numpy, dt: float) -> Input:
    """The input within a part of the step, which begins ``past`` ms after it."""

    def within(fraction: Any) -> Any:
        inside: Any = (past + fraction * length) / dt
        return at(inside)

    return within


def _value(x: Any) -> Numpy:
    return np.asarray(plain(x))


def _values(state: State) -> dict[str, Any]:
    return {name: _value(x) for name, x in state.items()}


def _where(chosen: Numpy, these: State, others: State) -> dict[str, Any]:
    return {name: np.where(chosen, x, others[name]) for name, x in these.items()}
