"""Surrogate derivatives: a spike is a step, and learns as if it were a smooth one."""

from __future__ import annotations

from neuropil.ops.surrogates.arctan import ArcTan
from neuropil.ops.surrogates.fast_sigmoid import FastSigmoid
from neuropil.ops.surrogates.super_spike import SuperSpike
from neuropil.ops.surrogates.surrogate import Surrogate
from neuropil.ops.surrogates.triangle import Triangle

__all__ = ["ArcTan", "FastSigmoid", "SuperSpike", "Surrogate", "Triangle"]
