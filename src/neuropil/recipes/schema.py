"""Check a table of a recipe against the signature of what it will be given to."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from neuropil.errors import RecipeError
from neuropil.recipes.annotations import accepts, namespace_of, resolve, words
from neuropil.recipes.nearest import not_among

# What a recipe never says, because whoever runs it supplies it.
SUPPLIED = frozenset({"params", "optimizer", "rng", "dtype"})


@dataclass(frozen=True)
class Setting:
    """One key a table may have."""

    name: str
    annotation: Any
    required: bool
    variadic: bool = False


@dataclass(frozen=True)
class Place:
    """Where in which recipe something stands; printed at the head of an error.

    Example:
        >>> print(Place("my.toml", "[optimizer]").key("lr"))
        recipe my.toml, [optimizer] lr
    """

    file: str
    table: str = ""

    def inside(self, table: str) -> Place:
        """A table of the same recipe."""
        return Place(self.file, table)

    def key(self, name: str) -> Place:
        """A key of the table."""
        return Place(self.file, f"{self.table} {name}" if self.table else name)

    def __str__(self) -> str:
        return f"recipe {self.file}, {self.table}" if self.table else f"recipe {self.file}"


def settings(
    factory: Callable[..., object], supplied: Collection[str] = SUPPLIED
) -> dict[str, Setting]:
    """The keys a table for ``factory`` may have, read from its signature.

    Example:
        >>> def sgd(params, lr: float = 1e-3, *, nesterov: bool = False): ...
        >>> list(settings(sgd))
        ['lr', 'nesterov']
    """
    function = factory.__init__ if isinstance(factory, type) else factory  # type: ignore[misc]
    namespace = namespace_of(function)
    return {
        parameter.name: Setting(
            parameter.name,
            resolve(parameter.annotation, namespace),
            required=parameter.default is parameter.empty and not _is_variadic(parameter),
            variadic=_is_variadic(parameter),
        )
        for parameter in inspect.signature(factory).parameters.values()
        if parameter.name not in supplied and parameter.kind is not parameter.VAR_KEYWORD
    }


def _is_variadic(parameter: inspect.Parameter) -> bool:
    return parameter.kind is parameter.VAR_POSITIONAL


def check(
    table: Mapping[str, object],
    factory: Callable[..., object],
    place: Place,
    *,
    also: Collection[str] = (),
    supplied: Collection[str] = SUPPLIED,
) -> None:
    """Raise unless every key of the table is known, of the right type, and none is missing.

    Args:
        table: The keys and values of the recipe.
        factory: What will be called with them.
        place: Where the table stands.
        also: Further keys of the table that are not for the factory (``type``, ``name``).
        supplied: Arguments that no table gives.

    Raises:
        RecipeError: Names the key, the recipe, the nearest known key and all that are allowed.
    """
    known = settings(factory, supplied)
    given = {key: value for key, value in table.items() if key not in also}
    for key, value in given.items():
        if key not in known:
            raise RecipeError(f"{place.key(key)}: unknown key; {not_among(key, known)}")
        check_value(value, known[key].annotation, place.key(key))
    missing = [s.name for s in known.values() if s.required and s.name not in given]
    if missing:
        raise RecipeError(
            f"{place}: {', '.join(missing)} missing; a table for {factory.__name__} has "
            f"{', '.join(known)}"
        )


def check_value(value: object, annotation: Any, place: Place) -> None:
    """Raise unless the value is of the annotated type."""
    if not accepts(annotation, value):
        raise RecipeError(f"{place}: expected {words(annotation)}, got {value!r} ({_kind(value)})")


def choose(table: Mapping[str, object], key: str, among: Mapping[str, Any], place: Place) -> Any:
    """What ``table[key]`` names among the known ones (a layer, a loss, an optimizer …).

    Example:
        >>> choose({"type": "int"}, "type", {"int": int, "str": str}, Place("my.toml", "[x]"))
        <class 'int'>
    """
    if key not in table:
        raise RecipeError(f"{place}: {key} missing; allowed: {', '.join(sorted(among))}")
    name = table[key]
    if not isinstance(name, str):
        raise RecipeError(f"{place.key(key)}: expected a string, got {name!r} ({_kind(name)})")
    if name not in among:
        raise RecipeError(f"{place.key(key)}: {name!r} is not known; {not_among(name, among)}")
    return among[name]


def _kind(value: object) -> str:
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "a boolean"),
        (int, "an integer"),
        (float, "a number"),
        (str, "a string"),
        (list, "an array"),
        (dict, "a table"),
    )
    return next((word for kind, word in kinds if isinstance(value, kind)), type(value).__name__)
