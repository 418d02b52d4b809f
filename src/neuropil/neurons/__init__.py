"""Neurons: cells, synapses and spiking networks (notes 1)."""

from __future__ import annotations

from neuropil.neurons import networks, tuning
from neuropil.neurons.advancing import SimulationInterrupted
from neuropil.neurons.cascade import Cascade
from neuropil.neurons.connection import Connection
from neuropil.neurons.correlograms import Correlogram, autocorrelogram, cross_correlogram
from neuropil.neurons.differentiable_run import DifferentiableRun, differentiable_run
from neuropil.neurons.distributions import Distribution, Normal, Uniform
from neuropil.neurons.filtering import convolution, recursive_update
from neuropil.neurons.finite import SimulationDivergedError
from neuropil.neurons.inputs import Constant, Input, Pulse, Sine, Sum
from neuropil.neurons.integrators import RK4, Euler, Exact, ExponentialEuler, Heun, Integrator
from neuropil.neurons.located import Located
from neuropil.neurons.model import Model, State
from neuropil.neurons.models.adaptive_exponential import AdaptiveExponential
from neuropil.neurons.models.channels import Channel, Gate
from neuropil.neurons.models.hodgkin_huxley import HodgkinHuxley, squid_axon
from neuropil.neurons.models.izhikevich import Izhikevich
from neuropil.neurons.models.leaky_integrate_and_fire import LeakyIntegrateAndFire
from neuropil.neurons.models.normalized_leaky_integrate_and_fire import (
    NormalizedLeakyIntegrateAndFire,
)
from neuropil.neurons.models.traub_miles import TraubMiles
from neuropil.neurons.network import Network
from neuropil.neurons.noise import WhiteNoise, ornstein_uhlenbeck
from neuropil.neurons.planned import Injection, PoissonInput
from neuropil.neurons.point_processes import (
    GammaProcess,
    PointProcess,
    PoissonProcess,
    RegularProcess,
    VaryingPoissonProcess,
)
from neuropil.neurons.population import Population
from neuropil.neurons.receptors import ampa, ampa_like, gaba_a, gaba_b, nmda, nmda_like
from neuropil.neurons.recording import Recording
from neuropil.neurons.records import Record, SpikeRecord
from neuropil.neurons.sampled import Sampled
from neuropil.neurons.short_term import ShortTerm
from neuropil.neurons.simulation import simulate
from neuropil.neurons.spike_distances import distances, van_rossum, victor_purpura
from neuropil.neurons.spike_time import spike_time
from neuropil.neurons.spike_timing import SpikeTiming
from neuropil.neurons.spike_train import SpikeTrain
from neuropil.neurons.spike_trains import SpikeTrains
from neuropil.neurons.synapses import RiseAndDecay, Synapse, WithSynapses
from neuropil.neurons.synaptic_currents import Conductance, Current, Direct, MagnesiumBlock
from neuropil.neurons.timing import OnGrid, Timing
from neuropil.neurons.wiring import (
    AllToAll,
    Explicit,
    FixedInDegree,
    FixedProbability,
    OneToOne,
    Rule,
)

__all__ = [
    "RK4",
    "AdaptiveExponential",
    "AllToAll",
    "Cascade",
    "Channel",
    "Conductance",
    "Connection",
    "Constant",
    "Correlogram",
    "Current",
    "DifferentiableRun",
    "Direct",
    "Distribution",
    "Euler",
    "Exact",
    "Explicit",
    "ExponentialEuler",
    "FixedInDegree",
    "FixedProbability",
    "GammaProcess",
    "Gate",
    "Heun",
    "HodgkinHuxley",
    "Injection",
    "Input",
    "Integrator",
    "Izhikevich",
    "LeakyIntegrateAndFire",
    "Located",
    "MagnesiumBlock",
    "Model",
    "Network",
    "Normal",
    "NormalizedLeakyIntegrateAndFire",
    "OnGrid",
    "OneToOne",
    "PointProcess",
    "PoissonInput",
    "PoissonProcess",
    "Population",
    "Pulse",
    "Record",
    "Recording",
    "RegularProcess",
    "RiseAndDecay",
    "Rule",
    "Sampled",
    "ShortTerm",
    "SimulationDivergedError",
    "SimulationInterrupted",
    "Sine",
    "SpikeRecord",
    "SpikeTiming",
    "SpikeTrain",
    "SpikeTrains",
    "State",
    "Sum",
    "Synapse",
    "Timing",
    "TraubMiles",
    "Uniform",
    "VaryingPoissonProcess",
    "WhiteNoise",
    "WithSynapses",
    "ampa",
    "ampa_like",
    "autocorrelogram",
    "convolution",
    "cross_correlogram",
    "differentiable_run",
    "distances",
    "gaba_a",
    "gaba_b",
    "networks",
    "nmda",
    "nmda_like",
    "ornstein_uhlenbeck",
    "recursive_update",
    "simulate",
    "spike_time",
    "squid_axon",
    "tuning",
    "van_rossum",
    "victor_purpura",
]
