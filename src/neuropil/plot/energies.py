"""The energy of a memory while it recalls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuropil.plot.colours import SERIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float
    from matplotlib.figure import Figure


def energies(values: Float[np.ndarray, "steps+1 probes"], labels: Sequence[str] = ()) -> Figure:
    """Draw a line for each probe.

    Args:
        values: E of the probes, and after each step.
        labels: One for each probe, or none at all.

    Returns:
        The figure.

    Raises:
        ValueError: There are no values, or the labels are not as many as the probes.

    Example:
        >>> axes = energies(np.array([[-1.0, -2.0], [-3.0, -3.0]]), ["A", "B"]).axes[0]
        >>> [line.get_label() for line in axes.lines]
        ['A', 'B']
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    if values.ndim != 2 or values.size == 0:
        raise ValueError(f"expected energies (steps + 1, probes), got {values.shape}")
    if labels and len(labels) != values.shape[1]:
        raise ValueError(f"expected {values.shape[1]} labels or none, got {len(labels)}")
    figure = Figure(figsize=(5.2, 3.2), layout="constrained")
    axes = figure.subplots()
    for number, line in enumerate(values.T):
        label = labels[number] if labels else None
        axes.plot(line, "o-", ms=3.5, lw=1.6, color=SERIES[number % len(SERIES)], label=label)
    axes.set(xlabel="step", ylabel="energy")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, alpha=0.25, lw=0.6)
    if labels:
        axes.legend(frameon=False)
    return figure
