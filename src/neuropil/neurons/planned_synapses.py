"""Connections as they will be: what becomes tables of a kernel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.graph import Variable, plain
from neuropil.kernels import Synapses
from neuropil.neurons.distributions import check_numbers, for_each, in_steps
from neuropil.ops import astype

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Int

    from neuropil.kernels import Plasticity
    from neuropil.neurons.model import Port
    from neuropil.neurons.population import Population
    from neuropil.neurons.wiring import Rule
    from neuropil.random import Generator


@final
@dataclass(frozen=True, eq=False)
class PlannedSynapses:
    """Synapses whose weights and jump may depend on Variables.

    Attributes:
        drawn: The table as it was when it was made.
        port: What gives where they act, and how much, as it is now.
        weight: What the weights are; None for those of the table.
        order: Which element of ``weight`` each synapse has; None where they stand in order.
    """

    drawn: Synapses
    port: Callable[[], Port]
    weight: Variable | None = None
    order: Int[np.ndarray, " synapses"] | None = None

    def differentiable(self) -> Synapses:
        """The table with Variables in it, where there are some."""
        if self.weight is None:
            return replace(self.drawn, jump=self.port().jump)
        one_for_all = self.order is None or self.weight.ndim == 0
        weights = self.weight if one_for_all else self.weight[self.order]
        dtype = np.asarray(self.drawn.weights).dtype
        return replace(self.drawn, weights=astype(weights, dtype), jump=self.port().jump)

    def table(self) -> Synapses:
        """The table with their values.

        Raises:
            ValueError: A weight is no number any more.
        """
        now = self.differentiable()
        weights = plain(now.weights)
        if self.weight is not None:
            check_numbers("weight", weights)
        return replace(now, weights=weights, jump=plain(now.jump))

    def gave(self, table: Synapses) -> bool:
        """Whether `table` would give the same again."""
        now = self.differentiable()
        same_weights = self.weight is None or np.array_equal(plain(now.weights), table.weights)
        return same_weights and np.array_equal(plain(now.jump), table.jump)


def planned_synapses(
    source: Population,
    target: Population,
    port: Callable[[], Port],
    *,
    rule: Rule,
    weight: Any,
    delay: Any,
    plasticity: Plasticity | None,
    dt: float,
    dtype: np.dtype[Any],
    rng: Generator,
) -> PlannedSynapses:
    """Draw the synapses of a connection, of which `Network.connect` says what the arguments are.

    Raises:
        ValueError, DataError, TypeError: As there.
    """
    at = port()
    if plasticity is not None and isinstance(weight, Variable):
        raise TypeError("weights that spikes change begin as numbers: pass weight.value")
    rows, targets, order = rule.rows(source.size, target.size, rng)
    weights = for_each("weight", weight, targets.size, order, rng)
    delays = for_each("delay", delay, targets.size, order, rng)
    drawn = Synapses(
        source=source.name,
        first=source.first,
        target=target.name,
        variable=at.variable,
        rows=rows,
        targets=targets + np.int32(target.first) if target.first else targets,
        weights=weights.astype(dtype),
        delays=in_steps(delays, dt),
        jump=plain(at.jump),
        plasticity=plasticity,
    )
    return PlannedSynapses(drawn, port, weight if isinstance(weight, Variable) else None, order)
