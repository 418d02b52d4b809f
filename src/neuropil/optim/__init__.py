"""Optimizers: how parameters follow their gradients (notes 3.1, 5.4, 6.3).

Beside them stand schedules of the learning rate, clipping of gradients, and penalties.
"""

from __future__ import annotations

from neuropil.optim.adagrad import Adagrad
from neuropil.optim.adam import Adam
from neuropil.optim.adamw import AdamW
from neuropil.optim.clipping import (
    Clip,
    ClipNorm,
    ClipValue,
    clip_grad_norm_,
    clip_grad_value_,
)
from neuropil.optim.lbfgs import LBFGS
from neuropil.optim.levenberg_marquardt import (
    Expansion,
    Iterate,
    held_back,
    levenberg_marquardt,
)
from neuropil.optim.optimizer import Optimizer
from neuropil.optim.penalties import L1, L2, Penalty
from neuropil.optim.rmsprop import RMSprop
from neuropil.optim.schedules import (
    CosineDecay,
    Exponential,
    MultiStep,
    OneCycle,
    Schedule,
    StepDecay,
    Warmup,
)
from neuropil.optim.sgd import SGD

__all__ = [
    "L1",
    "L2",
    "LBFGS",
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "Clip",
    "ClipNorm",
    "ClipValue",
    "CosineDecay",
    "Expansion",
    "Exponential",
    "Iterate",
    "MultiStep",
    "OneCycle",
    "Optimizer",
    "Penalty",
    "RMSprop",
    "Schedule",
    "StepDecay",
    "Warmup",
    "clip_grad_norm_",
    "clip_grad_value_",
    "held_back",
    "levenberg_marquardt",
]
