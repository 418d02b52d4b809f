"""Short-term plasticity: synapses that tire, and synapses that warm up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, final

from neuropil.kernels import Plasticity, Trace, Transmitted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neuropil.arrays import Array
    from neuropil.kernels.plasticity import Traces


@final
@dataclass(frozen=True, eq=False)
class ShortTerm(Plasticity):
    """Tsodyks and Markram's synapse: a spike sends w u x, a share u of the resources x there are.

    At a spike u ← u + U (1 − u), then w u x is sent, and x ← x − u x. Between spikes resources
    recover, dx/dt = (1 − x)/τ_rec, and the share forgets, du/dt = −u/τ_facil. Long recovery makes
    depression, long facilitation makes facilitation.

    Args:
        release: U, the share that the first spike sends.
        tau_recovery: τ_rec (ms); 0 for resources that do not run out.
        tau_facilitation: τ_facil (ms); 0 for u = U at every spike.

    Raises:
        ValueError: U is not above 0 and at most 1, or a time constant is below 0.

    References:
        M. Tsodyks, K. Pawelzik and H. Markram, Neural networks with dynamic synapses, 1998.

    Example:
        >>> depressing = ShortTerm(0.5, tau_recovery=800.0)
        >>> first = depressing.transmit(2.0, {"x": 1.0}, {}).sent
        >>> depressing.mark_sources({"x": 1.0}), first
        ({'x': 0.5}, 1.0)
    """

    release: float
    tau_recovery: float = 0.0
    tau_facilitation: float = 0.0
    source_traces: Mapping[str, Trace] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not 0.0 < self.release <= 1.0:
            raise ValueError(f"ShortTerm needs a release above 0 and at most 1, got {self.release}")
        kinds = {"x": (self.tau_recovery, 1.0), "u": (self.tau_facilitation, 0.0)}
        if not all(tau >= 0.0 for tau, _ in kinds.values()):
            raise ValueError(
                "ShortTerm needs time constants of at least 0 ms, got tau_recovery = "
                f"{self.tau_recovery} and tau_facilitation = {self.tau_facilitation}"
            )
        traces = {name: Trace(tau, rest) for name, (tau, rest) in kinds.items() if tau > 0.0}
        object.__setattr__(self, "source_traces", traces)

    def transmit(self, weight: Array, source: Traces, target: Traces) -> Transmitted:  # noqa: ARG002
        """A share of what is there; the weight stays."""
        return Transmitted(weight * self._share(source) * source.get("x", 1.0), weight)

    def mark_sources(self, source: Traces) -> Traces:
        """What is sent is gone; the share stays raised."""
        share = self._share(source)
        after = {name: share for name in source if name == "u"}
        return after | {"x": source["x"] * (1.0 - share)} if "x" in source else after

    def _share(self, source: Traces) -> Any:
        u = source.get("u", 0.0)
        return u + self.release * (1.0 - u)
