"""Ready networks: the benchmarks that simulators are compared by."""

from __future__ import annotations

from neuropil.neurons.networks.cobahh import cobahh
from neuropil.neurons.networks.cuba import cuba

__all__ = ["cobahh", "cuba"]
