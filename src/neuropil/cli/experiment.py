"""``neuropil experiment``: compute the claims of the notes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neuropil.cli.failure import FAILURE, guarded
from neuropil.cli.options import Json
from neuropil.cli.output import emit, messages, table

if TYPE_CHECKING:
    from neuropil.experiments import Result

app = typer.Typer(
    help="Compute the claims of the notes and check their numbers.", no_args_is_help=True
)

Identifier = Annotated[str, typer.Argument(metavar="ID", show_default=False)]
Identifiers = Annotated[
    list[str] | None, typer.Argument(metavar="ID…", help="Which.", show_default=False)
]
All = Annotated[bool, typer.Option("--all", help="Every experiment.")]
Quick = Annotated[bool, typer.Option("--quick", help="Smaller and faster: fewer seeds and steps.")]
Seed = Annotated[int, typer.Option("--seed", help="Of everything random.")]
Html = Annotated[
    Path | None, typer.Option("--html", metavar="FOLDER", help="Write pages with the figures.")
]


@app.command("list")
@guarded
def list_experiments(json: Json = False) -> None:
    """List the experiments."""
    from neuropil import experiments

    rows = [(name, experiments.load(name)) for name in experiments.names()]
    if json:
        emit([{"id": name, "title": e.title, "section": e.section} for name, e in rows])
    else:
        listed = [(name, str(e.section), e.title) for name, e in rows]
        messages().print(table(listed, header=("id", "section", "what is shown")))


@app.command()
@guarded
def show(identifier: Identifier, json: Json = False) -> None:
    """Tell what an experiment shows, and where its code is."""
    from inspect import getsourcefile

    from neuropil import experiments

    experiment = experiments.load(identifier)
    about = experiment.about.replace("``", "")
    source = getsourcefile(experiment.run) or ""
    document = {
        "id": identifier,
        "title": experiment.title,
        "section": str(experiment.section),
        "about": about,
        "source": source,
    }
    if json:
        emit(document)
        return
    console = messages()
    console.print(f"{document['title']}\nSection {document['section']} of the notes\n\n{about}\n")
    console.print(f"code  {source}\nrun   neuropil experiment run {identifier}")


@app.command()
@guarded
def run(
    identifiers: Identifiers = None,
    every: All = False,
    quick: Quick = False,
    seed: Seed = 0,
    html: Html = None,
    json: Json = False,
) -> None:
    """Run experiments; the exit code is 1 if a claim does not hold."""
    from neuropil import experiments

    if every == bool(identifiers):
        raise typer.BadParameter("give the ids of experiments, or --all")
    chosen = list(experiments.names()) if every else list(dict.fromkeys(identifiers or ()))
    for name in chosen:
        experiments.load(name)  # an unknown one is told before the first one runs
    console = messages(json=json)
    results = []
    for name in chosen:
        result = experiments.run(name, seed=seed, quick=quick)
        results.append(result)
        _print(console, result)
    if html is not None:
        console.print(f"pages  {experiments.write_pages(results, html)}")
    if json:
        emit([result.document() for result in results])
    if not all(result.holds for result in results):
        raise typer.Exit(FAILURE)


def _print(console: Any, result: Result) -> None:
    from rich.text import Text

    from neuropil.report import legible

    experiment = result.experiment
    mark = Text("holds", "green") if result.holds else Text("does not hold", "bold red")
    console.print(Text.assemble((experiment.id, "bold"), "  ", experiment.title, "  ", mark))
    for claim in result.claims:
        sign = Text("  ✓ ", "green") if claim.holds else Text("  ✗ ", "bold red")
        numbers = f"expected {legible(claim.expected)}, measured {legible(claim.measured)}"
        console.print(Text.assemble(sign, claim.name, (f"  {numbers}", "dim")))
