"""Red and blue points of the plane, whose border no single neuron draws (E, example 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuropil.data.array_dataset import ArrayDataset
from neuropil.errors import DataError
from neuropil.random import as_generator

if TYPE_CHECKING:
    from neuropil.random import Generator

_SIDE = np.pi / 3.0  # the angle under which the centre sees a side


def notched_hexagon(n: int = 400, *, rng: int | Generator | None = 0) -> ArrayDataset:
    """Points of the square [−1.5, 1.5]², 1 in a hexagon from which a wedge is cut, 0 elsewhere.

    The sides of the regular hexagon are at a distance of 1 from the origin, the first of them to
    the right; the wedge reaches from the origin to the right, 45° up and 45° down. The region is
    not convex: no line and no "all of these lines" has it as its inside.

    Args:
        n: How many points.
        rng: A seed or a Generator for the points, which are spread evenly at random.

    Returns:
        Inputs float32 (n, 2), targets float32 (n, 1).

    Raises:
        DataError: ``n < 1``.

    Example:
        >>> points = notched_hexagon(5)
        >>> points, points.targets[:, 0].tolist()
        (ArrayDataset(inputs float32 (5, 2), targets float32 (5, 1)), [0.0, 0.0, 1.0, 0.0, 0.0])
    """
    if n < 1:
        raise DataError(f"notched_hexagon expects n >= 1, got {n}")
    inputs = as_generator(rng).uniform((n, 2), -1.5, 1.5)
    radius, angle = np.hypot(*inputs.T), np.arctan2(inputs[:, 1], inputs[:, 0])
    from_middle = (angle + _SIDE / 2.0) % _SIDE - _SIDE / 2.0  # of the side in this direction
    inside = (radius * np.cos(from_middle) < 1.0) & (np.abs(angle) > np.pi / 4.0)
    return ArrayDataset(inputs, inside[:, np.newaxis].astype(np.float32))
