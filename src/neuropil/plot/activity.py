"""What the units of a layer do while they read a sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float
    from matplotlib.figure import Figure


def activity(values: Float[np.ndarray, "steps units"], *, title: str = "") -> Figure:
    """Draw a row a unit and a column a step, on one scale: blue negative, white 0, red positive.

    Args:
        values: The state of each unit after each step.
        title: What was read.

    Raises:
        ValueError: There are no steps, no units, or other axes.

    Example:
        >>> figure = activity(np.array([[0.0, 0.5], [-1.0, 0.5]]))
        >>> figure.axes[0].images[0].get_array().shape, figure.axes[0].images[0].get_clim()
        ((2, 2), (-1.0, 1.0))
    """
    from matplotlib.figure import Figure

    values = np.asarray(values, dtype=float)
    if values.ndim != 2 or values.size == 0:
        raise ValueError(f"expected values (steps, units), got {values.shape}")
    bound = float(np.abs(values).max()) or 1.0
    figure = Figure(figsize=(5.6, 3.4), layout="constrained")
    axes = figure.add_subplot()
    image = axes.imshow(
        values.T, cmap="RdBu_r", vmin=-bound, vmax=bound, interpolation="nearest", aspect="auto"
    )
    axes.set(xlabel="step", ylabel="unit")
    axes.set_title(title, loc="left", fontsize=11)
    axes.spines[:].set_visible(False)
    scale = figure.colorbar(image, ax=axes, shrink=0.9, label="state h")
    scale.outline.set_visible(False)
    return figure
