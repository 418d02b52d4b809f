"""The loss while the learning rate rises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.plot.colours import BLUE, ORANGE

if TYPE_CHECKING:
    from jaxtyping import Float
    from matplotlib.figure import Figure


def learning_rate_curve(
    rates: Float[np.ndarray[Any, Any], "n"],
    losses: Float[np.ndarray[Any, Any], "n"],
    *,
    smoothed: Float[np.ndarray[Any, Any], "n"] | None = None,
    suggestion: float | None = None,
) -> Figure:
    """Draw losses over learning rates, the rates on a logarithmic axis.

    Args:
        rates: The learning rates, rising.
        losses: The loss at each; those far above the first are cut off.
        smoothed: The losses without their noise.
        suggestion: The rate to mark.

    Raises:
        ValueError: There are no rates, or not as many losses.

    Example:
        >>> figure = learning_rate_curve(np.geomspace(1e-3, 1.0, 4), np.array([2.0, 1.9, 1.0, 9.0]))
        >>> figure.axes[0].get_xscale()
        'log'
    """
    from matplotlib.figure import Figure

    if len(rates) == 0 or len(rates) != len(losses):
        raise ValueError(f"expected as many losses as rates, got {len(losses)} and {len(rates)}")
    figure = Figure(figsize=(4.8, 3.2), layout="constrained")
    axes = figure.subplots()
    if smoothed is None:
        axes.plot(rates, losses, color=BLUE, lw=1.8)
    else:
        axes.plot(rates, losses, color=BLUE, lw=0.8, alpha=0.45, label="of a batch")
        axes.plot(rates, smoothed, color=BLUE, lw=1.8, label="smoothed")
    if suggestion is not None:
        axes.axvline(
            suggestion, color=ORANGE, lw=1.4, ls="--", label=f"suggested: {suggestion:.2g}"
        )
    least, first = float(np.min(losses)), float(losses[0])
    margin = 0.1 * (first - least) or 1.0
    axes.set_ylim(least - margin, max(first + 5.0 * margin, least + margin))
    axes.set(xscale="log", xlabel="learning rate", ylabel="loss")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, alpha=0.25, lw=0.6)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False)
    return figure
