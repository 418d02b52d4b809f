"""Neurons: cells, synapses and spiking networks (notes 1)."""

from __future__ import annotations

from neuropil.neurons.cascade import Cascade
from neuropil.neurons.inputs import Constant, Input, Pulse, Sine
from neuropil.neurons.integrators import RK4, Euler, Exact, ExponentialEuler, Heun, Integrator
from neuropil.neurons.model import Model, State
from neuropil.neurons.models.adaptive_exponential import AdaptiveExponential
from neuropil.neurons.models.channels import Channel, Gate
from neuropil.neurons.models.hodgkin_huxley import HodgkinHuxley
from neuropil.neurons.models.izhikevich import Izhikevich
from neuropil.neurons.models.leaky_integrate_and_fire import LeakyIntegrateAndFire
from neuropil.neurons.models.normalized_leaky_integrate_and_fire import (
    NormalizedLeakyIntegrateAndFire,
)
from neuropil.neurons.models.traub_miles import TraubMiles
from neuropil.neurons.network import Network
from neuropil.neurons.population import Population
from neuropil.neurons.receptors import ampa, ampa_like, gaba_a, gaba_b, nmda, nmda_like
from neuropil.neurons.simulation import Recording, simulate
from neuropil.neurons.synapses import RiseAndDecay, Synapse, WithSynapses
from neuropil.neurons.synaptic_currents import Conductance, Current, Direct, MagnesiumBlock
from neuropil.neurons.wiring import AllToAll, Explicit, FixedProbability, OneToOne, Rule

__all__ = [
    "RK4",
    "AdaptiveExponential",
    "AllToAll",
    "Cascade",
    "Channel",
    "Conductance",
    "Constant",
    "Current",
    "Direct",
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
    "Izhikevich",
    "LeakyIntegrateAndFire",
    "MagnesiumBlock",
    "Model",
    "Network",
    "NormalizedLeakyIntegrateAndFire",
    "OneToOne",
    "Population",
    "Pulse",
    "Recording",
    "RiseAndDecay",
    "Rule",
    "Sine",
    "State",
    "Synapse",
    "TraubMiles",
    "WithSynapses",
    "ampa",
    "ampa_like",
    "gaba_a",
    "gaba_b",
    "nmda",
    "nmda_like",
    "simulate",
]
