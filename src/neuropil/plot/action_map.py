"""Which of two actions a policy takes, over a plane of what it may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.plot.colours import BLUE, INK, ORANGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from jaxtyping import Float
    from matplotlib.figure import Figure


def action_map(
    x: Float[np.ndarray, " columns"],
    y: Float[np.ndarray, " rows"],
    probability: Float[np.ndarray, "rows columns"],
    path: Float[np.ndarray, "steps 2"],
    *,
    labels: Sequence[str] = ("", "", ""),
) -> Figure:
    """Draw the probability of an action, the line where it is one half, and where an episode led.

    Args:
        x: Where the columns of ``probability`` lie.
        y: Where its rows lie.
        probability: Of the action, from 0 to 1.
        path: The points of an episode, one a step.
        labels: What x, y and the probability are.

    Raises:
        ValueError: The shapes do not fit together.

    Example:
        >>> import numpy as np
        >>> grid = np.linspace(0.0, 1.0, 5)
        >>> labels = ("angle", "speed", "probability of right")
        >>> figure = action_map(grid, grid, np.tile(grid, (5, 1)), np.eye(2), labels=labels)
        >>> figure.axes[0].get_xlabel(), figure.axes[1].get_ylabel()
        ('angle', 'probability of right')
    """
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure

    if probability.shape != (len(y), len(x)) or path.shape[1:] != (2,):
        raise ValueError(
            f"expected probability ({len(y)}, {len(x)}) and a path (steps, 2), got "
            f"{probability.shape} and {path.shape}"
        )
    colours = LinearSegmentedColormap.from_list("actions", [BLUE, "#f4f4f4", ORANGE])
    figure = Figure(figsize=(4.8, 3.6), layout="constrained")
    axes = figure.add_subplot()
    image = axes.pcolormesh(x, y, probability, cmap=colours, vmin=0.0, vmax=1.0, rasterized=True)
    if probability.min() < 0.5 < probability.max():
        axes.contour(x, y, probability, levels=[0.5], colors=INK, linewidths=1.2)
    axes.plot(*path.T, ".", ms=2.0, color=INK, alpha=0.6)
    axes.set(xlabel=labels[0], ylabel=labels[1], xlim=(x[0], x[-1]), ylim=(y[0], y[-1]))
    figure.colorbar(image, ax=axes, label=labels[2]).outline.set_visible(False)
    return figure
