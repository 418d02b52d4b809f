"""From the tables of a recipe to data, network, loss, optimizer and metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from inspect import signature
from typing import TYPE_CHECKING, Any

from neuropil import nn, training
from neuropil.data import Augmented
from neuropil.errors import NeuropilError, RecipeError
from neuropil.models import LatentModel
from neuropil.nn.description import Builder
from neuropil.random import as_generator
from neuropil.recipes import catalogue
from neuropil.recipes.blaming import blaming
from neuropil.recipes.class_count import with_classes
from neuropil.recipes.data_sets import reconstructed
from neuropil.recipes.looking_back import check_looks_back
from neuropil.recipes.metrics import metric
from neuropil.recipes.nearest import not_among
from neuropil.training.data_checks import check_data
from neuropil.training.fit_checks import check_optimizer, check_rate
from neuropil.training.history import quantities
from neuropil.training.metrics import OverallMetric, check_function, check_measured, named

if TYPE_CHECKING:
    from neuropil.data import Dataset
    from neuropil.nn import Module
    from neuropil.optim import Clip, Optimizer, Penalty, Schedule
    from neuropil.random import Generator
    from neuropil.recipes.data_sets import Splits
    from neuropil.recipes.recipe import Initialisation, Recipe
    from neuropil.recipes.reward import RewardRecipe
    from neuropil.training import EarlyStopping, Metric


def splits(recipe: Recipe) -> Splits:
    """The data set of the recipe in its parts."""
    with _blaming(recipe, "[data]"):
        found = catalogue.DATA_SETS[recipe.data["name"]](**_options(recipe.data, "name"))
    if not recipe.training.reconstruct:
        return found
    if found.text is not None:
        raise RecipeError(
            f"recipe {recipe.name}: reconstruct = true makes the characters that are read the ones "
            "to be predicted: leave it out, or take other data"
        )
    return reconstructed(found)


def training_data(recipe: Recipe, splits: Splits, rng: Generator) -> Dataset:
    """What the network learns from: the training part, augmented if the recipe says so."""
    if not recipe.augmentation:
        return splits.train
    transforms = []
    for index, table in enumerate(recipe.augmentation):
        with _blaming(recipe, f"augmentation.{index}"):
            kind = catalogue.AUGMENTATIONS[table["type"]]
            transforms.append(kind(**_options(table, "type")))
    with _blaming(recipe, "augmentation"):
        augmented = Augmented(splits.train, *transforms, rng=rng)
        augmented.gather(slice(0, 1))  # what cannot be changed like an image is refused here
        return augmented


def network(recipe: Recipe, rng: int | Generator, classes: int = 0) -> Module:
    """The network of the recipe, with fresh weights.

    Args:
        recipe: The recipe.
        rng: A seed or a Generator.
        classes: What a layer's ``"classes"`` stands for.
    """
    generator = as_generator(rng)
    net = stacked(recipe, generator, classes)
    if recipe.initialisation is not None:
        with _blaming(recipe, "[initialisation]"):
            _initialise(net, recipe.initialisation, generator)
    return net


def stacked(recipe: Recipe | RewardRecipe, rng: Generator, classes: int = 0) -> nn.Sequential:
    """The layers of the recipe, one after the other."""
    builder, layers = Builder(rng), []
    for index, layer in enumerate(recipe.layers):
        with _blaming(recipe, f"layers.{index}"):
            layers.append(builder.built(with_classes(layer, classes), str(index)))
    return nn.Sequential(*layers)


def _initialise(net: Module, table: Initialisation, rng: Generator) -> None:
    """Give the gates in a network the biases that the table asks for; it may have none."""
    if table.chrono is not None:
        for layer in net.modules():
            if hasattr(layer, "gate_biases"):
                nn.init.chrono_(layer, table.chrono, rng=rng)


def loss(recipe: Recipe, splits: Splits) -> Module:
    """The loss of the recipe, with weights for the classes of the training part if it asks so."""
    kind, options = catalogue.LOSSES[recipe.loss["type"]], _options(recipe.loss, "type")
    if recipe.training.balance_classes:
        with _blaming(recipe, "[training] balance_classes"):
            if kind not in {nn.CrossEntropyLoss, nn.NLLLoss}:
                raise ValueError(f"needs CrossEntropyLoss or NLLLoss, got {recipe.loss['type']}")
            if "weight" in options:
                raise ValueError("makes the weights of the loss itself: leave one of both out")
            targets = splits.train.targets
            options["weight"] = training.class_weights(targets, len(splits.classes))
    with _blaming(recipe, "[loss]"):
        return kind(**options)


def optimizer(recipe: Recipe | RewardRecipe, network: Module) -> Optimizer:
    """The optimizer of the recipe for this network."""
    kind = catalogue.OPTIMIZERS[recipe.optimizer["type"]]
    with _blaming(recipe, "[optimizer]"):
        made = kind(network.parameters(), **_options(recipe.optimizer, "type"))
        check_optimizer(network, made)
        check_rate(float(made.lr.value))
        return made


def schedule(recipe: Recipe) -> Schedule | None:
    """What the table ``[schedule]`` describes, if the recipe has one."""
    with _blaming(recipe, "[schedule]"):
        return None if recipe.schedule is None else _schedule(recipe.schedule)


def _schedule(table: Mapping[str, Any]) -> Schedule:
    options = _options(table, "type")
    if "then" in options:
        options["then"] = _schedule(options["then"])
    return catalogue.SCHEDULES[table["type"]](**options)


def clip(recipe: Recipe | RewardRecipe) -> Clip | None:
    """What the table ``[clip]`` describes, if the recipe has one."""
    if recipe.clip is None:
        return None
    with _blaming(recipe, "[clip]"):
        return catalogue.CLIPS[recipe.clip["type"]](**_options(recipe.clip, "type"))


def penalty(recipe: Recipe) -> Penalty | None:
    """What the table ``[penalty]`` describes, if the recipe has one."""
    if recipe.penalty is None:
        return None
    with _blaming(recipe, "[penalty]"):
        return catalogue.PENALTIES[recipe.penalty["type"]](**_options(recipe.penalty, "type"))


def metrics(recipe: Recipe, loss: Module, splits: Splits) -> list[Metric]:
    """The metrics of the recipe; loss and targets say how outputs are read.

    Raises:
        RecipeError: A metric of classes is asked of numbers, or the other way round.
    """
    with _blaming(recipe, "[training] metrics"):
        return [metric(name, loss, splits.train.targets) for name in recipe.training.metrics]


def early_stopping(
    recipe: Recipe, splits: Splits, metrics: Sequence[Metric]
) -> EarlyStopping | None:
    """The callback of the table ``[training.early_stopping]``, if the recipe has one.

    Raises:
        RecipeError: It would watch what this training does not measure.
    """
    table = recipe.training.early_stopping
    if table is None:
        return None
    names = ["loss", *named(metrics)]
    learned = [name for name in names if not isinstance(named(metrics).get(name), OverallMetric)]
    measured = quantities(names, validated=splits.validation is not None, learned=learned)
    monitor = table.get("monitor", signature(training.EarlyStopping).parameters["monitor"].default)
    if monitor not in measured:
        raise RecipeError(
            f"recipe {recipe.name}, [training.early_stopping] monitor: {monitor!r} is not "
            f"measured; {not_among(monitor, measured)}"
        )
    with _blaming(recipe, "[training.early_stopping]"):
        return training.EarlyStopping(**table)


def check_together(
    recipe: Recipe, splits: Splits, network: Module, loss: Module, metrics: Sequence[Metric]
) -> None:
    """Send one sample through network, loss and metrics, and look at all targets.

    Raises:
        NeuropilError: They do not belong together; the message names the layer.
    """
    _check_reconstructs(recipe, splits, network)
    try:
        check_function("loss", loss)
        check_measured(named(metrics), validated=splits.validation is not None)
        check_data(network, splits.train, {"loss": loss, **named(metrics)})
    except NeuropilError:
        raise
    except (ValueError, IndexError, MemoryError) as error:
        raise RecipeError(f"recipe {recipe.name}: it cannot be trained: {error}") from error
    if splits.text is not None:
        with _blaming(recipe, "layers"):
            check_looks_back(network, splits.train.inputs[0], len(splits.classes))


def _check_reconstructs(recipe: Recipe, splits: Splits, network: Module) -> None:
    """Refuse an autoencoder that would have to give labels back."""
    inputs, targets = splits.train.inputs, splits.train.targets
    learns_codes = any(isinstance(module, LatentModel) for module in network.modules())
    if learns_codes and not recipe.training.reconstruct and inputs.shape != targets.shape:
        raise RecipeError(
            f"recipe {recipe.name}, [training] reconstruct: an autoencoder is to give back its "
            f"inputs, {tuple(inputs.shape[1:])} a sample, and the targets are others: let "
            "reconstruct be true"
        )


def _options(table: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The arguments in a table; an array of TOML is a tuple of Python."""
    return {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in table.items()
        if key != name
    }


def _blaming(recipe: Recipe | RewardRecipe, part: str) -> AbstractContextManager[None]:
    return blaming(f"recipe {recipe.name}, {part}")
