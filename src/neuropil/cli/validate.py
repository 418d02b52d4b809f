"""``neuropil validate``: how well a recipe does on samples it has not learned from."""

from __future__ import annotations

from typing import Annotated

import typer

from neuropil.cli.failure import guarded
from neuropil.cli.options import Json, Seed, Settings, changes_of
from neuropil.cli.output import emit

Folds = Annotated[int, typer.Option("--folds", min=2, help="How many parts are held out in turn.")]


@guarded
def validate(
    recipe: Annotated[str, typer.Argument(help="A ready recipe's name, or a TOML file.")],
    folds: Folds = 5,
    seed: Seed = None,
    settings: Settings = None,
    json: Json = False,
) -> None:
    """Cross-validate a recipe: neuropil validate digits --folds 5.

    The samples to train on are cut into folds. Each is tested by a network that learned from the
    others, and the test set of the recipe is left alone: choose settings by this.
    """
    from neuropil import recipes

    changes = changes_of(settings, {"seed": seed})
    chosen = recipes.load(recipe).with_settings(changes)
    result = recipes.cross_validate(chosen, folds, progress=not json)
    if json:
        emit(
            {
                "recipe": chosen.name,
                "seed": chosen.seed,
                "folds": [{"samples": fold.samples, **fold} for fold in result.folds],
                "mean": result.means,
                "intervals": result.intervals,
            }
        )
    else:
        typer.echo(str(result))
