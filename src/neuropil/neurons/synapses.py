"""Synapses on a cell (notes 1.6): what the spikes that reach it let flow in."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.graph import plain
from neuropil.neurons.cascade import Cascade
from neuropil.neurons.checks import check_positive
from neuropil.neurons.model import Model, Port, State
from neuropil.neurons.synaptic_currents import Current, Direct
from neuropil.ops import exp, log, phi

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from neuropil.arrays import Array


@final
@dataclass(frozen=True, eq=False)
class Synapse(Cascade):
    """A spike of weight w opens it by s(t) = w τ h(t), with h(t) = tⁿ e^(−t/τ)/(n! τⁿ⁺¹).

    h has unit area for every n. It is computed exactly, as the last of n + 1 filters in a row.

    Args:
        tau: τ (ms).
        order: n: 0 is an exponential, 1 an alpha function.
        current: What flows when it is open.
        unit_area: Whether s(t) = w h(t) instead, so that w is the total charge (notes 1.7, where
            a spike adds w/τ).
        unit_peak: Whether s rises to w instead.

    Raises:
        ValueError: τ is not above 0, n is below 0, or both scales are asked for.

    Example:
        >>> fast = Synapse(10.0, order=1, unit_area=True)
        >>> print(fast.peak_time, fast.kernel(10.0).round(4))  # 1/(e τ) at τ
        10.0 0.0368
    """

    tau: Any
    order: int = 0
    current: Current = field(default_factory=Direct)
    unit_area: bool = False
    unit_peak: bool = False

    def __post_init__(self) -> None:
        check_positive(self, "tau")
        if self.order < 0:
            raise ValueError(f"the order of a synapse is at least 0, got {self.order}")
        self._check_scale()

    @property
    def taus(self) -> Sequence[Any]:
        """τ, n + 1 times."""
        return [self.tau] * (self.order + 1)

    @property
    def peak_time(self) -> Any:
        """n τ (ms)."""
        return self.order * self.tau

    def propagated(self, stages: Sequence[Array], dt: Array) -> list[Array]:
        """sᵢ(dt) = e^(−x) Σⱼ xʲ/j! sᵢ₋ⱼ with x = dt/τ."""
        x = dt / self.tau
        decay = exp(-x)
        shares: list[Any] = [decay * x**j / math.factorial(j) for j in range(len(stages))]
        return [
            sum(shares[j] * stages[i - j] for j in range(1, i + 1)) + decay * stages[i]
            for i in range(len(stages))
        ]


@final
@dataclass(frozen=True, eq=False)
class RiseAndDecay(Cascade):
    """A spike of weight w opens it by s(t) = w τ_r h(t): a difference of exponentials.

    h(t) = (e^(−t/τ_d) − e^(−t/τ_r))/(τ_d − τ_r) has unit area; where the two time constants
    coincide, it is an alpha function.

    Args:
        rise: τ_r (ms).
        decay: τ_d (ms).
        current: What flows when it is open.
        unit_area: Whether s(t) = w h(t) instead.
        unit_peak: Whether s rises to w instead.

    Raises:
        ValueError: A time constant is not above 0, it decays faster than it rises, or both scales
            are asked for.

    Example:
        >>> slow = RiseAndDecay(4.0, 40.0, unit_peak=True)
        >>> print(slow.peak_time.round(2), slow.kernel(slow.peak_time).round(6))
        10.23 1.0
    """

    rise: Any
    decay: Any
    current: Current = field(default_factory=Direct)
    unit_area: bool = False
    unit_peak: bool = False

    def __post_init__(self) -> None:
        check_positive(self, "rise", "decay")
        if not np.all(np.asarray(plain(self.rise)) <= np.asarray(plain(self.decay))):
            raise ValueError(
                f"RiseAndDecay needs rise <= decay, got {self.rise} and {self.decay} ms: s is the "
                "same with the two exchanged"
            )
        self._check_scale()

    @property
    def taus(self) -> Sequence[Any]:
        """τ_r, τ_d."""
        return [self.rise, self.decay]

    @property
    def peak_time(self) -> Any:
        """ln(τ_d/τ_r) τ_r τ_d/(τ_d − τ_r) (ms); τ where they coincide."""
        return self.decay / phi(log(self.decay / self.rise))

    def propagated(self, stages: Sequence[Array], dt: Array) -> list[Array]:
        """The difference of exponentials as e^(−dt/τ_d) dt/τ_d φ₁(−dt (1/τ_r − 1/τ_d))."""
        first, second = stages
        decay = exp(-dt / self.decay)
        faster = (self.decay - self.rise) / (self.rise * self.decay)
        passed_on = decay * phi(-dt * faster) * dt / self.decay
        return [first * exp(-dt / self.rise), passed_on * first + decay * second]


class WithSynapses(Model):
    """A model whose input is the current through its synapses, besides what is injected.

    The synapses' variables are part of the cell, one set for all connections of a kind: currents
    of linear synapses add up.

    Args:
        model: The cell; its voltage is called ``v``.
        synapses: By the name that connections address.

    Example:
        >>> from neuropil import neurons
        >>> cell = WithSynapses(neurons.LeakyIntegrateAndFire(), {"e": Synapse(5.0, order=1)})
        >>> list(cell.initial()), cell.ports["e"].variable
        (['v', 'e.0', 'e.1'], 'e.0')
    """

    def __init__(self, model: Model, synapses: Mapping[str, Cascade]) -> None:
        self.model = model
        self.synapses = dict(synapses)
        self.excess = model.excess
        self.reset = model.reset
        self.refractory = model.refractory
        self.held = model.held
        self.integrator = model.integrator

    @property
    def ports(self) -> Mapping[str, Port]:  # type: ignore[override]
        """The synapses, with the jumps that follow from their time constants as they are now."""
        return {
            name: Port(synapse.variables(name)[0], synapse.jump)
            for name, synapse in self.synapses.items()
        }

    def initial(self) -> State:
        """The model's start, all synapses closed."""
        closed = {
            variable: 0.0
            for name, synapse in self.synapses.items()
            for variable in synapse.variables(name)
        }
        return {**self.model.initial(), **closed}

    def derivatives(self, state: State, current: Array) -> State:
        """The model's, driven by what is injected and what the synapses let in; and theirs."""
        rates: dict[str, Array] = {}
        for name, synapse in self.synapses.items():
            variables = synapse.variables(name)
            stages = [state[variable] for variable in variables]
            rates |= dict(zip(variables, synapse.derivatives(stages), strict=True))
            current = current + synapse.current.into(stages[-1], state["v"])
        return {**self.model.derivatives(state, current), **rates}
