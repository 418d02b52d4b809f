"""Small images of circles, triangles and squares (notes 9.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuropil.data.array_dataset import ArrayDataset
from neuropil.errors import DataError
from neuropil.random import as_generator

if TYPE_CHECKING:
    from neuropil.data.dataset import Numpy
    from neuropil.random import Generator

_CLASSES = ("circle", "triangle", "square")
_RADII = 0.18, 0.25
_FARTHEST, _BOUND = 1 / 16, 0.1
_SMALLEST = 8


def shapes(
    n: int = 300,
    *,
    size: int = 16,
    farthest: float = _FARTHEST,
    rng: int | Generator | None = 0,
) -> ArrayDataset:
    """Bright shapes on dark ground: inputs float32 (n, 1, size, size) in [0, 1], targets int64.

    Circles (0), triangles (1) and squares (2) take turns. They stand upright, about the middle,
    and are as large as a circle whose radius is between 0.18 and 0.25 of the image: neither the
    place nor the brightness of an image tells its class. A pixel on an edge is grey in proportion
    to what the shape covers of it.

    Args:
        n: How many images.
        size: Their height and width in pixels, at least 8.
        farthest: How far from the middle of the image they are at most, along each side, as a
            share of that.
        rng: A seed or a Generator. One seed gives one data set: take another to test on.

    Raises:
        DataError: ``n`` is less than one of each class, ``size`` less than 8, or ``farthest``
            not between 0 and 0.1, so that a shape might not be all in the image.

    Example:
        >>> dataset = shapes(6)
        >>> dataset, dataset.classes
        (ArrayDataset(inputs float32 (6, 1, 16, 16), targets int64 (6,)),
         ('circle', 'triangle', 'square'))
        >>> for row in dataset.inputs[1, 0, 3:11]:
        ...     print("".join("_+#"[int(2 * pixel)] for pixel in row))
        _______++_______
        ______+##_______
        ______###+______
        _____+####______
        _____#####+_____
        ____+######+____
        ____########____
        ________________
    """
    if n < len(_CLASSES) or size < _SMALLEST:
        raise DataError(
            f"shapes expects n >= {len(_CLASSES)} images of size >= {_SMALLEST}, got n = {n}, "
            f"size = {size}"
        )
    if not 0.0 <= farthest <= _BOUND:
        raise DataError(f"shapes expects farthest between 0 and {_BOUND}, got {farthest}")
    targets = np.arange(n) % len(_CLASSES)
    generator = as_generator(rng)
    radii = size * generator.uniform(n, *_RADII, dtype=np.float64)
    centres = 2 * size * farthest * (generator.uniform((2, n), dtype=np.float64) - 0.5)
    position = np.arange(size) - (size - 1) / 2
    y = position[:, np.newaxis] - centres[0][:, np.newaxis, np.newaxis]
    x = position - centres[1][:, np.newaxis, np.newaxis]
    outside = np.empty((n, size, size))  # the distance from the edge; negative within
    for label, distance in enumerate((_from_circle, _from_triangle, _from_square)):
        chosen = targets == label
        outside[chosen] = distance(x[chosen], y[chosen], radii[chosen, np.newaxis, np.newaxis])
    inputs = np.clip(0.5 - outside, 0.0, 1.0)[:, np.newaxis].astype(np.float32)
    return ArrayDataset(inputs, targets.astype(np.int64), classes=_CLASSES)


def _from_circle(x: Numpy, y: Numpy, radius: Numpy) -> Numpy:
    distance: Numpy = np.hypot(x, y) - radius
    return distance


def _from_triangle(x: Numpy, y: Numpy, radius: Numpy) -> Numpy:
    """From the nearest side's line; the triangle has the area π r² = 3√3 a², a to its sides."""
    sides = np.maximum(y, np.abs(x) * np.sqrt(0.75) - y / 2)
    distance: Numpy = sides - radius * np.sqrt(np.pi / np.sqrt(27.0))
    return distance


def _from_square(x: Numpy, y: Numpy, radius: Numpy) -> Numpy:
    """From the nearest side's line; the square has the area π r² = 4 a²."""
    distance: Numpy = np.maximum(np.abs(x), np.abs(y)) - radius * np.sqrt(np.pi / 4)
    return distance
