"""What a fit left over, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.plot.colours import BLUE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float
    from matplotlib.figure import Figure

    Numpy = np.ndarray[Any, Any]


def residual_history(
    residuals: Float[Numpy, "steps starts"], stages: Sequence[str], *, unit: str = "mV"
) -> Figure:
    """Draw a line for each start, and a dotted one where another stage of the search begins.

    Args:
        residuals: The root of the mean squared residual, after each step. What is not finite, or
            0, has no place on a logarithmic axis and is left out.
        stages: The stage of each step.
        unit: Of the residuals.

    Raises:
        ValueError: Stages and steps are not as many, or there are none.

    Example:
        >>> figure = residual_history(np.array([[4.0], [2.0], [1.0]]), ["10 /ms", "0 /ms", "0 /ms"])
        >>> [text.get_text() for text in figure.axes[0].texts]
        ['10 /ms', '0 /ms']
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    if residuals.ndim != 2 or residuals.size == 0 or len(stages) != len(residuals):
        raise ValueError(
            f"expected residuals (steps, starts) and a stage for each step, got {residuals.shape} "
            f"and {len(stages)}"
        )
    figure = Figure(figsize=(7.2, 3.2), layout="constrained")
    axes = figure.subplots()
    drawn = np.where(np.isfinite(residuals) & (residuals > 0.0), residuals, np.nan)
    begins = [k for k, stage in enumerate(stages) if k == 0 or stage != stages[k - 1]]
    for first, last in zip(begins, [*begins[1:], len(stages)], strict=True):
        axes.plot(
            np.arange(first, last),
            drawn[first:last],
            "o-",
            color=BLUE,
            lw=1.2,
            ms=3.0,
            alpha=0.6,
        )
        axes.text(first, 1.01, stages[first], transform=axes.get_xaxis_transform(), fontsize=9)
        if first:
            axes.axvline(first - 0.5, color="#000000", lw=0.8, ls=":")
    axes.set(xlabel="step", ylabel=f"rms ({unit})", xlim=(-0.5, len(stages) - 0.5))
    if not np.isnan(drawn).all():
        axes.set_yscale("log")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, alpha=0.25, lw=0.6)
    return figure
