"""Networks: modules, layers and losses, with PyTorch's names."""

from __future__ import annotations

from neuropil.nn import functional, init
from neuropil.nn.activations import (
    ELU,
    GELU,
    Arctan,
    Hardmax,
    Hardtanh,
    Heaviside,
    Identity,
    LeakyReLU,
    LogSoftmax,
    ReLU,
    ReLU6,
    Sigmoid,
    Sign,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
    Threshold,
)
from neuropil.nn.attention import MultiheadAttention
from neuropil.nn.batch_normalization import BatchNorm1d, BatchNorm2d
from neuropil.nn.convolution import Conv1d, Conv2d
from neuropil.nn.corruption import BitFlip, Corruption, GaussianNoise, MaskingNoise
from neuropil.nn.description import build, describe
from neuropil.nn.dropout import Dropout
from neuropil.nn.embedding import Embedding
from neuropil.nn.evidence_bound import BernoulliELBOLoss, ELBOLoss, GaussianELBOLoss
from neuropil.nn.flatten import Flatten, Unflatten
from neuropil.nn.last_state import EveryState, LastState
from neuropil.nn.layer_normalization import LayerNorm
from neuropil.nn.linear import Linear
from neuropil.nn.locally_connected import LocallyConnected1d, LocallyConnected2d
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
from neuropil.nn.parametric_relu import PReLU
from neuropil.nn.permute import Permute
from neuropil.nn.pooling import (
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AvgPool1d,
    AvgPool2d,
    MaxPool1d,
    MaxPool2d,
)
from neuropil.nn.recurrent import GRU, LSTM, RNN
from neuropil.nn.recurrent_cell import GRUCell, LSTMCell, RNNCell
from neuropil.nn.sequential import Sequential
from neuropil.nn.transposed_convolution import ConvTranspose1d, ConvTranspose2d
from neuropil.nn.transposed_linear import TransposedLinear

__all__ = [
    "ELU",
    "GELU",
    "GRU",
    "LSTM",
    "RNN",
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "Arctan",
    "AvgPool1d",
    "AvgPool2d",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "BatchNorm2d",
    "BernoulliELBOLoss",
    "BitFlip",
    "Conv1d",
    "Conv2d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "Corruption",
    "CrossEntropyLoss",
    "Dropout",
    "ELBOLoss",
    "Embedding",
    "EveryState",
    "Flatten",
    "GRUCell",
    "GaussianELBOLoss",
    "GaussianNoise",
    "HalfSquaredError",
    "Hardmax",
    "Hardtanh",
    "Heaviside",
    "Identity",
    "LSTMCell",
    "LastState",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LocallyConnected1d",
    "LocallyConnected2d",
    "LogSoftmax",
    "MSELoss",
    "MaskingNoise",
    "MaxPool1d",
    "MaxPool2d",
    "Module",
    "ModuleList",
    "MultiheadAttention",
    "NLLLoss",
    "PReLU",
    "Parameter",
    "Permute",
    "RNNCell",
    "ReLU",
    "ReLU6",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Sign",
    "Softmax",
    "Softplus",
    "Tanh",
    "Threshold",
    "TransposedLinear",
    "Unflatten",
    "build",
    "describe",
    "functional",
    "init",
    "observe",
]
