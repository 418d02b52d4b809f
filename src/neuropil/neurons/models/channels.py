"""Ion channels: conductances with gates that open and close with the voltage (notes 1.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any, final

from neuropil.neurons.checks import check_not_negative, warn_outside

if TYPE_CHECKING:
    from neuropil.arrays import Array

Rate = Callable[[Any], Any]
"""A rate (1/ms) as a function of the voltage (mV)."""


@final
@dataclass(frozen=True, eq=False)
class Gate:
    """dx/dt = α(V)(1 − x) − β(V) x, and how many of them a channel has.

    Args:
        alpha, beta: The rates of opening and closing.
        power: How many have to be open at once.
    """

    alpha: Rate
    beta: Rate
    power: int = 1

    def derivative(self, x: Array, v: Array) -> Array:
        """dx/dt (1/ms)."""
        return self.alpha(v) * (1.0 - x) - self.beta(v) * x

    def steady(self, v: Array) -> Array:
        """x_∞ = α/(α + β), where the gate settles."""
        return self.alpha(v) / (self.alpha(v) + self.beta(v))

    def time_constant(self, v: Array) -> Array:
        """1/(α + β) (ms), how fast it settles."""
        return 1.0 / (self.alpha(v) + self.beta(v))


@final
@dataclass(frozen=True, eq=False)
class Channel:
    """The current g ∏ xᵢ^pᵢ (V − E) through channels whose gates are open.

    Args:
        conductance: g, with all gates open (mS/cm², or nS for a whole cell).
        reversal: E, where the current turns round (mV): near −90 for potassium, 50 for sodium.
        gates: By the name of the variable; none for a leak.

    Raises:
        ValueError: The conductance is negative.

    Example:
        >>> import neuropil as npl
        >>> potassium = Channel(
        ...     36.0, -77.0, {"n": Gate(
        ...         alpha=lambda v: 0.1 / npl.phi(-(v + 55.0) / 10.0),
        ...         beta=lambda v: 0.125 * npl.exp(-(v + 65.0) / 80.0), power=4)}
        ... )
        >>> print(potassium.gates["n"].steady(-65.0).round(4))
        0.3177
    """

    conductance: Any
    reversal: Any
    gates: Mapping[str, Gate] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_not_negative(self, "conductance")
        warn_outside(self, reversal=(-200.0, 300.0, "mV"))

    def current(self, v: Array, state: Mapping[str, Array]) -> Array:
        """What flows out (µA/cm², or pA for a whole cell)."""
        opened = prod(state[name] ** gate.power for name, gate in self.gates.items())
        return self.conductance * opened * (v - self.reversal)
