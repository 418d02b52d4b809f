"""The conductance-based Hodgkin-Huxley benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.neurons.models.traub_miles import TraubMiles
from neuropil.neurons.network import Network
from neuropil.neurons.networks.two_kinds import connect_two_kinds
from neuropil.neurons.synapses import Synapse, WithSynapses
from neuropil.neurons.synaptic_currents import Conductance
from neuropil.random import as_generator

if TYPE_CHECKING:
    from neuropil.random import Generator

_SIZE = 4000
_REST = -60.0


def cobahh(
    rng: int | Generator | None = None, *, dt: float = 0.1, dtype: Any = np.float64
) -> Network:
    """4000 cells with sodium and potassium channels, whose spikes open conductances.

    The cells are `TraubMiles`; of 3200 of them a spike adds 6 nS to g_e (reversal 0 mV, decay
    5 ms), of 800 it adds 67 nS to g_i (−80 mV, 10 ms), each of every cell with probability 0.02.
    They begin with v = E_L + (5ξ − 5) mV, g_e = (1.5ξ + 4)·10 nS, g_i = (12ξ + 20)·10 nS, ξ
    standard normal, and closed gates. The population is called ``cells``, the excitatory ones come
    first.

    Args:
        rng: A seed or Generator.
        dt: The time step (ms).
        dtype: Of the cells' variables.

    References:
        R. Brette et al., Simulation of networks of spiking neurons, 2007, benchmark 3, as Brian2's
        example has it.

    Example:
        >>> net = cobahh(rng=0)
        >>> v = net.record(net.populations["cells"], "v", indices=[0], every=0.5)
        >>> net.run(1.0)
        >>> v.values.shape
        (2, 1)
    """
    rng = as_generator(rng)
    model = WithSynapses(
        TraubMiles(),
        {
            "e": Synapse(5.0, current=Conductance(0.0)),
            "i": Synapse(10.0, current=Conductance(-80.0)),
        },
    )
    v, e, i = (np.asarray(rng.normal((_SIZE,), dtype=np.float64)) for _ in range(3))
    start = {
        "v": _REST + 5.0 * v - 5.0,
        "e": 10.0 * (1.5 * e + 4.0),
        "i": 10.0 * (12.0 * i + 20.0),
        **dict.fromkeys(("m", "h", "n"), 0.0),
    }
    net = Network(dt, rng=rng, dtype=dtype)
    cells = net.population("cells", model, _SIZE, initial=start)
    connect_two_kinds(net, cells, excitatory=6.0, inhibitory=67.0)
    return net
