"""Neurons: cells, synapses and spiking networks (notes 1)."""

from __future__ import annotations

from neuropil.neurons.inputs import Constant, Input, Pulse, Sine
from neuropil.neurons.integrators import RK4, Euler, Exact, ExponentialEuler, Heun, Integrator
from neuropil.neurons.model import Model, State
from neuropil.neurons.models.channels import Channel, Gate
from neuropil.neurons.models.hodgkin_huxley import HodgkinHuxley
from neuropil.neurons.models.leaky_integrate_and_fire import LeakyIntegrateAndFire
from neuropil.neurons.network import Network
from neuropil.neurons.population import Population
from neuropil.neurons.simulation import Recording, simulate
from neuropil.neurons.synapses import Conductance, Synapse, WithSynapses
from neuropil.neurons.wiring import AllToAll, Explicit, FixedProbability, OneToOne, Rule

__all__ = [
    "RK4",
    "AllToAll",
    "Channel",
    "Conductance",
    "Constant",
    "Euler",
    "Exact",
    "Explicit",
    "ExponentialEuler",
    "FixedProbability",
    "Gate",
    "Heun",
    "HodgkinHuxley",
    "Input",
    "Integrator",
    "LeakyIntegrateAndFire",
    "Model",
    "Network",
    "OneToOne",
    "Population",
    "Pulse",
    "Recording",
    "Rule",
    "Sine",
    "State",
    "Synapse",
    "WithSynapses",
    "simulate",
]
