"""The leaky integrate-and-fire neuron without units (notes 1.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from neuropil.neurons.checks import check_not_negative, check_positive, warn_outside
from neuropil.neurons.integrators import Exact
from neuropil.neurons.model import Model, State
from neuropil.ops import log1p, where

if TYPE_CHECKING:
    from neuropil.arrays import Array


@final
@dataclass(frozen=True, eq=False)
class NormalizedLeakyIntegrateAndFire(Model):
    """τ_m dv/dt = v_in − v; at v = 1 a spike, and v is 0 for τ_ref.

    It is the physical cell in v = (V − V_L)/(V_th − V_L), and the input v_in = R I/(V_th − V_L).

    Args:
        tau: τ_m (ms), 5 to 50 in cortical cells.
        refractory: τ_ref (ms), a few ms.

    Raises:
        ValueError: τ_m is not above 0, or τ_ref is negative.

    References:
        Notes 1.4, with their typical values for cortical neurons.

    Example:
        >>> from neuropil import neurons
        >>> run = neurons.simulate(NormalizedLeakyIntegrateAndFire(), 0.5, duration=20.0, dt=1.0)
        >>> run["v"][-1].round(4).tolist()  # 0.5 (1 − 1/e)
        [0.3161]
    """

    tau: Any = 20.0
    refractory: Any = 2.0
    held = ("v",)
    integrator = Exact()

    def __post_init__(self) -> None:
        check_positive(self, "tau")
        check_not_negative(self, "refractory")
        warn_outside(self, tau=(0.1, 1000.0, "ms"), refractory=(0.0, 100.0, "ms"))

    def initial(self) -> State:
        """At rest."""
        return {"v": 0.0}

    def derivatives(self, state: State, current: Array) -> State:
        """(v_in − v)/τ_m."""
        return {"v": (current - state["v"]) / self.tau}

    def excess(self, state: State) -> Array:
        """V − 1."""
        return state["v"] - 1.0

    def reset(self, state: State) -> State:  # noqa: ARG002
        """v ← 0."""
        return {"v": 0.0}

    def rate(self, current: Array) -> Array:
        """The rate (Hz) for a constant v_in: 1/(τ_ref − τ_m ln(1 − 1/v_in)) above 1, 0 below.

        Example:
            >>> import numpy as np
            >>> NormalizedLeakyIntegrateAndFire().rate(np.array([0.5, 2.0, 1e9])).round(2).tolist()
            [0.0, 63.04, 500.0]
        """
        above = current > 1.0
        interval = self.refractory - self.tau * log1p(-1.0 / where(above, current, 2.0))
        return where(above, 1000.0 / interval, 0.0)
