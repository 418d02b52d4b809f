"""How often each class was read as each class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuropil.plot.colours import legible_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Int
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def confusion_matrix(
    counts: Int[np.ndarray, "classes classes"], classes: Sequence[str] | None = None
) -> Figure:
    """Draw the counts: a row for each true class, a column for each predicted one.

    What was read right is blue, what was misread orange, each on a scale of its own: among
    hundreds of right answers a single mistake is still seen.

    Args:
        counts: ``counts[i, j]`` samples of class i were read as class j.
        classes: The names of the classes; 0, 1, … by default.

    Returns:
        The figure.

    Raises:
        ValueError: The counts are not square, or the names are not as many.

    Example:
        >>> figure = confusion_matrix(np.array([[9, 1], [0, 8]]), ["cat", "dog"])
        >>> [text.get_text() for text in figure.axes[0].texts]
        ['9', '8', '1']
    """
    from matplotlib.figure import Figure

    counts = np.asarray(counts)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(f"expected counts (classes, classes), got {counts.shape}")
    names = [str(i) for i in range(len(counts))] if classes is None else list(classes)
    if len(names) != len(counts):
        raise ValueError(f"expected {len(counts)} names of classes, got {len(names)}")
    side = 1.4 + 0.36 * max(4, len(counts))
    figure = Figure(figsize=(side, side - 0.3), layout="constrained")
    axes = figure.add_subplot()
    diagonal = np.eye(len(counts), dtype=bool)
    for cells, colours in ((diagonal, "Blues"), (~diagonal, "Oranges")):
        _draw_cells(axes, np.where(cells, counts, 0), colours)
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(length=0)
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    axes.spines[:].set_visible(False)
    _draw_rules(axes, len(counts))
    return figure


def _draw_cells(axes: Axes, counts: np.ndarray, colours: str) -> None:
    shown = np.ma.masked_equal(counts, 0)
    # From below zero, so that a count of one is not white; to five at least, so that one is light.
    top = max(5, counts.max())
    image = axes.imshow(shown, cmap=colours, vmin=-0.45 * top, vmax=top)
    for row, column in zip(*np.nonzero(counts), strict=True):
        red, green, blue, _ = image.cmap(image.norm(counts[row, column]))
        axes.text(
            column,
            row,
            f"{counts[row, column]}",
            ha="center",
            va="center",
            fontsize=9,
            color=legible_on(red, green, blue),
        )


def _draw_rules(axes: Axes, count: int) -> None:
    edges = np.arange(count + 1) - 0.5
    axes.hlines(edges, -0.5, count - 0.5, color="#000000", lw=0.5, alpha=0.2)
    axes.vlines(edges, -0.5, count - 0.5, color="#000000", lw=0.5, alpha=0.2)
