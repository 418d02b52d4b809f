"""Simulations told to engines: plain arrays, pure steps, delivery tables.

What a network is to its user (populations, rules, recorders) an engine need not know. A `Kernel`
is all it is given, and it knows nothing of networks.
"""

from __future__ import annotations

from neuropil.kernels.kernel import Cells, Kernel, Probe, Synapses
from neuropil.kernels.memory import Memory
from neuropil.kernels.plasticity import Plasticity, Trace, Transmitted
from neuropil.kernels.recorded import Recorded

__all__ = [
    "Cells",
    "Kernel",
    "Memory",
    "Plasticity",
    "Probe",
    "Recorded",
    "Synapses",
    "Trace",
    "Transmitted",
]
