"""``neuropil evaluate``: the figures of a trained network on the test set."""

from __future__ import annotations

import typer

from neuropil.cli import run_summary
from neuropil.cli.failure import guarded
from neuropil.cli.options import Json, RunPath
from neuropil.cli.output import emit
from neuropil.cli.train_reward import score


@guarded
def evaluate(run: RunPath, json: Json = False) -> None:
    """Test the network of a run on the test set of its recipe, a policy in fresh episodes."""
    from neuropil import recipes

    folder = recipes.RunFolder(run)
    if recipes.kind_of(folder.recipe_file) is recipes.REWARD:
        test = recipes.examine(folder)
        if json:
            emit({"run": str(run), **test})
        else:
            typer.echo(score(test))
        return
    scores = recipes.evaluate(folder)
    of_text = recipes.counted(folder)
    counted = {} if of_text is None else {"counting": of_text.document()}
    if json:
        emit({"run": str(run), **scores, "intervals": scores.intervals, **counted})
    else:
        typer.echo(run_summary.scores(scores))
        for baseline in counted.values():
            typer.echo(run_summary.counting(baseline))
        if scores.intervals:
            typer.echo(f"\n{scores}")
