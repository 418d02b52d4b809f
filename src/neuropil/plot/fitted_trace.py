"""A trace, a model fitted to it, and what is left between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.plot.colours import BLUE, ORANGE

if TYPE_CHECKING:
    from jaxtyping import Float
    from matplotlib.figure import Figure

    Numpy = Float[np.ndarray[Any, Any], " n"]


def fitted_trace(times: Numpy, observed: Numpy, fitted: Numpy, *, unit: str = "mV") -> Figure:
    """Draw what was observed and the model over it; beneath, the one less the other.

    Args:
        times: In ms.
        observed: The trace.
        fitted: The model's.
        unit: Of both traces.

    Raises:
        ValueError: They differ in length.

    Example:
        >>> figure = fitted_trace(np.arange(3.0), np.zeros(3), np.ones(3))
        >>> [axes.get_ylabel() for axes in figure.axes]
        ['mV', 'residual (mV)']
    """
    from matplotlib.figure import Figure

    if not len(times) == len(observed) == len(fitted):
        raise ValueError(
            f"expected {len(times)} values of each, as many as times, got {len(observed)} and "
            f"{len(fitted)}"
        )
    figure = Figure(figsize=(7.2, 4.2), layout="constrained")
    above, beneath = figure.subplots(2, 1, sharex=True, height_ratios=(2.2, 1.0))
    above.plot(times, observed, color=BLUE, lw=2.2, alpha=0.6, label="trace")
    above.plot(times, fitted, color=ORANGE, lw=1.0, label="model")
    above.set_ylabel(unit)
    above.legend(frameon=False, loc="upper right")
    beneath.plot(times, fitted - observed, color=BLUE, lw=0.7)
    beneath.set(xlabel="time (ms)", ylabel=f"residual ({unit})")
    for axes in (above, beneath):
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(visible=True, alpha=0.25, lw=0.6)
    return figure
