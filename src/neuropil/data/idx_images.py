"""Labelled images in two IDX files, as MNIST and its relatives come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuropil.data.array_dataset import ArrayDataset
from neuropil.data.idx import read_idx
from neuropil.errors import DataError, FileFormatError

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

DIGITS = tuple(str(digit) for digit in range(10))


def idx_images(
    images: str | os.PathLike[str],
    labels: str | os.PathLike[str],
    *,
    classes: Sequence[str] = DIGITS,
) -> ArrayDataset:
    """Grey images and their labels: inputs float32 (n, 1, height, width) in [0, 1], targets int64.

    Args:
        images: An IDX file, also compressed with gzip, of bytes (n, height, width).
        labels: An IDX file of n bytes.
        classes: The names of the classes; a label is a place among them.

    Raises:
        FileFormatError: A file is missing, damaged or holds something else, such as labels in the
            place of images.
        DataError: There are not as many labels as images, or a label is that of no class.

    Example:
        >>> folder = getfixture("tmp_path")
        >>> _ = (folder / "x").write_bytes(bytes([0, 0, 8, 3, *[0, 0, 0, 1] * 3, 255]))
        >>> _ = (folder / "y").write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 1, 7]))
        >>> idx_images(folder / "x", folder / "y")[0]
        (array([[[1.]]], dtype=float32), np.int64(7))
    """
    pixels, numbers = read_idx(images), read_idx(labels)
    if pixels.dtype != np.uint8 or pixels.ndim != 3:
        raise FileFormatError(
            f"expected images (n, height, width) of bytes in {images}, got {pixels.dtype} "
            f"{pixels.shape}: are these the labels?"
        )
    if numbers.dtype != np.uint8 or numbers.ndim != 1:
        raise FileFormatError(
            f"expected labels (n,) of bytes in {labels}, got {numbers.dtype} {numbers.shape}: "
            "are these the images?"
        )
    if len(pixels) != len(numbers):
        raise DataError(
            f"{images} holds {len(pixels)} images, {labels} {len(numbers)} labels: take the two "
            "files of one data set"
        )
    if len(wrong := np.flatnonzero(numbers >= len(classes))):
        raise DataError(
            f"label {wrong[0]} of {labels} is {numbers[wrong[0]]}, expected 0 to "
            f"{len(classes) - 1}, one of {len(classes)} classes"
        )
    inputs = pixels[:, np.newaxis].astype(np.float32)
    inputs /= 255
    return ArrayDataset(inputs, numbers.astype(np.int64), classes=classes)
