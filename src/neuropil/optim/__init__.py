"""Optimizers: how parameters follow their gradients (notes 3.1, 5.4)."""

from __future__ import annotations

from neuropil.optim.adam import Adam
from neuropil.optim.optimizer import Optimizer
from neuropil.optim.sgd import SGD

__all__ = ["SGD", "Adam", "Optimizer"]
