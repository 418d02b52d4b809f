"""What the layers and losses compute, as functions."""

from __future__ import annotations

from neuropil.nn.functional.activations import prelu, relu6, softplus, threshold
from neuropil.nn.functional.attention import scaled_dot_product_attention
from neuropil.nn.functional.binary_cross_entropy import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
)
from neuropil.nn.functional.convolution import conv1d, conv2d
from neuropil.nn.functional.cross_entropy import cross_entropy, nll_loss
from neuropil.nn.functional.dropout import dropout
from neuropil.nn.functional.embedding import embedding
from neuropil.nn.functional.locally_connected import locally_connected
from neuropil.nn.functional.normalisation import batch_norm, layer_norm
from neuropil.nn.functional.one_hot import one_hot
from neuropil.nn.functional.pooling import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    avg_pool1d,
    avg_pool2d,
    max_pool1d,
    max_pool2d,
)
from neuropil.nn.functional.sequences import over_time, sequence_mask
from neuropil.nn.functional.squared_error import half_squared_error, mse_loss
from neuropil.nn.functional.standard_normal import kl_standard_normal, reparametrize
from neuropil.nn.functional.transposed_convolution import conv_transpose1d, conv_transpose2d
from neuropil.ops import (
    atan,
    elu,
    gelu,
    hardmax,
    hardtanh,
    heaviside,
    leaky_relu,
    linear,
    log_softmax,
    relu,
    sigmoid,
    sign,
    silu,
    softmax,
    tanh,
)

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "atan",
    "avg_pool1d",
    "avg_pool2d",
    "batch_norm",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "conv1d",
    "conv2d",
    "conv_transpose1d",
    "conv_transpose2d",
    "cross_entropy",
    "dropout",
    "elu",
    "embedding",
    "gelu",
    "half_squared_error",
    "hardmax",
    "hardtanh",
    "heaviside",
    "kl_standard_normal",
    "layer_norm",
    "leaky_relu",
    "linear",
    "locally_connected",
    "log_softmax",
    "max_pool1d",
    "max_pool2d",
    "mse_loss",
    "nll_loss",
    "one_hot",
    "over_time",
    "prelu",
    "relu",
    "relu6",
    "reparametrize",
    "scaled_dot_product_attention",
    "sequence_mask",
    "sigmoid",
    "sign",
    "silu",
    "softmax",
    "softplus",
    "tanh",
    "threshold",
]
