"""The Hodgkin-Huxley membrane (notes 1.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, final

from neuropil.neurons.checks import check_positive, warn_outside
from neuropil.neurons.integrators import RK4
from neuropil.neurons.models.channels import Channel, Gate
from neuropil.neurons.models.membrane import Membrane
from neuropil.ops import exp, phi


def sodium(conductance: Any = 120.0, reversal: Any = 50.0) -> Channel:
    """The squid axon's sodium channel, m³h, at 6.3 °C."""
    activation = Gate(
        alpha=lambda v: 1.0 / phi(-(v + 40.0) / 10.0),
        beta=lambda v: 4.0 * exp(-(v + 65.0) / 18.0),
        power=3,
    )
    inactivation = Gate(
        alpha=lambda v: 0.07 * exp(-(v + 65.0) / 20.0),
        beta=lambda v: 1.0 / (1.0 + exp(-(v + 35.0) / 10.0)),
    )
    return Channel(conductance, reversal, {"m": activation, "h": inactivation})


def potassium(conductance: Any = 36.0, reversal: Any = -77.0) -> Channel:
    """The squid axon's potassium channel, n⁴, at 6.3 °C."""
    activation = Gate(
        alpha=lambda v: 0.1 / phi(-(v + 55.0) / 10.0),
        beta=lambda v: 0.125 * exp(-(v + 65.0) / 80.0),
        power=4,
    )
    return Channel(conductance, reversal, {"n": activation})


def leak(conductance: Any = 0.3, reversal: Any = -54.387) -> Channel:
    """A channel that is always open."""
    return Channel(conductance, reversal)


@final
@dataclass(frozen=True, eq=False)
class HodgkinHuxley(Membrane):
    """C dV/dt = I − Σ g ∏ xᵖ (V − E): a membrane with channels; by default the squid axon's.

    It has no reset; a spike is counted where V passes the threshold upwards.

    Args:
        capacitance: C (µF/cm²), about 1 in any cell.
        channels: By name. A channel of your own goes in beside the others.
        start: V at the beginning (mV); gates begin where they settle at that voltage.
        threshold: Where a spike is counted (mV).

    Currents are in µA/cm².

    Raises:
        ValueError: C is not above 0.

    References:
        Notes 1.3. A. L. Hodgkin and A. F. Huxley, A quantitative description of membrane current
        and its application to conduction and excitation in nerve, 1952.

    Example:
        >>> {name: round(float(x), 4) for name, x in HodgkinHuxley().initial().items()}
        {'v': -64.9964, 'm': 0.053, 'h': 0.596, 'n': 0.3177}

        A slow potassium current (Yamada, Koch and Adams, 1989) makes the axon adapt:

        >>> import neuropil as npl
        >>> from neuropil.neurons import Channel, Gate, simulate
        >>> def tau(v):
        ...     return 1000.0 / (3.3 * npl.exp((v + 35.0) / 20.0) + npl.exp(-(v + 35.0) / 20.0))
        >>> def settled(v):
        ...     return 1.0 / (1.0 + npl.exp(-(v + 35.0) / 10.0))
        >>> slow = Channel(0.5, -77.0, {"p": Gate(
        ...     alpha=lambda v: settled(v) / tau(v), beta=lambda v: (1.0 - settled(v)) / tau(v))})
        >>> plain = HodgkinHuxley()
        >>> adapting = HodgkinHuxley(channels={**plain.channels, "M": slow})
        >>> [int(simulate(cell, 10.0, duration=100.0, dt=0.05).spiked.sum())
        ...  for cell in (plain, adapting)]
        [7, 5]
    """

    capacitance: Any = 1.0
    channels: Mapping[str, Channel] = field(
        default_factory=lambda: {"Na": sodium(), "K": potassium(), "leak": leak()}
    )
    start: Any = -64.9964
    threshold: Any = 0.0
    integrator = RK4()

    def __post_init__(self) -> None:
        check_positive(self, "capacitance")
        warn_outside(self, capacitance=(0.1, 10.0, "µF/cm²"), start=(-150.0, 100.0, "mV"))


def squid_axon(
    g_na: Any = 120.0,
    g_k: Any = 36.0,
    g_leak: Any = 0.3,
    e_na: Any = 50.0,
    e_k: Any = -77.0,
    e_leak: Any = -54.387,
    capacitance: Any = 1.0,
    start: Any = -64.9964,
) -> HodgkinHuxley:
    """The squid axon as a function of its parameters by name, to vary or to fit them.

    Args:
        g_na: The conductance of sodium (mS/cm²),
        g_k: of potassium,
        g_leak: and of the leak.
        e_na: The reversal potential of sodium (mV),
        e_k: of potassium,
        e_leak: and of the leak.
        capacitance: C (µF/cm²).
        start: V at the beginning (mV).

    Example:
        >>> squid_axon(g_k=30.0).channels["K"].conductance
        30.0
    """
    channels = {"Na": sodium(g_na, e_na), "K": potassium(g_k, e_k), "leak": leak(g_leak, e_leak)}
    return HodgkinHuxley(capacitance, channels, start)
