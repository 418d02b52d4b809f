"""The folder of a training run: what is in it, and what may be done with it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neuropil import training
from neuropil.errors import FileFormatError, RecipeError
from neuropil.recipes import toml
from neuropil.recipes.command import command
from neuropil.recipes.recipe import Recipe, from_document
from neuropil.storage import from_json, read_lines, write_text
from neuropil.storage.atomic import os_errors_name

if TYPE_CHECKING:
    from neuropil.nn import Module
    from neuropil.recipes.reward import RewardRecipe

_LEFTOVERS = ".*.tmp"  # of writers that were killed


@dataclass(frozen=True)
class RunFolder:
    """A folder with ``recipe.toml``, ``model.safetensors``, ``history.jsonl``, ``report.html``.

    The recipe is written first and resolved, so that the folder alone says how to go on;
    ``checkpoint.safetensors`` is there until the run is finished.
    """

    path: Path

    @property
    def recipe_file(self) -> Path:
        """What was asked for, with every setting and the seed."""
        return self.path / "recipe.toml"

    @property
    def model_file(self) -> Path:
        """The trained network."""
        return self.path / "model.safetensors"

    @property
    def history_file(self) -> Path:
        """A line an epoch, as JSON."""
        return self.path / "history.jsonl"

    @property
    def checkpoint_file(self) -> Path:
        """Where an unfinished run goes on."""
        return self.path / "checkpoint.safetensors"

    @property
    def report_file(self) -> Path:
        """The page to read."""
        return self.path / "report.html"

    @property
    def doctor_file(self) -> Path:
        """What the gradient doctor measured, where one was asked for."""
        return self.path / "doctor.json"

    @property
    def characters_file(self) -> Path:
        """The characters of the text, where the network is a model of text."""
        return self.path / "characters.json"

    @property
    def finished(self) -> bool:
        """Whether training came to its end: only then is the checkpoint taken away."""
        return self.model_file.exists() and not self.checkpoint_file.exists()

    def finish(self) -> None:
        """Take the checkpoint away, and what writers that were killed have left behind."""
        for leftover in self.path.glob(_LEFTOVERS):
            leftover.unlink(missing_ok=True)
        self.checkpoint_file.unlink(missing_ok=True)

    def recipe(self) -> Recipe:
        """The recipe of the run.

        Raises:
            FileFormatError: The folder holds no run.
            RecipeError: The recipe in it was damaged.
        """
        if not self.recipe_file.is_file():
            raise FileFormatError(
                f"expected a run folder with a recipe.toml, got {self.path}"
                f"{'' if self.path.exists() else ', which does not exist'}: give a folder that "
                "`neuropil train` made"
            )
        return from_document(toml.read(self.recipe_file), str(self.recipe_file))

    def network(self) -> Module:
        """The trained network, ready to predict.

        Raises:
            FileFormatError: The run is not finished, or its model file is damaged.
        """
        self.recipe()
        return self._trained()

    def policy(self) -> Module:
        """The network that has learned from reward.

        Raises:
            FileFormatError: The run is not finished, or its model file is damaged.
        """
        return self._trained()

    def _trained(self) -> Module:
        if not self.model_file.exists():
            raise FileFormatError(
                f"{self.path} holds no trained network yet: finish the run with "
                f"`{command('train', '--resume', self.path)}`"
            )
        return training.load(self.model_file).eval()

    def history(self) -> list[dict[str, Any]]:
        """What each epoch gave.

        Raises:
            FileFormatError: A line is no JSON object.
        """
        if not self.history_file.exists():
            return []
        records = [from_json(line, self.history_file) for line in read_lines(self.history_file)]
        if not all(isinstance(record, dict) for record in records):
            raise FileFormatError(f"{self.history_file}: expected a JSON object in every line")
        return records

    def examination(self) -> training.DoctorReport | None:
        """What the gradient doctor found; None where none was asked for.

        Raises:
            FileFormatError: The file is damaged.
        """
        return training.read_report(self.doctor_file) if self.doctor_file.exists() else None


def create(path: Path, recipe: Recipe | RewardRecipe) -> RunFolder:
    """Make the folder of a new run and write its recipe.

    Raises:
        RecipeError: There is something in the folder already.
    """
    run = RunFolder(path)
    if path.is_dir() and set(path.iterdir()) - set(path.glob(_LEFTOVERS)):
        raise RecipeError(
            f"expected a new or empty folder, got {path}, which "
            + (
                f"holds a run: continue it with `{command('train', '--resume', path)}`, or choose "
                "another folder with --out"
                if run.recipe_file.exists()
                else "is not empty: choose another folder with --out"
            )
        )
    if path.exists() and not path.is_dir():
        raise RecipeError(f"expected a folder, got the file {path}: choose another with --out")
    with os_errors_name(path):
        path.mkdir(parents=True, exist_ok=True)
    write_text(run.recipe_file, recipe.toml())
    return run


def make_next(parent: Path, name: str) -> Path:
    """Make the folder ``parent/name-n`` with the smallest n ≥ 1 that is not there yet.

    It is made at once, so that runs which start at the same time get folders of their own.

    Raises:
        WriteError: No folder can be made there.

    Example:
        >>> runs = getfixture("tmp_path")
        >>> make_next(runs, "digits").name, make_next(runs, "digits").name
        ('digits-1', 'digits-2')
    """
    numbered = (parent / f"{name}-{n}" for n in count(1))
    with os_errors_name(parent):
        while True:
            path = next(numbered)
            with suppress(FileExistsError):
                path.mkdir(parents=True)
                return path
