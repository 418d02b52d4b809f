"""Networks: modules, layers and losses, with PyTorch's names."""

from __future__ import annotations

from neuropil.nn import functional
from neuropil.nn.activations import Identity, LogSoftmax, ReLU, Sigmoid, Softmax, Tanh
from neuropil.nn.convolution import Conv2d
from neuropil.nn.description import build, describe
from neuropil.nn.dropout import Dropout
from neuropil.nn.flatten import Flatten
from neuropil.nn.linear import Linear
from neuropil.nn.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HalfSquaredError,
    MSELoss,
    NLLLoss,
)
from neuropil.nn.module import Module
from neuropil.nn.module_list import ModuleList
from neuropil.nn.observation import observe
from neuropil.nn.parameter import Parameter
from neuropil.nn.pooling import AvgPool2d, MaxPool2d
from neuropil.nn.sequential import Sequential

__all__ = [
    "AvgPool2d",
    "BCELoss",
    "BCEWithLogitsLoss",
    "Conv2d",
    "CrossEntropyLoss",
    "Dropout",
    "Flatten",
    "HalfSquaredError",
    "Identity",
    "Linear",
    "LogSoftmax",
    "MSELoss",
    "MaxPool2d",
    "Module",
    "ModuleList",
    "NLLLoss",
    "Parameter",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "build",
    "describe",
    "functional",
    "observe",
]
