"""Unscaled features: inputs of very different, or very large, sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.training.doctor.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neuropil.training.doctor.statistics import InputStatistics, Record

KIND = "unscaled features"

SPREAD = 30.0
"""Largest feature over typical one. The curvature of a linear layer's loss is E[x xᵀ], so that
gradient descent takes up to the square of this, a thousand times as many steps."""

LARGEST, LEAST = 10.0, 0.01
"""Root mean square of all features, and of the largest one. Initial weights expect 1: at 10,
PyTorch's give sums with a standard deviation of 5.8, where tanh is flat, and stable steps are 100
times smaller; at 0.01 the weights' gradients are 100 times smaller than meant. Of features that
are nearly always 0, such as one of many words, all together are small and each is as it should."""

OFFSET = 10.0
"""|mean| over standard deviation. As with the spread, the square counts."""

_CURE = "Standardise each feature: subtract its mean and divide by its standard deviation."


def unscaled_features(record: Record) -> Iterator[Finding]:
    """Features that the first layer's initial weights and a single learning rate cannot suit."""
    inputs = record.inputs
    if inputs is None or inputs.normalised:
        return
    complaint = _complaint(inputs)
    if complaint:
        yield Finding(KIND, None, complaint, _CURE)


def _complaint(inputs: InputStatistics) -> str | None:
    if inputs.typical > 0.0 and inputs.largest > SPREAD * inputs.typical:
        return (
            f"Feature {inputs.largest_at} has a root mean square of {inputs.largest:.3g}, the "
            f"typical feature {inputs.typical:.3g}: it outweighs all others."
        )
    if inputs.scale > LARGEST or inputs.largest < LEAST:
        return (
            f"The features have a root mean square of {inputs.scale:.3g}, where initial weights "
            "expect about 1."
        )
    if inputs.offset > OFFSET and inputs.scale > 1.0:
        return (
            f"Feature {inputs.offset_at} lies {inputs.offset:.3g} standard deviations away from 0, "
            "so what varies in it is hidden by what does not."
        )
    return None
