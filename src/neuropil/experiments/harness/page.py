"""The results of experiments as HTML: a page each, and an index."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from neuropil.report import legible, svg, write_page

if TYPE_CHECKING:
    from neuropil.experiments.harness.experiment import Result


def write_pages(results: Sequence[Result], folder: Path | str) -> Path:
    """Write ``ID.html`` for each result, and an ``index.html`` that leads to them.

    Args:
        results: What the experiments returned.
        folder: Where to write; made if it is not there.

    Returns:
        The path of the index.
    """
    folder = Path(folder)
    for result in results:
        _write_page(result, folder / f"{result.experiment.id}.html")
    index = folder / "index.html"
    holding = sum(result.holds for result in results)
    write_page(index, "experiments.html.j2", results=results, holding=holding)
    return index


def _write_page(result: Result, path: Path) -> None:
    experiment = result.experiment
    claims = [
        {
            "name": claim.name,
            "expected": legible(claim.expected),
            "measured": legible(claim.measured),
            "tolerance": legible(claim.tolerance),
            "holds": claim.holds,
        }
        for claim in result.claims
    ]
    figures = [
        {"name": name, "svg": svg(figure, f"figure{index}", f"{experiment.title}: {name}")}
        for index, (name, figure) in enumerate(result.figures.items())
    ]
    write_page(
        path,
        "experiment.html.j2",
        experiment=experiment,
        paragraphs=experiment.about.split("\n\n"),
        claims=claims,
        figures=figures,
    )
