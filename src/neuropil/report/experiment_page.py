"""The results of experiments as HTML: a page each, and an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from neuropil.report.inline import svg
from neuropil.report.legible import legible
from neuropil.report.page import write_page

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from neuropil.graph import Drawing


class Claim(Protocol):
    """One checked statement: what was expected, what came, and how far apart they may be."""

    @property
    def name(self) -> str:
        """What is claimed."""

    @property
    def expected(self) -> Any:
        """What the notes say."""

    @property
    def measured(self) -> Any:
        """What came out."""

    @property
    def tolerance(self) -> Any:
        """How far apart they may be."""

    @property
    def holds(self) -> bool:
        """Whether they agree."""


class Result(Protocol):
    """What an experiment returns. The layers point down: this one cannot import experiments."""

    @property
    def id(self) -> str:
        """The name on the command line."""

    @property
    def title(self) -> str:
        """What is shown."""

    @property
    def section(self) -> str:
        """Of the notes."""

    @property
    def claims(self) -> Sequence[Claim]:
        """What was checked."""

    @property
    def figures(self) -> Mapping[str, Figure | Drawing]:
        """By name."""

    @property
    def holds(self) -> bool:
        """Whether they agree."""


def experiment_page(
    results: Sequence[Result], folder: Path | str, *, about: Mapping[str, str] | None = None
) -> Path:
    """Write ``ID.html`` for each result, and an ``index.html`` that leads to them.

    Args:
        results: What the experiments returned.
        folder: Where to write; made if it is not there.
        about: By id, what the experiment shows, in paragraphs of plain text.

    Returns:
        The path of the index.
    """
    folder = Path(folder)
    for result in results:
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
            {"name": name, "svg": svg(figure, f"figure{index}", f"{result.title}: {name}")}
            for index, (name, figure) in enumerate(result.figures.items())
        ]
        path = folder / f"{result.id}.html"
        paragraphs = cleandoc((about or {}).get(result.id) or "").split("\n\n")
        write_page(
            path,
            "experiment.html.j2",
            result=result,
            paragraphs=paragraphs,
            claims=claims,
            figures=figures,
        )
    index = folder / "index.html"
    holding = sum(result.holds for result in results)
    write_page(index, "experiments.html.j2", results=results, holding=holding)
    return index
