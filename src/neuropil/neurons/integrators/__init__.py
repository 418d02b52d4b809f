"""Integrators: how a state moves through one time step."""

from __future__ import annotations

from neuropil.neurons.integrators.euler import Euler
from neuropil.neurons.integrators.exact import Exact
from neuropil.neurons.integrators.exponential_euler import ExponentialEuler
from neuropil.neurons.integrators.heun import Heun
from neuropil.neurons.integrators.integrator import Derivatives, Input, Integrator, Step, Stepper
from neuropil.neurons.integrators.rk4 import RK4

__all__ = [
    "RK4",
    "Derivatives",
    "Euler",
    "Exact",
    "ExponentialEuler",
    "Heun",
    "Input",
    "Integrator",
    "Step",
    "Stepper",
]
