"""Where the gates of a membrane settle, and how fast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.plot.colours import SERIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float
    from matplotlib.figure import Figure

    Numpy = Float[np.ndarray[Any, Any], " n"]


def gating_curves(voltages: Numpy, gates: Mapping[str, tuple[Numpy, Numpy]]) -> Figure:
    """Draw x_∞ of each gate on the left, its time constant on the right.

    Args:
        voltages: In mV.
        gates: By name, the value it settles at and its time constant (ms) at each voltage.

    Raises:
        ValueError: There is no gate, or a curve has another length than the voltages.

    Example:
        >>> v = np.array([-80.0, 0.0])
        >>> figure = gating_curves(v, {"n": (np.array([0.1, 0.9]), np.array([6.0, 2.0]))})
        >>> [axes.get_ylabel() for axes in figure.axes]
        ['settles at', 'time constant (ms)']
    """
    from matplotlib.figure import Figure

    lengths = {len(curve) for curves in gates.values() for curve in curves}
    if lengths != {len(voltages)}:
        raise ValueError(
            f"expected curves of {len(voltages)} values, as many as voltages, got {sorted(lengths)}"
        )
    figure = Figure(figsize=(8.0, 3.2), layout="constrained")
    settled, constant = figure.subplots(1, 2)
    for number, (name, (steady, tau)) in enumerate(gates.items()):
        colour = SERIES[number % len(SERIES)]
        settled.plot(voltages, steady, color=colour, lw=1.8, label=name)
        constant.plot(voltages, tau, color=colour, lw=1.8, label=name)
    settled.set_ylabel("settles at")
    constant.set_ylabel("time constant (ms)")
    for axes in (settled, constant):
        axes.set_xlabel("voltage (mV)")
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(visible=True, alpha=0.25, lw=0.6)
    settled.legend(frameon=False)
    return figure
