"""Spike-timing-dependent plasticity: weights that follow the order of spikes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, final

from neuropil.kernels import Plasticity, Trace, Transmitted
from neuropil.neurons.checks import check_positive
from neuropil.ops import clip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neuropil.arrays import Array
    from neuropil.kernels.plasticity import Traces


@final
@dataclass(frozen=True, eq=False)
class SpikeTiming(Plasticity):
    """A source that spikes before the target is strengthened, one that spikes after it weakened.

    With the place u = (w − low)/(high − low) of a weight between its bounds, a pair of spikes that
    are Δ = t_target − t_source apart adds to u

        A₊ (1 − u)^μ₊ e^(−Δ/τ₊) for Δ > 0, and −A₋ u^μ₋ e^(Δ/τ₋) for Δ < 0,

    and what passes a bound stops there. Spikes of one time step make no pair. A spike is sent with
    the weight it finds, before it changes it; delays come after the synapse.

    Args:
        high: The weight at most; below ``low`` for a weight that is negative.
        low: The weight at least.
        potentiation, depression: A₊ and A₋.
        tau_plus, tau_minus: τ₊ and τ₋ (ms).
        mu_plus, mu_minus: μ₊ and μ₋: 0 does not look at the weight (additive), 1 makes the change
            proportional to the distance from the bound (multiplicative), and there are exponents
            between.
        nearest: Whether a spike makes a pair only with the last one of the other cell, not with
            all before it.

    Raises:
        ValueError: A time constant is not above 0, the bounds are one, or an exponent is negative.

    References:
        S. Song, K. D. Miller and L. F. Abbott, Competitive Hebbian learning through
        spike-timing-dependent synaptic plasticity, 2000 (the defaults). R. Gütig, R. Aharonov, S.
        Rotter and H. Sompolinsky, Learning input correlations through nonlinear temporally
        asymmetric Hebbian plasticity, 2003 (the exponents). A. Morrison, M. Diesmann and W.
        Gerstner, Phenomenological models of synaptic plasticity based on spike timing, 2008.

    Example:
        >>> rule = SpikeTiming(high=2.0, potentiation=0.1)
        >>> print(rule.learn(1.0, {"source": 0.5}, {}))
        1.1
    """

    high: float
    low: float = 0.0
    potentiation: float = 0.005
    depression: float = 0.00525
    tau_plus: float = 20.0
    tau_minus: float = 20.0
    mu_plus: float = 0.0
    mu_minus: float = 0.0
    nearest: bool = False
    source_traces: Mapping[str, Trace] = field(init=False, repr=False)
    target_traces: Mapping[str, Trace] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check_positive(self, "tau_plus", "tau_minus")
        if self.low == self.high:
            raise ValueError(f"SpikeTiming needs two bounds, got low = high = {self.low}")
        if self.mu_plus < 0.0 or self.mu_minus < 0.0:
            raise ValueError(
                f"SpikeTiming needs exponents of at least 0, got mu_plus = {self.mu_plus} and "
                f"mu_minus = {self.mu_minus}"
            )
        object.__setattr__(self, "source_traces", {"source": Trace(self.tau_plus)})
        object.__setattr__(self, "target_traces", {"target": Trace(self.tau_minus)})

    def transmit(self, weight: Array, source: Traces, target: Traces) -> Transmitted:  # noqa: ARG002
        """The weight is sent, then weakened by the target's spikes until now."""
        u = self._place(weight)
        weaker = u - self.depression * u**self.mu_minus * target["target"]
        return Transmitted(weight, self._weight(weaker))

    def learn(self, weight: Array, source: Traces, target: Traces) -> Array:  # noqa: ARG002
        """The weight is strengthened by the source's spikes until now."""
        u = self._place(weight)
        return self._weight(u + self.potentiation * (1.0 - u) ** self.mu_plus * source["source"])

    def mark_sources(self, source: Traces) -> Traces:
        """The trace rises by 1; to 1, where only the nearest spike counts."""
        return {"source": 1.0 if self.nearest else source["source"] + 1.0}

    def mark_targets(self, target: Traces) -> Traces:
        """Likewise."""
        return {"target": 1.0 if self.nearest else target["target"] + 1.0}

    def _place(self, weight: Array) -> Array:
        return clip((weight - self.low) / (self.high - self.low), 0.0, 1.0)

    def _weight(self, place: Array) -> Array:
        return self.low + (self.high - self.low) * clip(place, 0.0, 1.0)
