"""A model fitted to a trace or a curve of rates, as one HTML page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuropil import plot
from neuropil.neurons.fitting.fit import worded
from neuropil.report.inline import svg
from neuropil.report.page import write_page
from neuropil.report.run_page import Tile

if TYPE_CHECKING:
    from pathlib import Path

    from neuropil.neurons.fitting import Fit


def fit_page(fit: Fit, path: Path) -> None:
    """Write the page of a fit: values and how certain they are, curves, what each start led to.

    Args:
        fit: What `fit_trace` or `fit_rates` found.
        path: The file to write.
    """
    rows = [
        {
            "name": name,
            "value": worded(fit, name),
            "low": f"{low:g}",
            "high": f"{high:g}",
        }
        for name, (low, high) in fit.bounds.items()
    ]
    attempts = sorted(fit.attempts, key=lambda attempt: attempt.rms)
    histories = np.stack([attempt.history for attempt in attempts], axis=1)
    write_page(
        path,
        "fit.html.j2",
        title=f"{type(fit.model).__name__}, fitted",
        tiles=_tiles(fit),
        rows=rows,
        undetermined=", ".join(fit.undetermined),
        curve=svg(fit.plot(), "curve", f"What was observed and the model; {fit}"),
        history=svg(
            plot.residual_history(histories, fit.stages, unit=fit.unit),
            "history",
            f"Residuals of {len(attempts)} starts after each of {len(histories) - 1} steps.",
        ),
        names=list(fit.values),
        attempts=[
            {
                "start": [f"{x:.4g}" for x in attempt.start.values()],
                "values": [f"{x:.6g}" for x in attempt.values.values()],
                "rms": f"{attempt.rms:.4g}",
                "agrees": fit.agrees(attempt),
                "converged": attempt.converged,
            }
            for attempt in attempts
        ],
        unit=fit.unit,
    )


def _tiles(fit: Fit) -> list[Tile]:
    stages = list(dict.fromkeys(fit.stages))
    return [
        Tile("left over", f"{fit.rms:.4g} {fit.unit}", f"rms of {len(fit.at):,} samples"),
        Tile("starts that agree", f"{fit.agreeing} of {len(fit.attempts)}"),
        Tile("parameters", str(len(fit.values)), f"{len(fit.undetermined)} not determined"),
        Tile("steps", str(len(fit.stages) - len(stages)), f"in {len(stages)} stages"),
        Tile("took", f"{fit.seconds:.2f} s"),
    ]
