"""Recipes of memories: patterns drawn in a TOML file, and what they are recalled from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import associative
from neuropil.associative import LearningRule, Update
from neuropil.errors import RecipeError
from neuropil.recipes import toml
from neuropil.recipes.catalogue import classes
from neuropil.recipes.kinds import MEMORY, kind_of
from neuropil.recipes.recipe import check_name, find
from neuropil.recipes.schema import Place, check, check_value, choose

if TYPE_CHECKING:
    from jaxtyping import Float

    Numpy = np.ndarray[Any, Any]

RULES = classes(associative, LearningRule)
UPDATES = classes(associative, Update)

ON, OFF = "#", "."
"""How a pixel is drawn."""


@dataclass(frozen=True, kw_only=True)
class Probes:
    """The table ``[probes]``: how a pattern is spoilt before it is to be recalled.

    Attributes:
        each: How many probes of each pattern.
        redrawn: The probability with which a pixel is drawn anew, on or off.
        erased: How many pixels at the end are off.
    """

    each: int = 100
    redrawn: float = 0.2
    erased: int = 0


@dataclass(frozen=True, kw_only=True)
class MemoryRecipe:
    """What a Hopfield network is to remember. Make one with `load_memory`; each field is a key.

    Example:
        >>> recipe = load_memory("hopfield-letters")
        >>> recipe.names, recipe.shape, recipe.states[0, :6].astype(int).tolist()
        (('A', 'B', 'C', 'E'), (6, 6), [-1, -1, 1, 1, -1, -1])
    """

    name: str
    title: str = ""
    description: str = ""
    seed: int = 0
    rule: Mapping[str, Any]
    update: Mapping[str, Any]
    probes: Probes = field(default_factory=Probes)
    patterns: Mapping[str, Sequence[str]]

    @property
    def names(self) -> tuple[str, ...]:
        """What the patterns are called."""
        return tuple(self.patterns)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of a drawing."""
        rows = next(iter(self.patterns.values()))
        return len(rows), len(rows[0])

    @property
    def states(self) -> Float[Numpy, "patterns pixels"]:
        """The drawings as rows of −1 and 1."""
        drawn = [[pixel == ON for pixel in "".join(rows)] for rows in self.patterns.values()]
        return np.where(drawn, 1.0, -1.0)

    def learning_rule(self) -> LearningRule:
        """The object that ``[rule]`` describes."""
        rule: LearningRule = RULES[self.rule["type"]](**_settings(self.rule))
        return rule

    def order(self) -> Update:
        """The object that ``[update]`` describes."""
        update: Update = UPDATES[self.update["type"]](**_settings(self.update))
        return update

    def with_settings(self, changes: Mapping[str, str]) -> MemoryRecipe:
        """The recipe with values replaced: dotted keys, values as TOML writes them.

        Raises:
            RecipeError: A key is unknown or a value of the wrong type.
        """
        return _from_document(toml.with_settings(self.document(), changes), self.name)

    def document(self) -> dict[str, Any]:
        """Everything the TOML file needs to say, and the seed."""
        said = {
            f.name: getattr(self, f.name)
            for f in fields(self)
            if f.default is MISSING or getattr(self, f.name) != f.default
        }
        return said | {"seed": self.seed, "probes": vars(self.probes)}

    def toml(self) -> str:
        """The text of its TOML file."""
        return toml.dumps(self.document())


def memory_names() -> tuple[str, ...]:
    """The ready recipes of memories.

    Example:
        >>> memory_names()
        ('hopfield-letters',)
    """
    return MEMORY.names()


def is_memory(name_or_path: str | Path) -> bool:
    """Whether a recipe, by its name or file, describes a memory: whether it has patterns.

    Raises:
        RecipeError: The file cannot be read.

    Example:
        >>> is_memory("hopfield-letters"), is_memory("digits")
        (True, False)
    """
    return kind_of(name_or_path) is MEMORY


def load_memory(name_or_path: str | Path) -> MemoryRecipe:
    """The ready recipe of this name, or the one in this TOML file.

    Raises:
        RecipeError: There is no such recipe, or something in it is unknown, missing or cannot be
            used: names the file, the key, and the nearest known one.
    """
    path = find(name_or_path)
    return _from_document({"name": path.stem, **toml.read(path)}, str(path))


def _from_document(document: Mapping[str, Any], file: str) -> MemoryRecipe:
    place = Place(file)
    check(document, MemoryRecipe, place, supplied=())
    probes = document.get("probes", {})
    check(probes, Probes, place.inside("[probes]"))
    recipe = MemoryRecipe(**{**document, "probes": Probes(**probes)})
    check_name(recipe.name, place)
    if recipe.seed < 0:
        raise RecipeError(f"{place.key('seed')}: expected at least 0, got {recipe.seed}")
    _check_patterns(recipe.patterns, place.inside("[patterns]"))
    _check_probes(recipe, place.inside("[probes]"))
    for key, table, known in (("rule", recipe.rule, RULES), ("update", recipe.update, UPDATES)):
        here = place.inside(f"[{key}]")
        check(table, choose(table, "type", known, here), here, also={"type"})
    try:
        recipe.learning_rule(), recipe.order()
    except (TypeError, ValueError) as error:
        raise RecipeError(f"{place.inside('[update]')}: {error}") from error
    return recipe


def _check_patterns(patterns: Mapping[str, Any], place: Place) -> None:
    if not patterns:
        raise RecipeError(f"{place}: a memory holds at least one pattern, got none")
    first = next(iter(patterns))
    for name, rows in patterns.items():
        check_value(rows, list[str], place.key(name))
        for number, row in enumerate(rows):
            strange = next((pixel for pixel in row if pixel not in {ON, OFF}), None)
            if strange is not None:
                raise RecipeError(
                    f"{place.key(name)}: expected rows of {ON} and {OFF}, got {strange!r} in row "
                    f"{number}, column {row.index(strange)}"
                )
        size, expected = [len(row) for row in rows], [len(row) for row in patterns[first]]
        if size != expected or len(set(size)) != 1 or size[0] == 0:
            raise RecipeError(
                f"{place.key(name)}: expected rows of one length, as many as {first} has, got "
                f"rows of {size}"
            )


def _check_probes(recipe: MemoryRecipe, place: Place) -> None:
    probes, pixels = recipe.probes, recipe.shape[0] * recipe.shape[1]
    if probes.each < 1:
        raise RecipeError(f"{place.key('each')}: expected at least 1, got {probes.each}")
    if not 0.0 <= probes.redrawn <= 1.0:
        raise RecipeError(f"{place.key('redrawn')}: expected a probability, got {probes.redrawn}")
    if not 0 <= probes.erased <= pixels:
        raise RecipeError(
            f"{place.key('erased')}: expected 0 to {pixels} pixels, got {probes.erased}"
        )


def _settings(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key != "type"}
