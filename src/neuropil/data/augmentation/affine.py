"""Images turned, moved, zoomed and sheared at random."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.data.augmentation.sampling import sampled
from neuropil.data.augmentation.settings import check_not_negative
from neuropil.data.augmentation.transform import Transform

if TYPE_CHECKING:
    from neuropil.data.dataset import Numpy
    from neuropil.random import Generator


@final
class RandomAffine(Transform):
    """Each image turned, moved, zoomed and sheared, all at once, by amounts that are uniform.

    About its middle an image is turned by an angle in ±degrees, its rows are slid sideways by an
    angle in ±shear, it is enlarged by a factor from ``scale``, and moved. Between pixels it is
    interpolated bilinearly (once, however many of these are asked for); what comes in from
    outside is 0.

    Args:
        degrees: The largest angle of turning.
        translate: The largest moves as fractions of width and height, as torchvision has them.
        scale: The least and the largest factor; None for no zoom.
        shear: The largest angle of shearing, in degrees.

    Raises:
        ValueError: A setting is negative or not finite, a factor is not positive, or ``shear``
            is 90 or more.

    Example:
        >>> from neuropil.random import Generator
        >>> turn = RandomAffine(10, translate=(0.1, 0.1), scale=(0.9, 1.1))
        >>> turn(np.ones((5, 1, 28, 28)), Generator(0)).shape
        (5, 1, 28, 28)
    """

    def __init__(
        self,
        degrees: float,
        translate: tuple[float, float] = (0.0, 0.0),
        scale: tuple[float, float] | None = None,
        shear: float = 0.0,
    ) -> None:
        self.degrees = check_not_negative(degrees, "degrees", "RandomAffine")
        across, down = (check_not_negative(t, "translate", "RandomAffine") for t in translate)
        self.translate = (across, down)
        self.scale = _checked_scale(scale)
        self.shear = check_not_negative(shear, "shear", "RandomAffine")
        if self.shear >= 90.0:
            raise ValueError(f"RandomAffine expects shear below 90 degrees, got {shear}")

    def _change(self, images: Numpy, rng: Generator) -> Numpy:
        n, _, height, width = images.shape
        turn, slant, zoom, down, across = rng.uniform((5, n, 1, 1), -1.0, 1.0, dtype=images.dtype)
        angle, slope = turn * math.radians(self.degrees), np.tan(slant * math.radians(self.shear))
        least, largest = (1.0, 1.0) if self.scale is None else self.scale
        factor = (largest + least) / 2 + zoom * (largest - least) / 2
        sine, cosine = np.sin(angle) / factor, np.cos(angle) / factor
        y = _from_middle(height, images.dtype)[:, np.newaxis] + self.translate[1] * height * down
        x = _from_middle(width, images.dtype) + self.translate[0] * width * across
        rows = cosine * y + sine * x
        columns = (slope * cosine - sine) * y + (slope * sine + cosine) * x
        return sampled(images, rows + (height - 1) / 2, columns + (width - 1) / 2)


@final
class RandomRotation(Transform):
    """Each image turned about its middle by an angle that is uniform in ±degrees.

    Between pixels it is interpolated bilinearly; what comes in from outside is 0.

    Args:
        degrees: The largest angle.

    Raises:
        ValueError: It is negative or not finite.

    Example:
        >>> from neuropil.random import Generator
        >>> RandomRotation(15)(np.ones((2, 3, 9, 9)), Generator(0))[:, 0, 4, 4].round(6).tolist()
        [1.0, 1.0]
    """

    def __init__(self, degrees: float) -> None:
        self.degrees = check_not_negative(degrees, "degrees", "RandomRotation")

    def _change(self, images: Numpy, rng: Generator) -> Numpy:
        return RandomAffine(self.degrees)(images, rng)


def _checked_scale(scale: tuple[float, float] | None) -> tuple[float, float] | None:
    if scale is None:
        return None
    smallest, largest = scale
    if not 0.0 < smallest <= largest < math.inf:
        raise ValueError(f"RandomAffine expects scale (least, largest) above 0, got {scale}")
    return float(smallest), float(largest)


def _from_middle(length: int, dtype: np.dtype[Any]) -> Numpy:
    """The places of pixels along an axis, from the middle of the image."""
    places: Numpy = np.arange(length, dtype=dtype) - dtype.type((length - 1) / 2)
    return places
