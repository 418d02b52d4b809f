"""Simulations told to engines: plain arrays, pure steps, delivery tables.

What a network is to its user (populations, rules, recorders) an engine need not know. A `Kernel`
is all it is given, and it knows nothing of networks.
"""

from __future__ import annotations

from neuropil.kernels.engine import Engine
from neuropil.kernels.kernel import Cells, Kernel, Probe, Synapses
from neuropil.kernels.memory import Memory, Traced
from neuropil.kernels.plasticity import Plasticity, Trace, Transmitted
from neuropil.kernels.recorded import Recorded

__all__ = [
    "Cells",
    "Engine",
    "Kernel",
    "Memory",
    "Plasticity",
    "Probe",
    "Recorded",
    "Synapses",
    "Trace",
    "Traced",
    "Transmitted",
]
