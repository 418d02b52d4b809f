"""Membrane voltages over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.plot.colours import BLUE, ORANGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float
    from matplotlib.figure import Figure

    Numpy = Float[np.ndarray[Any, Any], " n"]


def voltages(
    times: Numpy,
    traces: Mapping[str, Numpy],
    *,
    spikes: Mapping[str, Numpy] | None = None,
    label: str = "mV",
) -> Figure:
    """Draw a panel for each cell: its voltage, and a mark above it for each spike.

    Cells that are reset do not show their spikes in the voltage: the marks do.

    Args:
        times: In ms.
        traces: By cell, the voltage at each time.
        spikes: By cell, when it spiked (ms).
        label: The unit.

    Raises:
        ValueError: There is no cell, or a trace has another length than the times.

    Example:
        >>> figure = voltages(np.arange(3.0), {"cell 0": np.array([-70.0, -60.0, -70.0])})
        >>> figure.axes[0].get_ylabel()
        'cell 0 (mV)'
    """
    from matplotlib.figure import Figure

    lengths = {len(trace) for trace in traces.values()}
    if lengths != {len(times)}:
        raise ValueError(
            f"expected traces of {len(times)} values, as many as times, got {sorted(lengths)}"
        )
    figure = Figure(figsize=(7.2, 1.0 + 1.3 * len(traces)), layout="constrained")
    grid = figure.subplots(len(traces), 1, sharex=True, squeeze=False)[:, 0]
    for axes, (name, trace) in zip(grid, traces.items(), strict=True):
        axes.plot(times, trace, color=BLUE, lw=1.2)
        marks = np.asarray((spikes or {}).get(name, ()))
        if marks.size:
            finite = np.asarray(trace)[np.isfinite(trace)]
            low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
            above = np.full(marks.shape, high + 0.12 * (high - low))
            axes.plot(marks, above, ls="none", marker="|", ms=7, color=ORANGE)
        axes.set_ylabel(f"{name} ({label})")
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(visible=True, alpha=0.25, lw=0.6)
    grid[-1].set_xlabel("time (ms)")
    return figure
