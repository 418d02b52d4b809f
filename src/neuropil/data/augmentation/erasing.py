"""A rectangle of each image erased at random."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, final

import numpy as np

from neuropil.data.augmentation.settings import check_probability
from neuropil.data.augmentation.transform import Transform

if TYPE_CHECKING:
    from neuropil.data.dataset import Numpy
    from neuropil.random import Generator


@final
class RandomErasing(Transform):
    """With probability ``p`` a rectangle of each image becomes ``value`` (Zhong et al. 2020).

    Its area is a share of the image that is uniform in ``scale``; the logarithm of its height
    over its width is uniform in that of ``ratio``; its place is uniform among those inside the
    image. A side that would be longer than the image is as long as the image.

    Args:
        p: The probability.
        scale: The least and the largest share of the image.
        ratio: The least and the largest height over width.
        value: What stands where something was.

    Raises:
        ValueError: A setting is out of its range.

    Example:
        >>> from neuropil.random import Generator
        >>> erase = RandomErasing(1.0, scale=(0.25, 0.25), ratio=(1.0, 1.0))
        >>> float(erase(np.ones((1, 1, 8, 8)), Generator(0)).mean())
        0.75
    """

    def __init__(
        self,
        p: float = 0.5,
        scale: tuple[float, float] = (0.02, 0.33),
        ratio: tuple[float, float] = (0.3, 3.3),
        value: float = 0.0,
    ) -> None:
        self.p = check_probability(p, "RandomErasing")
        self.scale = _checked_range(scale, "scale", 1.0)
        self.ratio = _checked_range(ratio, "ratio", math.inf)
        self.value = float(value)

    def _change(self, images: Numpy, rng: Generator) -> Numpy:
        n, _, height, width = images.shape
        chosen, share, form, down, across = rng.uniform((5, n), dtype=np.float64)
        area = (self.scale[0] + (self.scale[1] - self.scale[0]) * share) * height * width
        low, high = np.log(self.ratio)
        proportion = np.exp(low + (high - low) * form)
        inside = (chosen < self.p)[:, np.newaxis, np.newaxis]
        for axis, length, side, place in (
            (0, height, np.sqrt(area * proportion), down),
            (1, width, np.sqrt(area / proportion), across),
        ):
            inside = inside & np.expand_dims(_span(side, place, length), 2 - axis)
        return np.where(inside[:, np.newaxis], images.dtype.type(self.value), images)


def _span(side: Numpy, place: Numpy, length: int) -> Numpy:
    """Which of ``length`` pixels lie in a stretch of this many, put at this share of its places."""
    pixels = np.clip(np.rint(side), 1, length)
    start = np.floor(place * (length - pixels + 1))
    position = np.arange(length)
    after = position >= start[:, np.newaxis]
    before = position < (start + pixels)[:, np.newaxis]
    inside: Numpy = after & before
    return inside


def _checked_range(bounds: tuple[float, float], name: str, most: float) -> tuple[float, float]:
    low, high = bounds
    if not (0.0 < low <= high <= most and math.isfinite(high)):
        limit = "" if math.isinf(most) else f", at most {most:g}"
        raise ValueError(f"RandomErasing expects {name} (least, largest) above 0{limit}: {bounds}")
    return float(low), float(high)
