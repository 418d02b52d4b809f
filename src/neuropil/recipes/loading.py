"""Recipes of whatever kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from neuropil.recipes.kinds import KINDS, MEMORY, NETWORK, REWARD, Kind, kind_of
from neuropil.recipes.memory import MemoryRecipe, load_memory
from neuropil.recipes.recipe import Recipe, load
from neuropil.recipes.reward import RewardRecipe, load_reward

AnyRecipe = Recipe | MemoryRecipe | RewardRecipe

_LOADERS: Mapping[Kind, Callable[[str | Path], AnyRecipe]] = {
    NETWORK: load,
    MEMORY: load_memory,
    REWARD: load_reward,
}


def every_name() -> tuple[str, ...]:
    """All ready recipes, kind by kind.

    Example:
        >>> {"digits", "hopfield-letters", "cart-pole"} <= set(every_name())
        True
    """
    return tuple(name for kind in KINDS for name in kind.names())


def load_any(name_or_path: str | Path) -> AnyRecipe:
    """The recipe of this name or in this file, of the kind that it is.

    Raises:
        RecipeError: There is no such recipe, or something in it is wrong.

    Example:
        >>> type(load_any("hopfield-letters")).__name__
        'MemoryRecipe'
    """
    return _LOADERS[kind_of(name_or_path)](name_or_path)
