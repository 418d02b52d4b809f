"""Initial weights: functions that give an array, and PyTorch's, which fill a Parameter."""

from __future__ import annotations

from neuropil.nn.init.chrono import chrono_
from neuropil.nn.init.distributions import (
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_uniform,
    normal,
    orthogonal,
    uniform,
)
from neuropil.nn.init.fans import Fans, fans
from neuropil.nn.init.gain import calculate_gain
from neuropil.nn.init.in_place import (
    constant_,
    initialise_,
    kaiming_normal_,
    kaiming_uniform_,
    lecun_normal_,
    lecun_uniform_,
    normal_,
    ones_,
    orthogonal_,
    uniform_,
    xavier_normal_,
    xavier_uniform_,
    zeros_,
)

__all__ = [
    "Fans",
    "calculate_gain",
    "chrono_",
    "constant_",
    "fans",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "initialise_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "lecun_normal",
    "lecun_normal_",
    "lecun_uniform",
    "lecun_uniform_",
    "normal",
    "normal_",
    "ones_",
    "orthogonal",
    "orthogonal_",
    "uniform",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]
