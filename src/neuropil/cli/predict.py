"""``neuropil predict``: what a trained network makes of files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neuropil.cli.failure import FAILURE, guarded
from neuropil.cli.options import Json, RunPath
from neuropil.cli.output import emit
from neuropil.errors import NeuropilError

if TYPE_CHECKING:
    from neuropil.recipes import Prediction

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE…", help="PNG or NPY files.", show_default=False)
]
Invert = Annotated[
    bool, typer.Option("--invert", help="The ink is dark on a light ground: swap them.")
]


@guarded
def predict(run: RunPath, files: Files, invert: Invert = False, json: Json = False) -> None:
    """Read image files (or arrays saved by NumPy) with the network of a run.

    Images become grey and are resized to the size the network was trained on; light ink on a dark
    ground is expected, or give --invert.
    """
    from neuropil import recipes

    reader = recipes.Reader(recipes.RunFolder(run))
    answers: list[dict[str, Any]] = []
    for file in files:
        try:
            predictions = reader.read(file, invert=invert)
        except NeuropilError as error:
            answers.append({"file": str(file), "error": str(error)})
            sys.stderr.write(f"neuropil: {error}\n")
            continue
        if not invert and any(prediction.is_light for prediction in predictions):
            sys.stderr.write(
                f"neuropil: {file} is mostly light: if its ink is dark, add --invert\n"
            )
        for prediction in predictions:
            answers.append({"file": str(file), **_document(prediction)})
            if not json:
                label = str(file) if len(predictions) == 1 else f"{file}[{prediction.index}]"
                typer.echo(f"{label}  {_words(prediction)}")
    if json:
        emit(answers)
    if any("error" in answer for answer in answers):
        raise typer.Exit(FAILURE)


def _document(prediction: Prediction) -> dict[str, Any]:
    answer: dict[str, Any] = {"index": prediction.index}
    if prediction.code is not None:
        answer["code"] = list(prediction.code)
    if prediction.label is None:
        return {**answer, "output": list(prediction.outputs)}
    return {**answer, "class": prediction.label, "probability": prediction.probability}


def _words(prediction: Prediction) -> str:
    if prediction.code is not None:
        return f"code {'  '.join(f'{number:.6g}' for number in prediction.code)}"
    if prediction.label is None or prediction.probability is None:
        return "  ".join(f"{output:.6g}" for output in prediction.outputs)
    return f"{prediction.label}  {100 * prediction.probability:.1f} %"
