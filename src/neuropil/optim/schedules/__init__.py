"""Schedules: how a learning rate changes while training.

Each is a pure object: what it gives depends on the number of the step alone.
"""

from __future__ import annotations

from neuropil.optim.schedules.cosine_decay import CosineDecay
from neuropil.optim.schedules.exponential import Exponential
from neuropil.optim.schedules.multi_step import MultiStep
from neuropil.optim.schedules.one_cycle import OneCycle
from neuropil.optim.schedules.schedule import Schedule
from neuropil.optim.schedules.step_decay import StepDecay
from neuropil.optim.schedules.warmup import Warmup

__all__ = [
    "CosineDecay",
    "Exponential",
    "MultiStep",
    "OneCycle",
    "Schedule",
    "StepDecay",
    "Warmup",
]
