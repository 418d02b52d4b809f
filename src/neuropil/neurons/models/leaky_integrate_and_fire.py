"""The leaky integrate-and-fire neuron (notes 1.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from neuropil.neurons.checks import check_above, check_not_negative, check_positive, warn_outside
from neuropil.neurons.integrators import Exact
from neuropil.neurons.model import Model, State
from neuropil.ops import log, where

if TYPE_CHECKING:
    from neuropil.arrays import Array


@final
@dataclass(frozen=True, eq=False)
class LeakyIntegrateAndFire(Model):
    """τ_m dv/dt = −(v − E_L) + R I with R = τ_m/C; at V_th a spike, and v returns to V_r.

    Args:
        capacitance: C (pF); a cortical cell has 50 to 500.
        tau: The membrane time constant τ_m = R C (ms), 5 to 50 in such cells.
        leak: E_L (mV), where v rests.
        threshold: V_th (mV).
        reset_to: V_r (mV), held during the refractory time.
        refractory: t_ref (ms).

    Currents are in pA.

    Raises:
        ValueError: A capacitance or time constant that is not above 0, a threshold not above the
            reset, or a negative refractory time.

    References:
        Notes 1.4. L. Lapicque, Recherches quantitatives sur l'excitation électrique des nerfs
        traitée comme une polarisation, 1907.

    Example:
        >>> cell = LeakyIntegrateAndFire()
        >>> print(cell.rate(400.0).round(2))  # Hz
        33.64
    """

    capacitance: Any = 250.0
    tau: Any = 10.0
    leak: Any = -70.0
    threshold: Any = -55.0
    reset_to: Any = -70.0
    refractory: Any = 2.0
    held = ("v",)
    integrator = Exact()

    def __post_init__(self) -> None:
        check_positive(self, "capacitance", "tau")
        check_not_negative(self, "refractory")
        check_above(self, "threshold", "reset_to")
        warn_outside(
            self,
            capacitance=(1.0, 10_000.0, "pF"),
            tau=(0.1, 1000.0, "ms"),
            leak=(-120.0, 0.0, "mV"),
            threshold=(-100.0, 30.0, "mV"),
            reset_to=(-120.0, 0.0, "mV"),
            refractory=(0.0, 100.0, "ms"),
        )

    def initial(self) -> State:
        """At rest."""
        return {"v": self.leak}

    def derivatives(self, state: State, current: Array) -> State:
        """The charge that leaks and the charge that comes in."""
        return {"v": (self.leak - state["v"]) / self.tau + current / self.capacitance}

    def excess(self, state: State) -> Array:
        """v − V_th (mV)."""
        return state["v"] - self.threshold

    def reset(self, state: State) -> State:  # noqa: ARG002
        """v ← V_r."""
        return {"v": self.reset_to}

    def rate(self, current: Array) -> Array:
        """The rate (Hz) for a constant current: 1/(t_ref + τ_m ln((RI+E_L−V_r)/(RI+E_L−V_th))).

        0 where R I + E_L does not pass the threshold.
        """
        driven_to = self.leak + self.tau / self.capacitance * current
        above = driven_to > self.threshold
        distance = where(above, driven_to - self.threshold, 1.0)
        start = where(above, driven_to - self.reset_to, 1.0)
        interval = self.refractory + self.tau * log(start / distance)
        return where(above, 1000.0 / interval, 0.0)
