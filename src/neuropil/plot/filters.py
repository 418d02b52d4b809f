"""The weights of a first layer, drawn as images."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from neuropil.plot.mosaic import mosaic

if TYPE_CHECKING:
    from jaxtyping import Float
    from matplotlib.figure import Figure


def filters(weights: Float[np.ndarray, "n height width"], *, columns: int = 8) -> Figure:
    """Draw one image a filter on one symmetrical scale: blue negative, white zero, red positive.

    Args:
        weights: The filters.
        columns: Filters in a row.

    Returns:
        The figure, with the scale at its right.

    Raises:
        ValueError: The weights are not ``(n, height, width)`` with n ≥ 1.

    Example:
        >>> figure = filters(np.linspace(-1.0, 2.0, 36).reshape(4, 3, 3))
        >>> figure.axes[0].images[0].get_clim()
        (-2.0, 2.0)
    """
    from matplotlib.figure import Figure

    weights = np.asarray(weights, dtype=float)
    if weights.ndim != 3 or len(weights) == 0:
        raise ValueError(f"expected filters (n, height, width) with n ≥ 1, got {weights.shape}")
    columns = min(columns, len(weights))
    canvas = mosaic(weights, columns, gap=max(1, weights.shape[1] // 8))
    bound = float(np.abs(weights).max()) or 1.0
    rows = ceil(len(weights) / columns)
    figure = Figure(figsize=(0.75 * columns + 0.7, 0.75 * rows + 0.1), layout="constrained")
    axes = figure.add_subplot()
    image = axes.imshow(canvas, cmap="RdBu_r", vmin=-bound, vmax=bound, interpolation="nearest")
    axes.set_axis_off()
    scale = figure.colorbar(image, ax=axes, shrink=0.9, label="weight")
    scale.outline.set_visible(False)
    return figure
