"""What every experiment stands on: claims, figures, and the catalogue of experiments."""

from __future__ import annotations

from neuropil.experiments.harness.claims import Claim, above, agree, below, close, equal, true
from neuropil.experiments.harness.experiment import (
    Experiment,
    Findings,
    Numpy,
    Result,
    experiment,
)
from neuropil.experiments.harness.network_stack import NetworkStack, Record
from neuropil.experiments.harness.paired import falls, rises
from neuropil.experiments.harness.panels import panels

__all__ = [
    "Claim",
    "Experiment",
    "Findings",
    "NetworkStack",
    "Numpy",
    "Record",
    "Result",
    "above",
    "agree",
    "below",
    "close",
    "equal",
    "experiment",
    "falls",
    "panels",
    "rises",
    "true",
]
