"""What a classifier of points in the plane answers, over the plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.plot.colours import BLUE, INK, ORANGE, PAPER

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float, Int
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def decision_boundary(
    x: Float[np.ndarray, " columns"],
    y: Float[np.ndarray, " rows"],
    probability: Float[np.ndarray, "rows columns"],
    points: Float[np.ndarray, "n 2"],
    labels: Int[np.ndarray, " n"],
) -> Figure:
    """Draw the probability of class 1, the line where it is one half, and the samples.

    Args:
        x: Where the columns of ``probability`` lie.
        y: Where its rows lie.
        probability: Of class 1, from 0 to 1.
        points: The samples.
        labels: Their classes, 0 or 1.

    Returns:
        The figure.

    Raises:
        ValueError: The shapes do not fit together.

    Example:
        >>> import numpy as np
        >>> grid = np.linspace(0.0, 1.0, 5)
        >>> figure = decision_boundary(grid, grid, np.tile(grid, (5, 1)), np.eye(2), np.arange(2))
        >>> [str(text.get_text()) for text in figure.axes[0].get_legend().get_texts()]
        ['class 0', 'class 1']
    """
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure

    if probability.shape != (len(y), len(x)) or points.shape != (len(labels), 2):
        raise ValueError(
            f"expected probability ({len(y)}, {len(x)}) and points ({len(labels)}, 2), got "
            f"{probability.shape} and {points.shape}"
        )
    colours = LinearSegmentedColormap.from_list("classes", [BLUE, "#f4f4f4", ORANGE])
    figure = Figure(figsize=(4.8, 3.6), layout="constrained")
    axes = figure.add_subplot()
    extent = (x[0], x[-1], y[0], y[-1])
    image = axes.imshow(
        probability,
        extent=extent,
        origin="lower",
        cmap=colours,
        vmin=0.0,
        vmax=1.0,
        interpolation="bilinear",
    )
    if probability.min() < 0.5 < probability.max():
        axes.contour(x, y, probability, levels=[0.5], colors=INK, linewidths=1.2)
    for label, colour, marker in ((0, BLUE, "o"), (1, ORANGE, "s")):
        _draw_samples(axes, points[labels == label], f"class {label}", colour, marker)
    figure.colorbar(image, ax=axes, label="probability of class 1").outline.set_visible(False)
    axes.legend(fontsize=8, loc="upper left", facecolor=PAPER, labelcolor=INK)
    return figure


def _draw_samples(
    axes: Axes, points: Float[np.ndarray, "n 2"], label: str, colour: str, marker: str
) -> None:
    axes.scatter(
        points[:, 0],
        points[:, 1],
        s=60,
        c=colour,
        marker=marker,
        label=label,
        edgecolors=PAPER,
        linewidths=1.4,
        zorder=3,
    )
