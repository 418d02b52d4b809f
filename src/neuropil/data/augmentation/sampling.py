"""Images looked at between their pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.data.dataset import Numpy


def affine_images(
    images: Float[Numpy, "n channels height width"],
    matrices: Float[Numpy, "n 2 2"],
    shifts: Float[Numpy, "n 2"],
) -> Float[Numpy, "n channels height width"]:
    """Images moved by x' = c + A⁻¹(x − c − t): the new pixel at x' is the old image at x.

    In other words the new image at p is the old one at c + A(p − c) + t, with c the middle of the
    image and p = (row, column) in pixels. Between pixels the old image is interpolated bilinearly;
    around it all is 0.

    Args:
        images: The old images.
        matrices: A for each image, on (row, column).
        shifts: t for each image, in pixels.

    Example:
        >>> image = np.arange(6.0).reshape(1, 1, 2, 3)
        >>> affine_images(image, np.eye(2)[None], np.array([[0.0, 0.5]]))[0, 0]
        array([[0.5, 1.5, 1. ],
               [3.5, 4.5, 2.5]])
    """
    n, channels, height, width = images.shape
    corners, fractions = _places(matrices, shifts, (height, width), images.dtype)
    # One row and column of ground before the image and two behind hold every neighbour that a
    # place can have; with channels last, a neighbour of all channels is read at once.
    padded = np.zeros((n, height + 3, width + 3, channels), images.dtype)
    padded[:, 1:-2, 1:-2] = images.transpose(0, 2, 3, 1)
    pixels = padded.reshape(-1, channels)
    first = np.arange(n, dtype=np.intp)[:, np.newaxis] * ((height + 3) * (width + 3))
    above_left = first + corners[0] * (width + 3) + corners[1]
    down, right = (fraction[..., np.newaxis] for fraction in fractions)

    def between_columns(left: Numpy) -> Numpy:
        start = pixels.take(left, axis=0)
        step: Numpy = pixels.take(left + 1, axis=0)
        step -= start
        step *= right
        step += start
        return step

    above = between_columns(above_left)
    seen = between_columns(above_left + (width + 3))
    seen -= above
    seen *= down
    seen += above
    return seen.reshape(n, height, width, channels).transpose(0, 3, 1, 2)


def _places(
    matrices: Numpy, shifts: Numpy, size: tuple[int, int], dtype: np.dtype[np.floating]
) -> tuple[list[Numpy], list[Numpy]]:
    """Where each new pixel looks in the padded image: whole rows and columns, and the rest."""
    height, width = size
    row, column = np.arange(height) - (height - 1) / 2, np.arange(width) - (width - 1) / 2
    grid = np.stack(np.meshgrid(row, column, indexing="ij")).reshape(2, -1)
    corners, fractions = [], []
    for axis, length in enumerate(size):
        middle = (length - 1) / 2 + 1.0  # the image begins at 1 in the padded one
        place = matrices[:, axis].astype(dtype) @ grid.astype(dtype)
        place += (shifts[:, axis, np.newaxis] + middle).astype(dtype)
        np.clip(place, 0.0, length + 1.0, out=place)  # all is ground from here on
        corner = place.astype(np.intp)
        place -= corner
        corners.append(corner)
        fractions.append(place)
    return corners, fractions
