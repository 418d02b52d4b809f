"""From the tables of a recipe to data, network, loss, optimizer and metrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from neuropil import nn, training
from neuropil.errors import NeuropilError, RecipeError
from neuropil.recipes import catalogue
from neuropil.recipes.nearest import not_among
from neuropil.recipes.readout import readout

if TYPE_CHECKING:
    from neuropil.nn import Module, Parameter
    from neuropil.optim import Optimizer
    from neuropil.random import Generator
    from neuropil.recipes.data_sets import Splits
    from neuropil.recipes.recipe import Recipe
    from neuropil.training import CosineDecay, EarlyStopping, Metric


def splits(recipe: Recipe) -> Splits:
    """The data set of the recipe in its parts."""
    with _blaming(recipe, "data"):
        return catalogue.data_sets()[recipe.data["name"]](**_options(recipe.data, "name"))


def network(recipe: Recipe, rng: int | Generator) -> Module:
    """The network of the recipe, with fresh weights."""
    with _blaming(recipe, "layers"):
        return nn.build({"type": "Sequential", "layers": list(recipe.layers)}, rng=rng)


def loss(recipe: Recipe) -> Module:
    """The loss of the recipe."""
    with _blaming(recipe, "loss"):
        return catalogue.losses()[recipe.loss["type"]](**_options(recipe.loss, "type"))


def optimizer(recipe: Recipe, parameters: Iterable[Parameter]) -> Optimizer:
    """The optimizer of the recipe for these parameters."""
    kind = catalogue.optimizers()[recipe.optimizer["type"]]
    with _blaming(recipe, "optimizer"):
        return kind(parameters, **_options(recipe.optimizer, "type"))


def schedule(recipe: Recipe, optimizer: Optimizer) -> CosineDecay | None:
    """The callback of the table ``[schedule]``, if the recipe has one."""
    if recipe.schedule is None:
        return None
    kind = catalogue.schedules()[recipe.schedule["type"]]
    with _blaming(recipe, "schedule"):
        return kind(optimizer, **_options(recipe.schedule, "type"))


def metrics(recipe: Recipe, loss: Module) -> list[Metric]:
    """The metrics of the recipe; the loss says how outputs are read.

    Raises:
        RecipeError: Accuracy is asked of outputs that are no classes.
    """
    chosen: list[Metric] = []
    for name in recipe.training.get("metrics", ()):
        reading = readout(loss)
        if reading is None:
            raise RecipeError(
                f"recipe {recipe.name}, [training] metrics: {name} needs a loss whose outputs are "
                f"classes, got {recipe.loss['type']}."
            )
        chosen.append(reading.accuracy)
    return chosen


def early_stopping(recipe: Recipe, splits: Splits) -> EarlyStopping | None:
    """The callback of the table ``[training.early_stopping]``, if the recipe has one.

    Raises:
        RecipeError: It would watch what this training does not measure.
    """
    table = recipe.training.get("early_stopping")
    if table is None:
        return None
    with _blaming(recipe, "training.early_stopping"):
        stopping = training.EarlyStopping(**table)
    measured = ["loss", *recipe.training.get("metrics", ())]
    if splits.validation is not None:
        measured += [f"val_{name}" for name in measured]
    if stopping.monitor not in measured:
        raise RecipeError(
            f"recipe {recipe.name}, [training.early_stopping] monitor: {stopping.monitor!r} is "
            f"not measured; {not_among(stopping.monitor, measured)}."
        )
    return stopping


def _options(table: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The arguments in a table; an array of TOML is a tuple of Python."""
    return {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in table.items()
        if key != name
    }


@contextmanager
def _blaming(recipe: Recipe, table: str) -> Iterator[None]:
    """Say which table of which recipe a constructor refused."""
    try:
        yield
    except RecipeError:
        raise
    except (NeuropilError, TypeError, ValueError) as error:
        raise RecipeError(f"recipe {recipe.name}, [{table}]: {error}") from error
