"""``neuropil recipes``: what can be trained."""

from __future__ import annotations

from typing import Annotated

import typer

from neuropil.cli.failure import guarded
from neuropil.cli.options import Json
from neuropil.cli.output import emit, messages, table

app = typer.Typer(
    help="List the ready recipes, or show one.", invoke_without_command=True, no_args_is_help=False
)


@app.callback()
@guarded
def list_recipes(context: typer.Context, json: Json = False) -> None:
    """List the ready recipes."""
    if context.invoked_subcommand is not None:
        return
    from neuropil import recipes

    ready = [recipes.load_any(name) for name in recipes.every_name()]
    if json:
        emit([{"name": recipe.name, "title": recipe.title} for recipe in ready])
        return
    console = messages()
    console.print(table([(recipe.name, recipe.title) for recipe in ready]))
    console.print("\nTrain one: neuropil train digits. See one: neuropil recipes show digits.")


@app.command()
@guarded
def show(
    context: typer.Context,
    recipe: Annotated[str, typer.Argument(help="A name or the path of a TOML file.")],
    json: Json = False,
) -> None:
    """Print a recipe: copy it, change it, train it."""
    from neuropil import recipes

    loaded = recipes.load_any(recipe)
    before_the_name = context.parent is not None and context.parent.params["json"]
    if json or before_the_name:
        emit(loaded.document())
    else:
        typer.echo(recipes.find(recipe).read_text(encoding="utf-8"), nl=False)
