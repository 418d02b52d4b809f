"""Parameters of a model from what was recorded: voltages, or rates over currents."""

from __future__ import annotations

from neuropil.neurons.fitting.fit import Attempt, Fit
from neuropil.neurons.fitting.interruption import FitInterrupted
from neuropil.neurons.fitting.rates import RateFit, fit_rates
from neuropil.neurons.fitting.trace import TraceFit, fit_trace

__all__ = [
    "Attempt",
    "Fit",
    "FitInterrupted",
    "RateFit",
    "TraceFit",
    "fit_rates",
    "fit_trace",
]
