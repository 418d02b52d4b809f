"""Neurons as layers of networks, with time as the first axis.

A package of its own, which a simulation does without::

    from neuropil.neurons import layers
"""

from __future__ import annotations

from neuropil.neurons.layers.conversion import ConversionLoss, conversion_loss, convert
from neuropil.neurons.layers.each_step import EachStep
from neuropil.neurons.layers.latency_code import LatencyCode
from neuropil.neurons.layers.leaky import Leaky
from neuropil.neurons.layers.losses import FirstSpikeLoss, RateLoss
from neuropil.neurons.layers.parts import PARTS
from neuropil.neurons.layers.rate_code import RateCode
from neuropil.neurons.layers.readouts import FirstSpike, MeanOverTime, SpikeCount
from neuropil.neurons.layers.repeat import Repeat
from neuropil.neurons.layers.resets import BySubtraction, Reset, ToZero
from neuropil.neurons.layers.spiking import Spiking
from neuropil.neurons.layers.spiking_layer import SpikingLayer, SpikingRun
from neuropil.ops.surrogates import ArcTan, FastSigmoid, SuperSpike, Surrogate, Triangle

__all__ = [
    "PARTS",
    "ArcTan",
    "BySubtraction",
    "ConversionLoss",
    "EachStep",
    "FastSigmoid",
    "FirstSpike",
    "FirstSpikeLoss",
    "LatencyCode",
    "Leaky",
    "MeanOverTime",
    "RateCode",
    "RateLoss",
    "Repeat",
    "Reset",
    "SpikeCount",
    "Spiking",
    "SpikingLayer",
    "SpikingRun",
    "SuperSpike",
    "Surrogate",
    "ToZero",
    "Triangle",
    "conversion_loss",
    "convert",
]
