"""Images moved by whole pixels at random."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, final

import numpy as np

from neuropil.data.augmentation.transform import Transform

if TYPE_CHECKING:
    from neuropil.data.dataset import Numpy
    from neuropil.random import Generator


@final
class RandomShift(Transform):
    """Each image moved by −pixels … pixels, up or down and sideways; what comes in is 0.

    This is torchvision's ``RandomCrop(size, padding=pixels)`` for images of that size.

    Args:
        pixels: The largest move, a whole number.

    Raises:
        ValueError: ``pixels`` is negative.

    Example:
        >>> from neuropil.random import Generator
        >>> image = np.arange(4.0).reshape(1, 1, 2, 2)
        >>> RandomShift(1)(image, Generator(0)).tolist()
        [[[[2.0, 3.0], [0.0, 0.0]]]]
    """

    def __init__(self, pixels: int) -> None:
        self.pixels = index(pixels)
        if self.pixels < 0:
            raise ValueError(f"RandomShift expects pixels >= 0, got {pixels}")

    def _change(self, images: Numpy, rng: Generator) -> Numpy:
        n, _, height, width = images.shape
        border = self.pixels
        around = ((0, 0), (0, 0), (border, border), (border, border))
        windows = np.lib.stride_tricks.sliding_window_view(
            np.pad(images, around), (height, width), axis=(2, 3)
        )
        down, across = rng.integers(0, 2 * border + 1, (2, n))
        return windows[np.arange(n), :, down, across]
