"""Neurons: cells, synapses and spiking networks (notes 1)."""

from __future__ import annotations

from neuropil.neurons.inputs import Constant, Input, Pulse, Sine
from neuropil.neurons.integrators import RK4, Euler, Exact, ExponentialEuler, Heun, Integrator
from neuropil.neurons.model import Model, State
from neuropil.neurons.models.channels import Channel, Gate
from neuropil.neurons.models.hodgkin_huxley import HodgkinHuxley
from neuropil.neurons.models.leaky_integrate_and_fire import LeakyIntegrateAndFire
from neuropil.neurons.simulation import Recording, simulate

__all__ = [
    "RK4",
    "Channel",
    "Constant",
    "Euler",
    "Exact",
    "ExponentialEuler",
    "Gate",
    "Heun",
    "HodgkinHuxley",
    "Input",
    "Integrator",
    "LeakyIntegrateAndFire",
    "Model",
    "Pulse",
    "Recording",
    "Sine",
    "State",
    "simulate",
]
