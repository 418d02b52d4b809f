"""Heun's method."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, final

from neuropil.neurons.integrators.integrator import Integrator, moved

if TYPE_CHECKING:
    from neuropil.arrays import Array
    from neuropil.neurons.integrators.integrator import Derivatives, Input, State, Stepper


@final
class Heun(Integrator):
    """x + dt (k₁ + k₂)/2 with k₁ = f(x), k₂ = f(x + dt k₁).

    Example:
        >>> step = Heun().step(lambda x, i: {"v": i - x["v"]}, {"v": 0.0}, 0.5)
        >>> step({"v": 0.0}, lambda fraction: 1.0)
        {'v': 0.375}
    """

    order: ClassVar[float] = 2
    stable: ClassVar[float] = 2

    def prepare(self, derivatives: Derivatives, like: State) -> Stepper:  # noqa: ARG002
        """Two slopes a step."""

        def heun(dt: Array, state: State, at: Input) -> State:
            first = derivatives(state, at(0.0))
            second = derivatives(moved(state, first, dt), at(1.0))
            return {name: x + dt * 0.5 * (first[name] + second[name]) for name, x in state.items()}

        return lambda dt: partial(heun, dt)
