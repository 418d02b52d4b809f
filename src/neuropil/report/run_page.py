"""A training run as one HTML page."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import recipes, training
from neuropil.report import (
    doctor_figures,
    latent_figures,
    run_figures,
    sequence_section,
    spikes_section,
    text_section,
)
from neuropil.report.inline import png
from neuropil.report.page import write_page
from neuropil.training.early_stopping import best_epoch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from jaxtyping import Float
    from markupsafe import Markup

    from neuropil.nn import Module
    from neuropil.recipes import Job, RunFolder

MOST_MISREAD = 24
"""How many misread samples are shown at most."""


@dataclass(frozen=True)
class Tile:
    """A number at the head of the page."""

    label: str
    value: str
    detail: str = ""


@dataclass(frozen=True)
class Misread:
    """A test sample that was misread: its place, its image as a ``data:`` address, the classes."""

    index: int
    image: str
    true: str
    predicted: str
    probability: float


@dataclass(frozen=True)
class Readings:
    """What a classifier makes of the test set: the sections of the page that only one has.

    Attributes:
        confusion: The confusion matrix.
        boundary: The decision boundary; None where inputs are no points in the plane.
        misread_count: How many samples were misread.
        misread: Those the network was surest of; None where inputs are no images.
    """

    confusion: Markup | None = None
    boundary: Markup | None = None
    misread_count: int = 0
    misread: Sequence[Misread] | None = None


def run_page(run: RunFolder) -> Path:
    """Write ``report.html`` of a finished run: what was trained, how it went, what it misreads.

    Sections that make no sense for the data or the network are left out.

    Args:
        run: The folder of the run.

    Returns:
        The path of the page.

    Raises:
        FileFormatError: The folder holds no finished run.
    """
    job = recipes.reopen(run)
    network, records = run.network(), run.history()
    shape, test = job.splits.sample_shape, job.splits.test
    summary = network.summary(shape, dtype=job.splits.train.inputs.dtype)
    kept = kept_epoch(job.early_stopping, records)
    write_page(
        run.report_file,
        "run.html.j2",
        recipe=job.recipe,
        recipe_text=job.recipe.toml(),
        summary=summary,
        samples=len(test),
        tiles=[
            *score_tiles(recipes.evaluate(run)),
            *training_tiles(records, kept),
            Tile("parameters", f"{summary.total.parameters:,}", f"{len(summary.rows)} layers"),
            Tile("seed", str(job.recipe.seed), f"recipe {job.recipe.name}"),
        ],
        curves=run_figures.curves(records, kept),
        kept=kept,
        filters=run_figures.filters(network, shape),
        doctor=doctor_figures.section(run.examination()),
        readings=readings(job, network),
        text=text_section.section(job, network),
        sequence=sequence_section.section(job, network),
        spikes=spikes_section.section(job, network),
        latent=latent_figures.section(job, network),
    )
    return run.report_file


def readings(job: Job, network: Module) -> Readings:
    """What the network makes of the test set; nothing where it does not classify samples."""
    readout = job.readout
    if readout is None or job.splits.text is not None:
        return Readings()
    test, classes = job.splits.test, job.splits.classes

    def probabilities(inputs: Any) -> Float[np.ndarray, "n classes"]:
        return readout.probabilities(training.predict(network, inputs))

    of_test = probabilities(test.inputs)
    true, predicted = readout.labels(test.targets), of_test.argmax(axis=1)
    wrong = np.flatnonzero(predicted != true)
    surest = wrong[np.argsort(-of_test[wrong, predicted[wrong]], kind="stable")]
    image = job.splits.image_size
    return Readings(
        confusion=run_figures.confusion(true, predicted, classes),
        boundary=run_figures.boundary(probabilities, test, true),
        misread_count=len(wrong),
        misread=None
        if image is None
        else [
            Misread(
                int(index),
                png(test.inputs[index].reshape(image)),
                classes[true[index]],
                classes[predicted[index]],
                float(of_test[index, predicted[index]]),
            )
            for index in surest[:MOST_MISREAD]
        ],
    )


def score_tiles(scores: training.Scores) -> list[Tile]:
    """The figures on the test set, the accuracy first, with their 95 % intervals."""
    first = sorted(scores, key=lambda name: name != "accuracy")
    return [_score_tile(scores, name) for name in first]


def _score_tile(scores: training.Scores, name: str) -> Tile:
    value, low, high = scores[name], *scores.intervals.get(name, (math.nan, math.nan))
    if name == "accuracy":
        text = f"{100 * value:.2f} %"
        details = [f"{round(value * scores.samples)} of {scores.samples}"]
        ends = f"{100 * low:.1f} to {100 * high:.1f} %"
    else:
        text, details, ends = f"{value:.4g}", [], f"{low:.4g} to {high:.4g}"
    if math.isfinite(low):
        details.append(f"95 % interval {ends}")
    return Tile(f"test {name.replace('_', ' ')}", text, "; ".join(details))


def training_tiles(records: Sequence[Mapping[str, Any]], kept: int | None) -> list[Tile]:
    """How long training took."""
    seconds = sum(float(record["seconds"]) for record in records)
    epochs = f"{len(records)} epochs" + ("" if kept is None else f"; epoch {kept} was kept")
    return [Tile("training time", f"{seconds:.1f} s", epochs)]


def kept_epoch(
    stopping: training.EarlyStopping | None, records: Sequence[Mapping[str, Any]]
) -> int | None:
    """The epoch whose parameters early stopping kept; None where the last ones are kept."""
    if stopping is None or not stopping.restore_best:
        return None
    values = [run_figures.number(record.get(stopping.monitor)) for record in records]
    return best_epoch(values, min_delta=stopping.min_delta, maximize=stopping.maximize)
