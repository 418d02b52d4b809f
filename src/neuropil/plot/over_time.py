"""Lines over the steps of a sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuropil.plot.colours import SERIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure


def over_time(
    panels: Mapping[str, Mapping[str, Sequence[float]]], *, logarithmic: bool = False
) -> Figure:
    """Draw one panel a quantity, with a line for each of its names: a value a step, from step 0.

    Args:
        panels: By quantity, and by name, the values.
        logarithmic: Whether values are on a logarithmic axis; those not above 0 are left out.

    Raises:
        ValueError: There is no panel, or a line without a value.

    Example:
        >>> figure = over_time({"accuracy": {"trained": [0.1, 0.5, 0.9]}})
        >>> figure.axes[0].get_title(loc="left"), figure.axes[0].get_xlabel()
        ('accuracy', 'step')
    """
    from matplotlib.figure import Figure

    if not panels or not all(len(line) for lines in panels.values() for line in lines.values()):
        raise ValueError("expected at least one panel, and a value for each line")
    figure = Figure(figsize=(4.8 * len(panels), 3.2), layout="constrained")
    grid = figure.subplots(1, len(panels), squeeze=False)[0]
    for axes, (quantity, lines) in zip(grid, panels.items(), strict=True):
        for (name, line), colour in zip(lines.items(), SERIES, strict=False):
            values = np.asarray(line, dtype=float)
            shown = np.where(values > 0.0, values, np.nan) if logarithmic else values
            marker = "o" if len(values) <= 32 else None
            axes.plot(shown, color=colour, label=name, marker=marker, ms=4, lw=1.8)
        if logarithmic:
            axes.set_yscale("log")
        axes.set_title(quantity, loc="left", fontsize=11)
        axes.set_xlabel("step")
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(visible=True, alpha=0.25, lw=0.6)
        if len(lines) > 1:
            axes.legend(frameon=False)
    return figure
