"""Filters in a row: the time course that a spike gives to a synapse (notes 1.6)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from neuropil.neurons.synaptic_currents import Current, Direct
from neuropil.ops import expand_dims, maximum, sum, where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float

    from neuropil.arrays import Array


class Cascade(ABC):
    """A synapse whose opening s is the last of some filters in a row. Abstract.

    A spike of weight w adds w · ``jump`` to the first of them, s₀; between spikes
    ds₀/dt = −s₀/τ₀ and dsᵢ/dt = (sᵢ₋₁ − sᵢ)/τᵢ. A filter leaves the area under what goes into it as
    it is, so that the area under s is w · jump · τ₀.

    Attributes:
        taus: The time constants of the filters (ms).
        current: What flows when the synapse is open.
        unit_area: Whether the jump is 1/τ₀, so that w is the total of s.
        unit_peak: Whether the jump is such that s rises to w. If neither, it is 1.
    """

    current: Current = Direct()
    unit_area: bool = False
    unit_peak: bool = False

    @property
    @abstractmethod
    def taus(self) -> Sequence[Any]:
        """The time constants of the filters (ms)."""

    @property
    @abstractmethod
    def peak_time(self) -> Any:
        """When s is largest, counted from the spike (ms)."""

    @abstractmethod
    def propagated(self, stages: Sequence[Array], dt: Array) -> list[Array]:
        """The filters ``dt`` (ms) later, if no spike comes: exactly, for any dt from 0 on."""

    @property
    def jump(self) -> Any:
        """What a spike of weight 1 adds to the first filter."""
        if self.unit_area:
            return 1.0 / self.taus[0]
        return 1.0 / self._opening(1.0, self.peak_time) if self.unit_peak else 1.0

    @property
    def area(self) -> Any:
        """∫s dt for a spike of weight 1 (ms): the total charge, if s is a current."""
        return self.jump * self.taus[0]

    def kernel(self, t: Array) -> Array:
        """s at a time t (ms) after a spike of weight 1, in closed form; 0 before it.

        Example:
            >>> import numpy as np
        >>> from neuropil.neurons import Synapse
            >>> Synapse(10.0, unit_area=True).kernel(np.array([-1.0, 0.0, 10.0])).round(4).tolist()
            [0.0, 0.1, 0.0368]
        """
        return where(t < 0.0, 0.0, self._opening(self.jump, maximum(t, 0.0)))

    def psc(
        self,
        times: Float[Array, "*times"],
        spike_times: Float[Array, " spikes"],
        weights: Array = 1.0,
    ) -> Float[Array, "*times"]:
        """s(t) = Σ_p w_p kernel(t − t_p): what the spikes of a train add up to.

        Differentiable with respect to time constants, weights and times. It takes times × spikes
        kernels; for long trains `recursive_update` takes times + spikes steps.

        Args:
            times: Where it is wanted (ms).
            spike_times: t_p (ms), in any order.
            weights: w_p, one for each spike, or one for all.

        Example:
            >>> import numpy as np
        >>> from neuropil.neurons import Synapse
            >>> Synapse(10.0).psc(np.array([0.0, 10.0]), np.array([0.0, 10.0])).round(4).tolist()
            [1.0, 1.3679]
        """
        return sum(weights * self.kernel(expand_dims(times, -1) - spike_times), axis=-1)

    def variables(self, name: str) -> list[str]:
        """What its filters are called."""
        count = len(self.taus)
        return [name] if count == 1 else [f"{name}.{i}" for i in range(count)]

    def derivatives(self, stages: Sequence[Array]) -> list[Array]:
        """The time derivatives of the filters (1/ms)."""
        sources = [0.0, *stages[:-1]]
        return [
            (source - s) / tau for source, s, tau in zip(sources, stages, self.taus, strict=True)
        ]

    def _opening(self, jump: Array, t: Array) -> Array:
        closed = [0.0] * (len(self.taus) - 1)
        return self.propagated([jump, *closed], t)[-1]

    def _check_scale(self) -> None:
        if self.unit_area and self.unit_peak:
            raise ValueError("a spike is scaled to unit area or to unit peak: choose one of them")
