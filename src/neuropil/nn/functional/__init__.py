"""What the layers and losses compute, as functions."""

from __future__ import annotations

from neuropil.nn.functional.binary_cross_entropy import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
)
from neuropil.nn.functional.cross_entropy import cross_entropy, nll_loss
from neuropil.nn.functional.dropout import dropout
from neuropil.nn.functional.squared_error import half_squared_error, mse_loss
from neuropil.ops import linear, log_softmax, relu, sigmoid, softmax, softplus, tanh

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "dropout",
    "half_squared_error",
    "linear",
    "log_softmax",
    "mse_loss",
    "nll_loss",
    "relu",
    "sigmoid",
    "softmax",
    "softplus",
    "tanh",
]
