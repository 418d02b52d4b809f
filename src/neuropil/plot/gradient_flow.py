"""Signals, gradients and updates by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuropil.plot.colours import SERIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def gradient_flow(
    layers: Sequence[str], quantities: Mapping[str, Mapping[str, Sequence[float]]]
) -> Figure:
    """Draw one panel a quantity: its value at each layer, a line for each time it was measured.

    Args:
        layers: The layers, from the input on.
        quantities: By name, such as ``gradient``: by time, such as ``step 0``: a value a layer.
            Values that are not positive finite numbers are left out: axes are logarithmic.

    Raises:
        ValueError: There is no layer, or a line has another length.

    Example:
        >>> figure = gradient_flow(["0", "2"], {"gradient": {"step 0": [1e-4, 1e-2]}})
        >>> figure.axes[0].get_title(loc="left"), figure.axes[0].get_yscale()
        ('gradient', 'log')
    """
    from matplotlib.figure import Figure

    lengths = {len(line) for lines in quantities.values() for line in lines.values()}
    if not layers or lengths - {len(layers)}:
        raise ValueError(
            f"expected at least one layer and a value for each of {len(layers)}, got lines of "
            f"lengths {sorted(lengths)}"
        )
    width = min(max(3.4, 0.45 * len(layers)), 6.0)
    figure = Figure(figsize=(width * len(quantities), 3.2), layout="constrained")
    grid = figure.subplots(1, len(quantities), squeeze=False)[0]
    for axes, (name, lines) in zip(grid, quantities.items(), strict=True):
        _draw(axes, name, layers, lines)
    return figure


def _draw(
    axes: Axes, name: str, layers: Sequence[str], lines: Mapping[str, Sequence[float]]
) -> None:
    places = np.arange(len(layers))
    for (time, line), colour in zip(lines.items(), SERIES, strict=False):
        values = np.asarray(line, dtype=float)
        values = np.where(np.isfinite(values) & (values > 0.0), values, np.nan)
        axes.plot(places, values, color=colour, label=time, marker="o", ms=4, lw=1.8)
    axes.set_yscale("log")
    axes.set_title(name, loc="left", fontsize=11)
    axes.set_xlabel("layer")
    axes.set_xticks(places, list(layers), rotation=0 if len(layers) < 12 else 90)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, alpha=0.25, lw=0.6)
    axes.legend(frameon=False)
