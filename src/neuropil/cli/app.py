"""The commands, gathered; each stands in a file of its own."""

from __future__ import annotations

from typing import Annotated

import typer

from neuropil._version import __version__
from neuropil.cli import (
    evaluate,
    experiment,
    failure,
    find_lr,
    info,
    predict,
    recipes,
    sample,
    simulate,
    train,
    validate,
)

app = typer.Typer(
    name="neuropil",
    help="Neurons, networks and learning as one differentiable graph.",
    epilog="Start with: neuropil train digits",
    no_args_is_help=True,
    rich_markup_mode="markdown",  # it fills paragraphs to the width of the terminal
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"neuropil {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[  # noqa: ARG001 - acted upon before the others are read
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
    debug: Annotated[
        bool,
        typer.Option("--debug", envvar="NEUROPIL_DEBUG", help="Show tracebacks of failures."),
    ] = False,
) -> None:
    """Neurons, networks and learning as one differentiable graph."""
    failure.debugging.set(debug)


app.command("train")(train.train)
app.command("find-lr")(find_lr.find_lr)
app.command("evaluate")(evaluate.evaluate)
app.command("simulate")(simulate.simulate)
app.command("validate")(validate.validate)
app.command("predict")(predict.predict)
app.command("sample")(sample.sample)
app.add_typer(recipes.app, name="recipes")
app.add_typer(experiment.app, name="experiment")
app.command("info")(info.info)
