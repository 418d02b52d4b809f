"""All-equal initial weights: hidden units that begin alike stay alike (Lecture 4, I.D)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.training.doctor.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neuropil.training.doctor.statistics import Record

KIND = "equal initial weights"

SHARE = 0.9
"""Of a layer's units. Random weights make no two alike, so any share above 0 would do; nearly all
are asked for, because what was copied on purpose is no oversight."""


def equal_weights(record: Record) -> Iterator[Finding]:
    """Hidden layers whose units have equal outputs and equal gradients before the first step.

    Equal weights in and equal weights out give equal gradients, so no step ever tells such units
    apart: the layer computes what a single unit could.
    """
    for layer in record.first.layers[:-1]:
        if layer.alike < SHARE or layer.units < 2:
            continue
        if layer.signal > 0.0 or layer.weight == 0.0:  # not: nothing comes in, whatever the weights
            yield Finding(
                KIND,
                layer.name,
                f"{layer.alike:.0%} of its {layer.units} units have equal outputs and equal "
                "gradients, so every step leaves them equal and they count as one.",
                "Draw the initial weights at random, as the layers do by themselves.",
            )
