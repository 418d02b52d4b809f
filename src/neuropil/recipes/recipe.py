"""A recipe: what to train, on what, and how, as plain tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

from neuropil.errors import RecipeError
from neuropil.recipes import catalogue, toml
from neuropil.recipes.class_count import with_classes
from neuropil.recipes.kinds import NETWORK, READY, refuse_others
from neuropil.recipes.nearest import not_among
from neuropil.recipes.schema import Place, check, check_value, choose, settings
from neuropil.training import ENGINES, EarlyStopping

Table = Mapping[str, Any]

MOST = 2**63 - 1
"""The largest integer of TOML, and of an array."""


@dataclass(frozen=True, kw_only=True)
class Training:
    """The table ``[training]``; see `neuropil.training.fit`."""

    epochs: int
    batch_size: int = 32
    metrics: Sequence[str] = ()
    balance_classes: bool = False  # samples of rare classes weigh more in the loss
    reconstruct: bool = False  # the targets are the inputs
    engine: str = "auto"
    threads: int = 1  # of NumPy's products: more pay on an idle machine, and cost on a busy one
    checkpoint_every: int | None = None
    early_stopping: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Initialisation:
    """The table ``[initialisation]``: initial values that are not those of the layers."""

    chrono: float | None = None  # the longest memory of layers with gates; see `nn.init.chrono_`


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A checked recipe. Make one with `load`; each field is a key of the TOML file.

    Example:
        >>> recipe = load("xor")
        >>> recipe.loss["type"], recipe.seed
        ('BCEWithLogitsLoss', 0)
        >>> recipe.with_settings({"seed": "3", "optimizer.lr": "0.1"}).optimizer["lr"]
        0.1
    """

    name: str
    title: str = ""
    description: str = ""
    seed: int = 0
    data: Mapping[str, Any]
    augmentation: Sequence[Mapping[str, Any]] = ()
    layers: Sequence[Mapping[str, Any]]
    initialisation: Initialisation | None = None
    loss: Mapping[str, Any]
    optimizer: Mapping[str, Any]
    schedule: Mapping[str, Any] | None = None
    clip: Mapping[str, Any] | None = None
    penalty: Mapping[str, Any] | None = None
    training: Training

    def with_settings(self, changes: Mapping[str, str]) -> Recipe:
        """The recipe with values replaced: dotted keys, values as TOML writes them.

        Raises:
            RecipeError: A key is unknown or a value of the wrong type.
        """
        return from_document(toml.with_settings(self.document(), changes), self.name)

    def document(self) -> dict[str, Any]:
        """Everything the TOML file needs to say: what equals its default is left out."""
        tables = {"training": _said(self.training)}
        if self.initialisation is not None:
            tables["initialisation"] = _said(self.initialisation)
        return _said(self) | {"seed": self.seed} | tables

    def toml(self) -> str:
        """The text of its TOML file."""
        return toml.dumps(self.document())


def _said(table: Recipe | Training | Initialisation) -> dict[str, Any]:
    """The fields that differ from their defaults."""
    return {
        field.name: getattr(table, field.name)
        for field in fields(table)
        if field.default is MISSING or getattr(table, field.name) != field.default
    }


def names() -> tuple[str, ...]:
    """The ready recipes.

    Example:
        >>> {"characters", "digits", "lenet", "vae-digits", "xor"} <= set(names())
        True
    """
    return NETWORK.names()


def load(name_or_path: str | Path) -> Recipe:
    """The ready recipe of this name, or the one in this TOML file.

    Raises:
        RecipeError: There is no such recipe, or something in it is unknown, missing or of the
            wrong type: names the file, the key, and the nearest known one.
    """
    path = find(name_or_path)
    return from_document({"name": path.stem, **toml.read(path)}, str(path))


def find(name_or_path: str | Path) -> Path:
    """The file of a recipe, whatever it describes.

    Raises:
        RecipeError: No ready recipe has the name, and there is no such file.
    """
    name, path = str(name_or_path), Path(name_or_path)
    ready = {file.stem: file for file in READY.rglob("*.toml")}
    if name in ready:
        return ready[name]
    if path.suffix != ".toml" and not path.is_file():
        raise RecipeError(
            f"no recipe is called {name!r}; {not_among(name, ready)}, or the path of a TOML file"
        )
    return path


