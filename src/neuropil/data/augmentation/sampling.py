"""Images looked at between their pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.data.dataset import Numpy


def sampled(
    images: Float[Numpy, "n channels height width"],
    rows: Float[Numpy, "n height width"],
    columns: Float[Numpy, "n height width"],
) -> Float[Numpy, "n channels height width"]:
    """New images whose pixels are those of the old ones at (rows, columns).

    Between pixels the old image is interpolated bilinearly; around it all is 0.

    Example:
        >>> image = np.array([[[[1.0, 2.0, 4.0]]]])
        >>> sampled(image, np.zeros((1, 1, 3)), np.array([[[0.5, 1.75, 2.5]]]))
        array([[[[1.5, 3.5, 2. ]]]])
    """
    n, channels, height, width = images.shape
    # One row and column of ground before the image and two behind hold every neighbour that a
    # place can have; with channels last, a neighbour of all channels is read at once.
    padded = np.zeros((n, height + 3, width + 3, channels), images.dtype)
    padded[:, 1:-2, 1:-2] = images.transpose(0, 2, 3, 1)
    pixels = padded.reshape(-1, channels)
    row, down = _whole_and_rest(rows, height, images.dtype)
    column, right = _whole_and_rest(columns, width, images.dtype)
    first = np.arange(n)[:, np.newaxis, np.newaxis] * ((height + 3) * (width + 3))
    above_left = first + row * (width + 3) + column

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
    return seen.transpose(0, 3, 1, 2)


def _whole_and_rest(
    places: Numpy, length: int, dtype: np.dtype[np.floating]
) -> tuple[Numpy, Numpy]:
    """A place in the padded image along one axis: the pixel before it, and how far behind that."""
    padded = np.clip(places + 1.0, 0.0, length + 1.0)  # all is ground from here on
    whole = padded.astype(np.int64)
    padded -= whole
    return whole, padded.astype(dtype, copy=False)[..., np.newaxis]
