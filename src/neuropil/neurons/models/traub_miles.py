"""The cell of the COBAHH benchmark: a cortical cell with the currents of Traub and Miles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, final

from neuropil.neurons.checks import check_not_negative, check_positive, warn_outside
from neuropil.neurons.integrators import ExponentialEuler
from neuropil.neurons.models.channels import Channel, Gate
from neuropil.neurons.models.membrane import Membrane
from neuropil.ops import exp, phi


def sodium(conductance: Any = 20_000.0, reversal: Any = 50.0, shift: Any = -63.0) -> Channel:
    """m³h. The rates depend on u = V − V_T, with V_T the ``shift`` (mV)."""
    activation = Gate(
        alpha=lambda v: 1.28 / phi((13.0 - (v - shift)) / 4.0),
        beta=lambda v: 1.4 / phi(((v - shift) - 40.0) / 5.0),
        power=3,
    )
    inactivation = Gate(
        alpha=lambda v: 0.128 * exp((17.0 - (v - shift)) / 18.0),
        beta=lambda v: 4.0 / (1.0 + exp((40.0 - (v - shift)) / 5.0)),
    )
    return Channel(conductance, reversal, {"m": activation, "h": inactivation})


def potassium(conductance: Any = 6_000.0, reversal: Any = -90.0, shift: Any = -63.0) -> Channel:
    """n⁴. The rates depend on u = V − V_T, with V_T the ``shift`` (mV)."""
    activation = Gate(
        alpha=lambda v: 0.16 / phi((15.0 - (v - shift)) / 5.0),
        beta=lambda v: 0.5 * exp((10.0 - (v - shift)) / 40.0),
        power=4,
    )
    return Channel(conductance, reversal, {"n": activation})


def leak(conductance: Any = 10.0, reversal: Any = -60.0) -> Channel:
    """A channel that is always open."""
    return Channel(conductance, reversal)


@final
@dataclass(frozen=True, eq=False)
class TraubMiles(Membrane):
    """C dV/dt = I − g_L(V − E_L) − g_Na m³h(V − E_Na) − g_K n⁴(V − E_K), a whole small cell.

    With u = V − V_T and V_T = −63 mV the gates have, per ms, α_m = 0.32(13 − u)/(e^((13−u)/4) − 1),
    β_m = 0.28(u − 40)/(e^((u−40)/5) − 1), α_h = 0.128 e^((17−u)/18), β_h = 4/(1 + e^((40−u)/5)),
    α_n = 0.032(15 − u)/(e^((15−u)/5) − 1) and β_n = 0.5 e^((10−u)/40).

    Args:
        capacitance: C (pF); a cortical cell has 50 to 500.
        channels: By name, conductances in nS.
        start: V at the beginning (mV); gates begin where they settle at that voltage. (The network
            benchmark begins with gates at 0: give it ``initial``.)
        threshold: V above which the cell spikes (mV).
        refractory: For how long it does not spike again (ms), though V may still be above.

    Currents are in pA.

    Raises:
        ValueError: C is not above 0, or the refractory time is negative.

    References:
        R. D. Traub and R. Miles, Neuronal networks of the hippocampus, 1991. R. Brette et al.,
        Simulation of networks of spiking neurons: a review of tools and strategies, 2007,
        benchmark 3 (COBAHH).

    Example:
        >>> from neuropil import neurons
        >>> run = neurons.simulate(TraubMiles(), 200.0, duration=100.0, dt=0.05)
        >>> int(run.spiked.sum())
        5
    """

    capacitance: Any = 200.0
    channels: Mapping[str, Channel] = field(
        default_factory=lambda: {"Na": sodium(), "K": potassium(), "leak": leak()}
    )
    start: Any = -60.0
    threshold: Any = -20.0
    refractory: Any = 3.0
    integrator = ExponentialEuler()

    def __post_init__(self) -> None:
        check_positive(self, "capacitance")
        check_not_negative(self, "refractory")
        warn_outside(
            self,
            capacitance=(1.0, 10_000.0, "pF"),
            start=(-150.0, 100.0, "mV"),
            refractory=(0.0, 100.0, "ms"),
        )
