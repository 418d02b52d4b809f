"""Euler's method."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, final

from neuropil.neurons.integrators.integrator import Integrator, moved

if TYPE_CHECKING:
    from neuropil.arrays import Array
    from neuropil.neurons.integrators.integrator import Derivatives, Input, State, Stepper


@final
class Euler(Integrator):
    """x + dt f(x): along the slope at the beginning of the step.

    Example:
        >>> step = Euler().step(lambda x, i: {"v": i - x["v"]}, {"v": 0.0}, 0.5)
        >>> step({"v": 0.0}, lambda fraction: 1.0)
        {'v': 0.5}
    """

    order: ClassVar[float] = 1
    stable: ClassVar[float] = 2

    def prepare(self, derivatives: Derivatives, like: State) -> Stepper:  # noqa: ARG002
        """One slope a step."""

        def euler(dt: Array, state: State, at: Input) -> State:
            return moved(state, derivatives(state, at(0.0)), dt)

        return lambda dt: partial(euler, dt)
