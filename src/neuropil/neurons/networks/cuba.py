"""The current-based benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.neurons.models.leaky_integrate_and_fire import LeakyIntegrateAndFire
from neuropil.neurons.network import Network
from neuropil.neurons.networks.two_kinds import connect_two_kinds
from neuropil.neurons.synapses import Synapse, WithSynapses
from neuropil.random import as_generator

if TYPE_CHECKING:
    from neuropil.random import Generator

_SIZE = 4000
_TAU, _REST, _THRESHOLD, _RESET = 20.0, -49.0, -50.0, -60.0  # ms, mV


def cuba(
    rng: int | Generator | None = None,
    *,
    dt: float = 0.1,
    dtype: Any = np.float64,
    excitatory: Any = 1.62,
    inhibitory: Any = -9.0,
) -> Network:
    """4000 leaky integrate-and-fire cells in balance, whose spikes add to currents.

    τ_m dv/dt = g_e + g_i − (v − E_L), with g_e and g_i in mV, decaying with 5 and 10 ms; of 3200
    cells a spike adds 1.62 mV to g_e, of 800 it takes 9 mV from g_i, each of every cell with
    probability 0.02. No delays. The population is called ``cells``, the excitatory ones come
    first.

    Args:
        rng: A seed or Generator.
        dt: The time step (ms).
        dtype: Of the cells' variables.
        excitatory: What a spike of the 3200 adds (mV): a number, or a Variable to differentiate
            with respect to (`differentiable_run`).
        inhibitory: Likewise of the 800.

    References:
        T. P. Vogels and L. F. Abbott, Signal propagation and logic gating in networks of
        integrate-and-fire neurons, 2005; R. Brette et al., Simulation of networks of spiking
        neurons, 2007, benchmark 2, as Brian2's example has it.

    Example:
        >>> net = cuba(rng=0)
        >>> spikes = net.record_spikes(net.populations["cells"][:3200])
        >>> net.run(1.0)
        >>> len(spikes.times) > 0
        True
    """
    rng = as_generator(rng)
    # with a capacitance of τ_m, a current of 1 is a drive of 1 mV
    cell = LeakyIntegrateAndFire(
        capacitance=_TAU,
        tau=_TAU,
        leak=_REST,
        threshold=_THRESHOLD,
        reset_to=_RESET,
        refractory=5.0,
    )
    model = WithSynapses(cell, {"e": Synapse(5.0), "i": Synapse(10.0)})
    start = {"v": rng.uniform((_SIZE,), _RESET, _THRESHOLD, dtype=np.float64)}
    net = Network(dt, rng=rng, dtype=dtype)
    cells = net.population("cells", model, _SIZE, initial=start)
    connect_two_kinds(net, cells, excitatory=excitatory, inhibitory=inhibitory)
    return net
