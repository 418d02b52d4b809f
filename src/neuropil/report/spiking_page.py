"""The simulation of a spiking network as one HTML page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import plot
from neuropil.report.inline import svg
from neuropil.report.page import write_page
from neuropil.report.run_page import Tile

if TYPE_CHECKING:
    from pathlib import Path

    from markupsafe import Markup

    from neuropil.neurons.records import Record, SpikeRecord
    from neuropil.recipes.spiking_run import SpikingRun

MOST_MS = 500.0
"""Of what is sampled, the last so many ms are drawn."""

MOST_TRACES = 4
"""And so many cells."""

BINS = 200
"""Of the rates over time, at most."""


def spiking_page(run: SpikingRun, path: Path) -> None:
    """Write the page of a run: who spiked when, rates over time, voltages, in numbers and figures.

    Args:
        run: The simulation.
        path: The file to write.
    """
    document = run.document()
    records = run.built.spikes
    write_page(
        path,
        "spiking.html.j2",
        run=run,
        tiles=_tiles(document),
        populations=document["populations"],
        raster=_raster(records),
        rates=_rates(records, run.built.network.time),
        traces=[
            {"name": name, "svg": _traces(name, samples, records, f"trace{number}")}
            for number, (name, samples) in enumerate(run.built.samples.items())
            if len(samples.times)
        ],
    )


def words(value: float, unit: str = "") -> str:
    """A number with four digits and its unit, or a dash where nothing is known.

    Example:
        >>> words(5.612345, "Hz"), words(float("nan"))
        ('5.612 Hz', '–')
    """
    return f"{value:.4g} {unit}".rstrip() if math.isfinite(value) else "–"


def _tiles(document: dict[str, Any]) -> list[Tile]:
    return [
        Tile("mean rate", words(document["rate_hz"], "Hz"), f"{document['spikes']:,} spikes"),
        Tile("CV of intervals", words(document["cv"]), "1 for random spikes, 0 for regular ones"),
        Tile("simulated", f"{document['duration_ms']:,.4g} ms", f"steps of {document['dt_ms']} ms"),
        Tile(
            "took",
            f"{document['wall_s']:.2f} s",
            f"{words(document['real_time_factor'])} × real time, engine {document['engine']}; "
            f"built in {document['build_s']:.2f} s",
        ),
        Tile("cells", f"{document['cells']:,}", f"seed {document['seed']}"),
    ]


def _raster(records: dict[str, SpikeRecord] | Any) -> Markup:
    spikes = {name: (record.times, record.cells) for name, record in records.items()}
    count = sum(len(times) for times, _ in spikes.values())
    return svg(plot.raster(spikes), "raster", f"Raster of {count} spikes of {len(spikes)} parts.")


def _rates(records: dict[str, SpikeRecord] | Any, duration: float) -> Markup | None:
    if not duration:
        return None
    edges = np.linspace(0.0, duration, max(min(BINS, math.ceil(duration / 5.0)), 1) + 1)
    seconds = (edges[1] - edges[0]) / 1000.0
    rates = {
        name: np.histogram(record.times, edges)[0] / (record.size * seconds)
        for name, record in records.items()
    }
    means = ", ".join(f"{name} {rate.mean():.3g} Hz" for name, rate in rates.items())
    return svg(plot.population_rates(edges, rates), "rates", f"Rates over time; means: {means}.")


def _traces(name: str, samples: Record, records: Any, key: str) -> Markup:
    """A panel for each of the first cells, with the spikes it fired."""
    times, probe = samples.times, samples.probe
    late = times > times[-1] - MOST_MS
    cells = probe.indices[:MOST_TRACES]
    traces = {f"cell {cell}": samples.values[late, k] for k, cell in enumerate(cells)}
    spikes: dict[str, Any] = {}
    for record in records.values():
        if record.probe.cells == probe.cells:
            whole = record.cells + record.probe.indices[0]
            for cell in set(cells) & set(record.probe.indices):
                fired = record.times[whole == cell]
                spikes[f"cell {cell}"] = fired[fired > times[late][0]]
    unit = "mV" if probe.variable == "v" else probe.variable or ""
    figure = plot.voltages(times[late], traces, spikes=spikes, label=unit)
    return svg(figure, key, f"{name} over the last {times[late][-1] - times[late][0]:.0f} ms.")
