"""``neuropil train hopfield-letters``: patterns are stored, and recalled from spoilt ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from neuropil.cli.output import emit, messages, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from neuropil.cli.request import Request


def train_memory(request: Request) -> None:
    """Store, recall, keep network and report in a folder, and tell how much came back."""
    from neuropil import recipes
    from neuropil.recipes.spiking_run import check_new

    if request.resume is not None:
        raise typer.BadParameter("a memory stores its patterns at once: there is nothing to resume")
    chosen = recipes.load_memory(str(request.recipe)).with_settings(request.changes)
    if request.out is not None:
        check_new(request.out)
    run = recipes.remember(chosen)
    folder = request.out or recipes.make_next(Path("runs"), chosen.name)
    run.save(folder)
    page = folder / "report.html"
    if request.report:
        from neuropil.report import memory_page

        memory_page(run, page)
    result = {**run.document(), "run": str(folder), "report": str(page) if request.report else None}
    if request.json:
        emit(result)
    elif request.quiet:
        typer.echo(_score(result))
    else:
        messages().print(_words(result))


def _score(result: Mapping[str, Any]) -> str:
    return f"recalled {100 * result['test']['recalled']:.2f} % of {result['probes']} probes"


def _words(result: Mapping[str, Any]) -> RenderableType:
    """The figure that counts, pattern by pattern as well, and where everything is."""
    from rich.console import Group
    from rich.text import Text

    parts = [(name, f"{100 * share:.1f} %") for name, share in result["recalled"].items()]
    where = [("folder", result["run"])]
    if result["report"]:
        where.append(("report", result["report"]))
    head = Text.assemble("\n", (_score(result), "bold green"), "\n")
    return Group(head, table(parts, ("pattern", "recalled")), Text(), table(where))
