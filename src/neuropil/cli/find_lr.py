"""``neuropil find-lr``: the learning rate at which the loss of a recipe falls fastest."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neuropil.cli.failure import guarded
from neuropil.cli.options import Json, Seed, Settings, changes_of
from neuropil.cli.output import emit, messages

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("pdf", "png", "svg")

Name = Annotated[str, typer.Argument(help="A ready recipe's name, or a TOML file.")]
Steps = Annotated[int, typer.Option("--steps", min=10, help="How many rates to try.")]
Plot = Annotated[
    Path | None,
    typer.Option("--plot", metavar="FILE", help=f"Draw the curve: {', '.join(FORMATS)}."),
]


@guarded
def find_lr(
    recipe: Name,
    seed: Seed = None,
    settings: Settings = None,
    steps: Steps = 200,
    plot: Plot = None,
    json: Json = False,
) -> None:
    """Suggest a learning rate for a recipe: neuropil find-lr digits.

    Takes a few hundred steps with a rate that rises from 1e-7 to 10, and looks where the loss falls
    most steeply. Nothing is trained by it, and nothing but the drawing is written.
    """
    if plot is not None and plot.suffix.lstrip(".").lower() not in FORMATS:
        raise typer.BadParameter(f"--plot draws {', '.join(FORMATS)} files, got {plot}")
    from neuropil import recipes

    chosen = recipes.load(recipe).with_settings(changes_of(settings, {"seed": seed}))
    curve = recipes.find_learning_rate(recipes.prepare(chosen), steps=steps)
    if plot is not None:
        _save(curve.plot(), plot)
    result: dict[str, Any] = {
        "recipe": chosen.name,
        "seed": chosen.seed,
        "suggestion": curve.suggestion,
        "plot": None if plot is None else str(plot),
        "rates": curve.rates.tolist(),
        "losses": curve.losses.tolist(),
    }
    if json:
        emit(result)
        return
    console = messages()
    if curve.suggestion is None:
        console.print(
            "The loss falls at no rate that was tried: look at the data and the network "
            "(neuropil train … --doctor), or try more --steps."
        )
        return
    rate = f"{curve.suggestion:.2g}"
    console.print(f"The loss falls most steeply at a learning rate of {rate}.")
    console.print(f"Try: {recipes.command('train', recipe, '--set', f'optimizer.lr={rate}')}")


def _save(figure: Figure, path: Path) -> None:
    from neuropil.storage import write_bytes

    content = BytesIO()
    figure.savefig(content, format=path.suffix.lstrip(".").lower(), dpi=150)
    write_bytes(path, content.getvalue())
