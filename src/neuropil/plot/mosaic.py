"""Many small images side by side in one array."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


def mosaic(
    images: Float[np.ndarray, "n height width"], columns: int, *, gap: int = 1
) -> Float[np.ndarray, "rows columns"]:
    """The images in rows of ``columns``, with NaN in the gaps, which an image plot leaves empty.

    Example:
        >>> mosaic(np.ones((3, 1, 1)), columns=2)
        array([[ 1., nan,  1.],
               [nan, nan, nan],
               [ 1., nan, nan]])
    """
    count, height, width = images.shape
    rows = ceil(count / columns)
    canvas = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap), np.nan)
    for index, image in enumerate(images):
        top, left = corner(index, columns, (height, width), gap=gap)
        canvas[top : top + height, left : left + width] = image
    return canvas


def corner(index: int, columns: int, size: tuple[int, int], *, gap: int = 1) -> tuple[int, int]:
    """Row and column of the first pixel of an image in the mosaic.

    Example:
        >>> corner(3, 2, (8, 8))
        (9, 9)
    """
    row, column = divmod(index, columns)
    return row * (size[0] + gap), column * (size[1] + gap)