def from_document(document: Table, file: str) -> Recipe:
    """The recipe that the tables of a TOML file describe.

    Args:
        document: The tables.
        file: What to call their source in an error.

    Raises:
        RecipeError: As `load`.
    """
    place = Place(file)
    refuse_others(document, place)
    check(document, Recipe, place, supplied=())
    training = _training(document["training"], place.inside("[training]"))
    initialisation = _initialisation(document.get("initialisation"), place)
    recipe = Recipe(**{**document, "training": training, "initialisation": initialisation})
    check_name(recipe.name, place)
    if recipe.seed < 0:
        raise RecipeError(f"{place.key('seed')}: expected at least 0, got {recipe.seed}")
    _check_named(recipe.data, "name", catalogue.DATA_SETS, place.inside("[data]"))
    for index, table in enumerate(recipe.augmentation):
        here = place.inside(f"augmentation.{index}")
        _check_named(table, "type", catalogue.AUGMENTATIONS, here)
    _check_named(recipe.loss, "type", catalogue.LOSSES, place.inside("[loss]"))
    _check_named(recipe.optimizer, "type", catalogue.OPTIMIZERS, place.inside("[optimizer]"))
    if recipe.schedule is not None:
        _check_schedule(recipe.schedule, "schedule", place)
    if recipe.clip is not None:
        _check_named(recipe.clip, "type", catalogue.CLIPS, place.inside("[clip]"))
    if recipe.penalty is not None:
        _check_named(recipe.penalty, "type", catalogue.PENALTIES, place.inside("[penalty]"))
    check_layers(recipe.layers, "layers", place)
    return recipe


def check_name(name: str, place: Place) -> None:
    """Refuse a name that cannot be that of a folder, or leads out of the folder of runs.

    Raises:
        RecipeError: It does.
    """
    if not name.strip() or not name.isprintable() or set(name) & set('/\\:*?"<>|'):
        raise RecipeError(
            f"{place.key('name')}: expected a name that a folder can have, got {name!r}: give one "
            "of letters, digits, hyphens and spaces"
        )


def _check_named(table: Table, key: str, among: Mapping[str, Any], place: Place) -> None:
    check(table, choose(table, key, among, place), place, also={key})


def _check_schedule(table: Table, path: str, place: Place) -> None:
    here = place.inside(f"[{path}]")
    kind, also = choose(table, "type", catalogue.SCHEDULES, here), {"type"}
    if "then" in table and "then" in settings(kind):  # the table of the schedule that follows
        check_value(table["then"], Mapping[str, Any], here.key("then"))
        _check_schedule(table["then"], f"{path}.then", place)
        also.add("then")
    check(table, kind, here, also=also)


def check_layers(layers: Sequence[Table], path: str, place: Place) -> None:
    """Check the tables of a network's layers, and of the layers within them.

    Raises:
        RecipeError: There is none, or something in one is unknown, missing or of the wrong type.
    """
    if not layers:
        raise RecipeError(f"{place.key(path)}: a network has at least one layer, got none")
    for index, layer in enumerate(layers):
        _check_layer(layer, f"{path}.{index}", place)


def _check_layer(layer: Table, path: str, place: Place) -> None:
    here, layer = place.inside(path), with_classes(layer, 1)
    if set(layer) == {"same_as"}:  # a layer that stands before: whether it does, nn.build says
        check_value(layer["same_as"], str, here.key("same_as"))
        return
    kind = choose(layer, "type", catalogue.LAYERS, here)
    also = {"type", "shared"}
    if any(setting.variadic for setting in settings(kind).values()):
        also.add("layers")  # such as Sequential: the tables of its layers stand under `layers`
        check_value(layer.get("layers", []), list[Mapping[str, Any]], here.key("layers"))
        check_layers(layer.get("layers", []), f"{path}.layers", place)
    for name, value in layer.items():
        if isinstance(value, Mapping) and name != "shared":
            _check_inner(value, f"{path}.{name}", place)
    check(layer, kind, here, also=also)


def _check_inner(table: Table, path: str, place: Place) -> None:
    """What a layer is made of: another layer, or an object such as a surrogate."""
    here = place.inside(path)
    if table.get("type") in catalogue.PARTS:
        check(table, catalogue.PARTS[str(table["type"])], here, also={"type"})
    else:
        _check_layer(table, path, place)


def _initialisation(table: Table | None, place: Place) -> Initialisation | None:
    if table is None:
        return None
    check(table, Initialisation, place.inside("[initialisation]"))
    return Initialisation(**table)


def _training(table: Table, place: Place) -> Training:
    check(table, Training, place)
    training = Training(**table)
    for key in ("epochs", "batch_size", "threads", "checkpoint_every"):
        value = getattr(training, key)
        if value is not None and not 1 <= value <= MOST:
            bound = "at least 1" if value < 1 else f"at most {MOST}"
            raise RecipeError(f"{place.key(key)}: expected {bound}, got {value}")
    if training.engine not in ENGINES:
        raise RecipeError(
            f"{place.key('engine')}: {training.engine!r} is not known; "
            f"{not_among(training.engine, ENGINES)}"
        )
    twice = [name for name in set(training.metrics) if training.metrics.count(name) > 1]
    if twice:
        raise RecipeError(f"{place.key('metrics')}: {twice[0]!r} is named more than once")
    for name in training.metrics:
        if name not in catalogue.METRICS:
            raise RecipeError(
                f"{place.key('metrics')}: {name!r} is not known; "
                f"{not_among(name, catalogue.METRICS)}"
            )
    if training.early_stopping is not None:
        check(
            training.early_stopping,
            EarlyStopping,
            place.inside("[training.early_stopping]"),
        )
    return training
