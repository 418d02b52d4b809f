"""Exponential Euler: each variable as if the others stood still."""

from __future__ import annotations

from functools import partial
from math import inf
from typing import TYPE_CHECKING, ClassVar, final

from neuropil.neurons.integrators.integrator import Integrator
from neuropil.neurons.integrators.partials import linearised
from neuropil.ops import phi

if TYPE_CHECKING:
    from neuropil.arrays import Array
    from neuropil.neurons.integrators.integrator import Derivatives, Input, State, Stepper


@final
class ExponentialEuler(Integrator):
    """x + dt φ₁(J dt) f(x) for each variable by itself, with J = ∂f/∂x and φ₁(z) = (eᶻ − 1)/z.

    Exact for a variable that obeys dx/dt = (x_∞ − x)/τ while the others stand still, as gates and
    membranes do; therefore stable for any step where they are. The rates J come from the graph's
    own derivative: no special form is asked of a model.

    References:
        S. Rush and H. Larsen, A practical algorithm for solving dynamic membrane equations, 1978.

    Example:
        >>> import numpy as np
        >>> step = ExponentialEuler().step(lambda x, i: {"v": i - x["v"]}, {}, 1.0)
        >>> step({"v": np.zeros(1)}, lambda fraction: 1.0)["v"].round(4).tolist()  # 1 − 1/e
        [0.6321]
    """

    order: ClassVar[float] = 1
    stable: ClassVar[float] = inf

    def prepare(self, derivatives: Derivatives, like: State) -> Stepper:  # noqa: ARG002
        """One slope and its derivative a step."""

        def exponential_euler(dt: Array, state: State, at: Input) -> State:
            names = list(state)
            pairs = [(name, name) for name in names]
            rates, partials = linearised(derivatives, state, at(0.0), pairs)
            return {
                name: state[name] + dt * rates[name] * (1.0 if j is None else phi(j * dt))
                for name, j in zip(names, partials, strict=True)
            }

        return lambda dt: partial(exponential_euler, dt)
