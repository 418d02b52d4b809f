"""Rates of populations over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.plot.colours import SERIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float
    from matplotlib.figure import Figure

    Numpy = Float[np.ndarray[Any, Any], " n"]


def population_rates(edges: Numpy, rates: Mapping[str, Numpy]) -> Figure:
    """Draw the mean rate of each population in each bin of time.

    Args:
        edges: Where bins begin, and the end of the last (ms).
        rates: By population, its mean rate in each bin (Hz).

    Raises:
        ValueError: There is no population, or not a rate for each bin.

    Example:
        >>> figure = population_rates(np.array([0.0, 5.0, 10.0]), {"cells": np.array([3.0, 5.0])})
        >>> figure.axes[0].get_xlabel()
        'time (ms)'
    """
    from matplotlib.figure import Figure

    lengths = {len(rate) for rate in rates.values()}
    if lengths != {len(edges) - 1}:
        raise ValueError(f"expected rates of {len(edges) - 1} bins, got {sorted(lengths)}")
    figure = Figure(figsize=(7.2, 2.6), layout="constrained")
    axes = figure.subplots()
    for number, (name, rate) in enumerate(rates.items()):
        axes.stairs(rate, edges, color=SERIES[number % len(SERIES)], lw=1.4, label=name)
    axes.set(xlabel="time (ms)", ylabel="rate (Hz)", ylim=(0.0, None))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, alpha=0.25, lw=0.6)
    axes.legend(frameon=False)
    return figure
