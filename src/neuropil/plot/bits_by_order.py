"""Bits per character of a network, beside those of models that count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.plot.colours import BLUE, ORANGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure


def bits_by_order(counted: Mapping[int, float], network: float) -> Figure:
    """Draw a bar for each order of a model that counts, and a line for the network.

    Args:
        counted: Bits per character by order: from how many characters the next is predicted.
        network: Those of the network.

    Raises:
        ValueError: Nothing was counted.

    Example:
        >>> figure = bits_by_order({0: 4.5, 1: 3.5}, 2.1)
        >>> [float(bar.get_height()) for bar in figure.axes[0].patches]
        [4.5, 3.5]
    """
    from matplotlib.figure import Figure

    if not counted:
        raise ValueError("expected the bits of at least one order")
    figure = Figure(figsize=(4.8, 3.2), layout="constrained")
    axes = figure.subplots()
    bars = axes.bar(list(counted), list(counted.values()), color=BLUE, width=0.7, label="counting")
    axes.bar_label(bars, fmt="%.2f", fontsize=9, padding=2)
    axes.axhline(network, color=ORANGE, lw=1.8, label=f"this network: {network:.2f}")
    axes.set(xlabel="order of the model that counts", ylabel="bits per character")
    axes.set_xticks(list(counted))
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    return figure
