"""The adaptive exponential integrate-and-fire neuron."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from neuropil.neurons.checks import check_not_negative, check_positive, warn_outside
from neuropil.neurons.integrators import RK4
from neuropil.neurons.model import Model, State
from neuropil.ops import exp, minimum

if TYPE_CHECKING:
    from neuropil.arrays import Array

STEEPEST = 50.0  # e⁵⁰ stands for a voltage that goes off within no time, and does not overflow


@final
@dataclass(frozen=True, eq=False)
class AdaptiveExponential(Model):
    """C dv/dt = −g_L(v − E_L) + g_L Δ_T e^((v − V_T)/Δ_T) − w + I, τ_w dw/dt = a(v − E_L) − w.

    At ``cut`` a spike: v ← V_r and w ← w + b. Beyond it v counts as ``cut`` in the equations: what
    a step overshoots, as the exponential goes to infinity, must not reach w.

    Args:
        capacitance: C (pF).
        conductance: g_L (nS).
        leak: E_L (mV).
        threshold: V_T (mV), where the exponential takes over.
        slope: Δ_T (mV), how sharply: 0.5 to 5.
        tau: τ_w (ms), of the adaptation: 30 to 300.
        coupling: a (nS), from the voltage to the adaptation.
        jump: b (pA), what a spike adds to it.
        reset_to: V_r (mV).
        cut: Where a spike is counted (mV).
        refractory: For how long v is held after a spike (ms); none in the paper.

    Currents are in pA.

    Raises:
        ValueError: C, g_L, Δ_T or τ_w is not above 0, or the refractory time is negative.

    References:
        R. Brette and W. Gerstner, Adaptive exponential integrate-and-fire model as an effective
        description of neuronal activity, 2005; the values are theirs.

    Example:
        >>> from neuropil import neurons
        >>> import numpy as np
        >>> run = neurons.simulate(AdaptiveExponential(), 1000.0, duration=200.0, dt=0.05)
        >>> intervals = np.diff(run.times[run.spiked[:, 0]])
        >>> bool((np.diff(intervals) > 0.0).all()), len(intervals)  # it adapts
        (True, 7)
    """

    capacitance: Any = 281.0
    conductance: Any = 30.0
    leak: Any = -70.6
    threshold: Any = -50.4
    slope: Any = 2.0
    tau: Any = 144.0
    coupling: Any = 4.0
    jump: Any = 80.5
    reset_to: Any = -70.6
    cut: Any = 20.0
    refractory: Any = 0.0
    held = ("v",)
    integrator = RK4()

    def __post_init__(self) -> None:
        check_positive(self, "capacitance", "conductance", "slope", "tau")
        check_not_negative(self, "refractory")
        warn_outside(
            self,
            capacitance=(1.0, 10_000.0, "pF"),
            conductance=(0.1, 1000.0, "nS"),
            leak=(-120.0, 0.0, "mV"),
            threshold=(-100.0, 30.0, "mV"),
            slope=(0.01, 20.0, "mV"),
            tau=(1.0, 10_000.0, "ms"),
            coupling=(-200.0, 200.0, "nS"),
            jump=(0.0, 2000.0, "pA"),
            reset_to=(-120.0, 30.0, "mV"),
            refractory=(0.0, 100.0, "ms"),
        )

    def initial(self) -> State:
        """At the leak's reversal potential, not adapted."""
        return {"v": self.leak, "w": 0.0}

    def derivatives(self, state: State, current: Array) -> State:
        """The membrane and its adaptation."""
        v = minimum(state["v"], self.cut)
        upstroke = self.slope * exp(minimum((v - self.threshold) / self.slope, STEEPEST))
        charge = self.conductance * (self.leak - v + upstroke) - state["w"] + current
        return {
            "v": charge / self.capacitance,
            "w": (self.coupling * (v - self.leak) - state["w"]) / self.tau,
        }

    def excess(self, state: State) -> Array:
        """V above the cut (mV)."""
        return state["v"] - self.cut

    def reset(self, state: State) -> State:
        """v ← V_r and w ← w + b."""
        return {"v": self.reset_to, "w": state["w"] + self.jump}
