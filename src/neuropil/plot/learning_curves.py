"""Loss and metrics over the epochs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuropil.plot.colours import SERIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PREFIX = "val_"


def learning_curves(history: Mapping[str, Sequence[float]], *, best: int | None = None) -> Figure:
    """Draw one panel a quantity, with its validation curve in the same panel.

    Args:
        history: One value an epoch for each quantity, such as ``loss`` and ``val_loss``.
        best: The epoch whose parameters were kept, counted from 1; marked by a dotted line.

    Returns:
        The figure. Losses that span more than a factor of 30 are drawn on a logarithmic axis.

    Raises:
        ValueError: The history is empty, or its quantities differ in length.

    Example:
        >>> figure = learning_curves({"loss": [2.0, 1.0], "val_loss": [2.1, 1.2]})
        >>> [line.get_label() for line in figure.axes[0].lines]
        ['training', 'validation']
    """
    from matplotlib.figure import Figure

    lengths = {len(values) for values in history.values()}
    if len(lengths) != 1 or lengths == {0}:
        raise ValueError(f"expected quantities of one length ≥ 1, got lengths {sorted(lengths)}")
    panels = list(dict.fromkeys(name.removeprefix(PREFIX) for name in history))
    figure = Figure(figsize=(4.4 * len(panels), 3.2), layout="constrained")
    grid = figure.subplots(1, len(panels), squeeze=False)
    for axes, quantity in zip(grid[0], panels, strict=True):
        _draw(axes, quantity, history, best)
    return figure


def _draw(
    axes: Axes, quantity: str, history: Mapping[str, Sequence[float]], best: int | None
) -> None:
    from matplotlib.ticker import MaxNLocator

    curves = {"training": quantity, "validation": PREFIX + quantity}
    values = np.concatenate(
        [np.asarray(history[name], dtype=float) for name in curves.values() if name in history]
    )
    for (label, name), colour in zip(curves.items(), SERIES, strict=False):
        if name in history:
            epochs = np.arange(1, len(history[name]) + 1)
            # A single epoch is a point: a line through it would not be seen.
            marker = "o" if len(epochs) == 1 else None
            axes.plot(epochs, history[name], color=colour, label=label, marker=marker, lw=1.8)
    if best is not None:
        axes.axvline(best, color="#000000", lw=0.9, ls=":", label="kept")
    finite = values[np.isfinite(values)]
    if "loss" in quantity and len(finite) and finite.min() > 0 and np.ptp(np.log(finite)) > 3.4:
        axes.set_yscale("log")
    axes.set_title(quantity, loc="left", fontsize=11)
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, alpha=0.25, lw=0.6)
    axes.legend(frameon=False)
