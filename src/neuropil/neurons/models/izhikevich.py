"""Izhikevich's neuron: two equations for most kinds of cortical firing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from neuropil.neurons.checks import check_positive, warn_outside
from neuropil.neurons.integrators import RK4
from neuropil.neurons.model import Model, State

if TYPE_CHECKING:
    from neuropil.arrays import Array


@final
@dataclass(frozen=True, eq=False)
class Izhikevich(Model):
    """dv/dt = 0.04v² + 5v + 140 − u + I and du/dt = a(bv − u); at 30 mV: v ← c, u ← u + d.

    v and u are in mV, I in mV/ms; time is in ms. The constructors named for a kind of cell have the
    values of the paper.

    Args:
        a: How fast u recovers (1/ms), 0.02 to 0.1.
        b: How sensitive u is to v below threshold, 0.2 to 0.25.
        c: Where v is reset to (mV), −65 to −50.
        d: What a spike adds to u (mV), 0.05 to 8.

    Raises:
        ValueError: a is not above 0: 1/a is a time constant.

    References:
        E. M. Izhikevich, Simple model of spiking neurons, 2003.

    Example:
        >>> from neuropil import neurons
        >>> [int(neurons.simulate(cell, 10.0, duration=500.0, dt=0.1).spiked.sum())
        ...  for cell in (Izhikevich.regular_spiking(), Izhikevich.fast_spiking())]
        [12, 67]
    """

    a: Any = 0.02
    b: Any = 0.2
    c: Any = -65.0
    d: Any = 8.0
    integrator = RK4()

    def __post_init__(self) -> None:
        check_positive(self, "a")
        warn_outside(
            self,
            a=(1e-4, 2.0, "1/ms"),
            b=(-2.0, 5.0, "mV/mV"),
            c=(-100.0, 0.0, "mV"),
            d=(-100.0, 500.0, "mV"),
        )

    @classmethod
    def regular_spiking(cls) -> Izhikevich:
        """RS: most excitatory cells of the cortex; they adapt."""
        return cls(0.02, 0.2, -65.0, 8.0)

    @classmethod
    def intrinsically_bursting(cls) -> Izhikevich:
        """IB: a burst at first, then single spikes."""
        return cls(0.02, 0.2, -55.0, 4.0)

    @classmethod
    def chattering(cls) -> Izhikevich:
        """CH: bursts of closely spaced spikes."""
        return cls(0.02, 0.2, -50.0, 2.0)

    @classmethod
    def fast_spiking(cls) -> Izhikevich:
        """FS: inhibitory cells that fire fast without adapting."""
        return cls(0.1, 0.2, -65.0, 2.0)

    @classmethod
    def low_threshold_spiking(cls) -> Izhikevich:
        """LTS: inhibitory cells with a low threshold that adapt."""
        return cls(0.02, 0.25, -65.0, 2.0)

    @classmethod
    def thalamo_cortical(cls) -> Izhikevich:
        """TC: tonic firing from rest, a burst out of hyperpolarisation."""
        return cls(0.02, 0.25, -65.0, 0.05)

    @classmethod
    def resonator(cls) -> Izhikevich:
        """RZ: damped oscillations below threshold."""
        return cls(0.1, 0.26, -65.0, 2.0)

    def initial(self) -> State:
        """V = −65 mV and u = b v, as in the paper."""
        return {"v": -65.0, "u": -65.0 * self.b}

    def derivatives(self, state: State, current: Array) -> State:
        """The quadratic membrane and its recovery."""
        v, u = state["v"], state["u"]
        return {
            "v": (0.04 * v + 5.0) * v + 140.0 - u + current,
            "u": self.a * (self.b * v - u),
        }

    def excess(self, state: State) -> Array:
        """V − 30 mV."""
        return state["v"] - 30.0

    def reset(self, state: State) -> State:
        """v ← c and u ← u + d."""
        return {"v": self.c, "u": state["u"] + self.d}
