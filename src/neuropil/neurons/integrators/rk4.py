"""The classical Runge-Kutta method."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, final

from neuropil.neurons.integrators.integrator import Integrator, moved

if TYPE_CHECKING:
    from neuropil.arrays import Array
    from neuropil.neurons.integrators.integrator import Derivatives, Input, State, Stepper


@final
class RK4(Integrator):
    """x + dt (k₁ + 2k₂ + 2k₃ + k₄)/6, slopes at the start, twice midway, at the end.

    Example:
        >>> step = RK4().step(lambda x, i: {"v": i - x["v"]}, {"v": 0.0}, 1.0)
        >>> step({"v": 0.0}, lambda fraction: 1.0)  # 1 − 1/e is 0.632
        {'v': 0.625}
    """

    order: ClassVar[float] = 4
    stable: ClassVar[float] = 2.785

    def prepare(self, derivatives: Derivatives, like: State) -> Stepper:  # noqa: ARG002
        """Four slopes a step."""

        def rk4(dt: Array, state: State, at: Input) -> State:
            k1 = derivatives(state, at(0.0))
            k2 = derivatives(moved(state, k1, 0.5 * dt), at(0.5))
            k3 = derivatives(moved(state, k2, 0.5 * dt), at(0.5))
            k4 = derivatives(moved(state, k3, dt), at(1.0))
            return {
                name: x + dt / 6.0 * (k1[name] + 2.0 * (k2[name] + k3[name]) + k4[name])
                for name, x in state.items()
            }

        return lambda dt: partial(rk4, dt)
