"""What the layers and losses compute, as functions."""

from __future__ import annotations

from neuropil.nn.functional.binary_cross_entropy import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
)
from neuropil.nn.functional.convolution import conv2d
from neuropil.nn.functional.cross_entropy import cross_entropy, nll_loss
from neuropil.nn.functional.dropout import dropout
from neuropil.nn.functional.pooling import avg_pool2d, max_pool2d
from neuropil.nn.functional.squared_error import half_squared_error, mse_loss
from neuropil.ops import linear, log_softmax, relu, sigmoid, softmax, softplus, tanh

__all__ = [
    "avg_pool2d",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "conv2d",
    "cross_entropy",
    "dropout",
    "half_squared_error",
    "linear",
    "log_softmax",
    "max_pool2d",
    "mse_loss",
    "nll_loss",
    "relu",
    "sigmoid",
    "softmax",
    "softplus",
    "tanh",
]
