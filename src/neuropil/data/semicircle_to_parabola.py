"""A semicircle that is to be bent into a parabola (E, example 2)."""

from __future__ import annotations

import numpy as np

from neuropil.data.array_dataset import ArrayDataset
from neuropil.errors import DataError


def semicircle_to_parabola(n: int = 100) -> ArrayDataset:
    """Points x of the semicircle x₁² + x₂² = 1, x₂ > 0, and their places y on y₂ = y₁², y₁ = x₁.

    The points lie at the angles π(k + ½)/n, k = 0 … n − 1, from right to left; nothing is random.
    The lecture shows the two curves in a picture, and this assignment is the simplest between
    them: a point keeps its horizontal place.

    Args:
        n: How many points.

    Returns:
        Inputs float32 (n, 2), targets float32 (n, 2).

    Raises:
        DataError: ``n < 1``.

    Example:
        >>> x, y = semicircle_to_parabola(3)[0]
        >>> print(x.round(3), y.round(3))  # at 30°
        [0.866 0.5  ] [0.866 0.75 ]
    """
    if n < 1:
        raise DataError(f"semicircle_to_parabola expects n >= 1, got {n}")
    angles = np.pi * (np.arange(n) + 0.5) / n
    x = np.column_stack([np.cos(angles), np.sin(angles)])
    y = np.column_stack([x[:, 0], x[:, 0] ** 2])
    return ArrayDataset(x.astype(np.float32), y.astype(np.float32))
