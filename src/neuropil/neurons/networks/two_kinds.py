"""How the benchmarks are wired: four fifths of the cells excite, one fifth inhibits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuropil.neurons.wiring import FixedProbability

if TYPE_CHECKING:
    from neuropil.neurons.network import Network
    from neuropil.neurons.population import Population

_PROBABILITY = 0.02


def connect_two_kinds(net: Network, cells: Population, *, excitatory: Any, inhibitory: Any) -> None:
    """Connect each cell to every cell, itself included, with probability 0.02."""
    boundary = len(cells) * 4 // 5
    rule = FixedProbability(_PROBABILITY)
    net.connect(cells[:boundary], cells, "e", weight=excitatory, rule=rule)
    net.connect(cells[boundary:], cells, "i", weight=inhibitory, rule=rule)
