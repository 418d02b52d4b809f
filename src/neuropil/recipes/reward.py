"""Recipes of learning from reward: an environment, a policy, and how it learns, as TOML files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

from neuropil.errors import RecipeError
from neuropil.recipes import catalogue, toml
from neuropil.recipes.environments import ENVIRONMENTS
from neuropil.recipes.kinds import REWARD
from neuropil.recipes.recipe import MOST, check_layers, check_name, find
from neuropil.recipes.schema import Place, check, choose

SUPPLIED = frozenset({"count"})
"""What an environment is given by whoever makes it."""


@dataclass(frozen=True, kw_only=True)
class Learning:
    """The table ``[learning]``; see `neuropil.reinforcement.learn` and `Reinforce`."""

    episodes: int
    batch: int = 5
    goal: float | None = None
    discount: float = 0.99
    entropy: float = 0.0
    standardise: bool = True


@dataclass(frozen=True, kw_only=True)
class RewardRecipe:
    """What a policy is to learn, and how. Make one with `load_reward`; each field is a key.

    Example:
        >>> recipe = load_reward("cart-pole")
        >>> recipe.environment["name"], recipe.learning.episodes, recipe.learning.goal
        ('cart-pole', 1000, 475.0)
    """

    name: str
    title: str = ""
    description: str = ""
    seed: int = 0
    environment: Mapping[str, Any]
    layers: Sequence[Mapping[str, Any]]
    optimizer: Mapping[str, Any]
    clip: Mapping[str, Any] | None = None
    learning: Learning

    def with_settings(self, changes: Mapping[str, str]) -> RewardRecipe:
        """The recipe with values replaced: dotted keys, values as TOML writes them.

        Raises:
            RecipeError: A key is unknown or a value of the wrong type.
        """
        return _from_document(toml.with_settings(self.document(), changes), self.name)

    def document(self) -> dict[str, Any]:
        """Everything the TOML file needs to say, and the seed."""
        return _said(self) | {"seed": self.seed, "learning": _said(self.learning)}

    def toml(self) -> str:
        """The text of its TOML file."""
        return toml.dumps(self.document())


def reward_names() -> tuple[str, ...]:
    """The ready recipes of learning from reward.

    Example:
        >>> reward_names()
        ('cart-pole',)
    """
    return REWARD.names()


def load_reward(name_or_path: str | Path) -> RewardRecipe:
    """The ready recipe of this name, or the one in this TOML file.

    Raises:
        RecipeError: There is no such recipe, or something in it is unknown, missing or cannot be
            used: names the file, the key, and the nearest known one.
    """
    path = find(name_or_path)
    return _from_document({"name": path.stem, **toml.read(path)}, str(path))


def _from_document(document: Mapping[str, Any], file: str) -> RewardRecipe:
    place = Place(file)
    check(document, RewardRecipe, place, supplied=())
    check(document["learning"], Learning, place.inside("[learning]"))
    recipe = RewardRecipe(**{**document, "learning": Learning(**document["learning"])})
    check_name(recipe.name, place)
    if recipe.seed < 0:
        raise RecipeError(f"{place.key('seed')}: expected at least 0, got {recipe.seed}")
    for key in ("episodes", "batch"):
        value = getattr(recipe.learning, key)
        if not 1 <= value <= MOST:
            raise RecipeError(
                f"{place.inside('[learning]').key(key)}: expected at least 1, got {value}"
            )
    here = place.inside("[environment]")
    factory = choose(recipe.environment, "name", ENVIRONMENTS, here)
    check(recipe.environment, factory, here, also={"name"}, supplied=SUPPLIED)
    tables = (
        ("optimizer", recipe.optimizer, catalogue.OPTIMIZERS),
        ("clip", recipe.clip, catalogue.CLIPS),
    )
    for key, table, known in tables:
        if table is not None:
            here = place.inside(f"[{key}]")
            check(table, choose(table, "type", known, here), here, also={"type"})
    check_layers(recipe.layers, "layers", place)
    return recipe


def _said(table: RewardRecipe | Learning) -> dict[str, Any]:
    """The fields that differ from their defaults."""
    return {
        field.name: getattr(table, field.name)
        for field in fields(table)
        if field.default is MISSING or getattr(table, field.name) != field.default
    }
