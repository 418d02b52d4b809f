"""How times grow, drawn: a panel for each size, a line for each contestant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuropil.plot.colours import SERIES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TITLES = {
    "hidden units": "784-n-10, batch 64",
    "hidden layers": "784-64-…-64-10, batch 64",
    "samples": "784-128-10, n samples a step",
    "pixels": "LSTM of 128 over n pixels, batch 64",
}


def drawn(rows: list[dict[str, Any]], who: list[str]) -> Figure:
    """The time of a step over what grows, both logarithmic."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 6.4), layout="constrained")
    for axes, (what, title) in zip(figure.subplots(2, 2).flat, TITLES.items(), strict=True):
        _panel(axes, [row for row in rows if row["what"] == what], who)
        axes.set_title(title, loc="left", fontsize=11)
        axes.set_xlabel(f"n, {what}")
    figure.axes[0].legend(frameon=False)
    return figure


def _panel(axes: Axes, rows: list[dict[str, Any]], who: list[str]) -> None:
    values = [row["value"] for row in rows]
    for name, colour, line in zip(who, SERIES, ("o-", "s-", "^--"), strict=False):
        times = [1e-3 * row["step_us"][name] for row in rows]
        axes.loglog(values, times, line, color=colour, ms=4.5, label=name, lw=1.8)
    axes.set_xticks(values, [str(value) for value in values])
    axes.minorticks_off()
    axes.set_ylabel("ms a step")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, alpha=0.25, lw=0.6)
