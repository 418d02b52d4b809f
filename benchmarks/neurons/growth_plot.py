"""How costs grow, drawn: a row of panels for each sweep, a line for each contestant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuropil.plot.colours import SERIES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FIGURES = {
    "step_ns": "ns a cell and step",
    "event_ns": "ns a synaptic event",
    "bytes": "bytes a synapse",
    "build_s": "seconds to build",
}


def drawn(rows: list[dict[str, Any]], who: list[str]) -> Figure:
    """Each figure over the number of cells."""
    from matplotlib.figure import Figure

    sweeps = list(dict.fromkeys(row["sweep"] for row in rows))
    figure = Figure(figsize=(13.0, 3.2 * len(sweeps)), layout="constrained")
    panels = figure.subplots(len(sweeps), len(FIGURES), squeeze=False)
    for line, sweep in zip(panels, sweeps, strict=True):
        mine = [row for row in rows if row["sweep"] == sweep]
        for axes, (key, label) in zip(line, FIGURES.items(), strict=True):
            _panel(axes, mine, key, who)
            axes.set_ylabel(label)
            axes.set_xlabel("cells")
        line[0].set_title(sweep, loc="left", fontsize=11)
    panels[0][0].legend(frameon=False)
    return figure


def _panel(axes: Axes, rows: list[dict[str, Any]], key: str, who: list[str]) -> None:
    for name, colour, style in zip(who, SERIES, ("o-", "s--"), strict=False):
        if not any(name in row for row in rows):
            continue
        there = [row for row in rows if name in row and row[name][key] is not None]
        cells, figures = [row["cells"] for row in there], [row[name][key] for row in there]
        axes.plot(cells, figures, style, color=colour, ms=4.5, label=name, lw=1.8)
    axes.set_xscale("log")
    axes.tick_params(axis="x", which="minor", labelbottom=False)
    if key == "build_s":
        axes.set_yscale("log")
    else:  # so that what is flat looks flat
        axes.set_ylim(bottom=0.0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, alpha=0.25, lw=0.6)
