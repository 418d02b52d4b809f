"""Rates over inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.plot.colours import SERIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float
    from matplotlib.figure import Figure

    Numpy = Float[np.ndarray[Any, Any], " n"]


def tuning_curve(
    inputs: Numpy,
    rates: Mapping[str, Numpy],
    *,
    analytic: Numpy | None = None,
    label: str = "input",
) -> Figure:
    """Draw the rates of one or more cells over their input.

    Args:
        inputs: The currents.
        rates: By cell, its rate (Hz) at each of them.
        analytic: What a formula says, drawn as a dashed line.
        label: What the input is, with its unit.

    Raises:
        ValueError: There is no cell, or a curve has another length than the inputs.

    Example:
        >>> figure = tuning_curve(np.array([0.5, 2.0]), {"LIF": np.array([0.0, 63.0])})
        >>> figure.axes[0].get_ylabel()
        'rate (Hz)'
    """
    from matplotlib.figure import Figure

    curves = [*rates.values()] + ([] if analytic is None else [analytic])
    lengths = {len(curve) for curve in curves}
    if not rates or lengths != {len(inputs)}:
        raise ValueError(
            f"expected curves of {len(inputs)} rates, as many as inputs, got {sorted(lengths)}"
        )
    figure = Figure(figsize=(4.8, 3.2), layout="constrained")
    axes = figure.subplots()
    for number, (name, curve) in enumerate(rates.items()):
        colour = SERIES[number % len(SERIES)]
        axes.plot(inputs, curve, color=colour, lw=1.4, marker="o", ms=3, label=name)
    if analytic is not None:
        axes.plot(inputs, analytic, color="#000000", lw=1.0, ls="--", label="formula")
    axes.set(xlabel=label, ylabel="rate (Hz)")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, alpha=0.25, lw=0.6)
    axes.legend(frameon=False)
    return figure
