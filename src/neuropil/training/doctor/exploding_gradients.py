"""Exploding gradients: from layer to layer more arrives (notes 6.2)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from neuropil.training.doctor.finding import Finding
from neuropil.training.doctor.vanishing_gradients import share_of_first_layer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neuropil.training.doctor.statistics import Record

KIND = "exploding gradients"

SHARE = 16.0
"""Of the last layer's gradient: the notes' factor of 2 a layer over four. Initial weights that
keep variances give about 1, healthy trainings at most 5.7 (``python -m
benchmarks.doctor.limits``)."""


def exploding_gradients(record: Record) -> Iterator[Finding]:
    """A layer that gets many times the gradient of the last, before the first step."""
    share = share_of_first_layer(record.first)
    if share is None or not share > SHARE:
        return
    layers = record.first.layers
    factor = share ** (1.0 / (len(layers) - 1))
    steepest = max(pairwise(layers), key=lambda pair: pair[0].gradient / (pair[1].gradient or 1.0))
    yield Finding(
        KIND,
        steepest[1].name,
        f"The gradient's norm grows from {layers[-1].gradient:.1e} at layer {layers[-1].name} to "
        f"{layers[0].gradient:.1e} at layer {layers[0].name}, by a factor of {factor:.3g} a layer, "
        "most of all through this one.",
        "Begin with smaller weights (He, Glorot), clip the gradients (optim.ClipNorm), or "
        "normalise between the layers.",
    )
