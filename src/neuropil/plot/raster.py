"""Which cell spiked when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.plot.colours import SERIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float, Int
    from matplotlib.figure import Figure

    Spikes = tuple[Float[np.ndarray[Any, Any], " spikes"], Int[np.ndarray[Any, Any], " spikes"]]

_MOST_LINES = 5_000  # as vectors; beyond, dots of an image keep the file small


def raster(spikes: Mapping[str, Spikes], *, time: str = "time (ms)") -> Figure:
    """Draw a dot for each spike, over time and cells; populations above one another.

    Args:
        spikes: By population, the times and the cells of its spikes.
        time: What times are, below the axis.

    Raises:
        ValueError: There is no population, or not a cell for each time.

    Example:
        >>> figure = raster({"cells": (np.array([1.0, 2.5]), np.array([0, 3]))})
        >>> figure.axes[0].get_ylabel()
        'cells'
    """
    from matplotlib.figure import Figure

    pairs = {name: (np.asarray(t), np.asarray(cells)) for name, (t, cells) in spikes.items()}
    wrong = [name for name, (t, cells) in pairs.items() if t.shape != cells.shape or t.ndim != 1]
    if not pairs or wrong:
        raise ValueError(f"expected populations with a cell for each time, got {wrong or 'none'}")
    heights = [1.0 + float(np.max(cells, initial=0)) for _, cells in pairs.values()]
    ratios = [max(height, 0.25 * max(heights)) for height in heights]  # small ones stay visible
    figure = Figure(figsize=(7.2, 1.6 + 1.4 * len(pairs)), layout="constrained")
    grid = figure.subplots(
        len(pairs), 1, sharex=True, squeeze=False, gridspec_kw={"height_ratios": ratios}
    )
    for number, (axes, name) in enumerate(zip(grid[:, 0], pairs, strict=True)):
        times, cells = pairs[name]
        mark = {"marker": "|", "ms": 4.0} if heights[number] <= 60 else {"marker": ".", "ms": 1.0}
        axes.plot(
            times,
            cells,
            ls="none",
            color=SERIES[number % len(SERIES)],
            rasterized=times.size > _MOST_LINES,
            **mark,
        )
        axes.set(ylabel=name, ylim=(-0.8, heights[number] - 0.2))
        axes.spines[["top", "right"]].set_visible(False)
    grid[-1, 0].set_xlabel(time)
    return figure
