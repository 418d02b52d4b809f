"""What stands in the tables of a spiking network's TOML file: numbers, parts, cells by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import neurons
from neuropil.errors import RecipeError
from neuropil.kernels import Plasticity
from neuropil.neurons.distributions import Distribution, Normal, Uniform
from neuropil.recipes.blaming import blaming
from neuropil.recipes.catalogue import classes
from neuropil.recipes.nearest import not_among
from neuropil.recipes.schema import Place, check, check_value, choose, settings

if TYPE_CHECKING:
    from neuropil.neurons import Population
    from neuropil.random import Generator

Catalogue = Mapping[str, Callable[..., Any]]

SYNAPSES: Catalogue = {
    **classes(neurons, neurons.Cascade),
    **{name: getattr(neurons, name) for name in ("ampa", "gaba_a", "gaba_b", "nmda")},
}
"""Synapses by their shape, and receptors by name."""

INPUTS: Catalogue = {name: getattr(neurons, name) for name in ("Constant", "Pulse", "Sine")}
DISTRIBUTIONS: Catalogue = {"Normal": Normal, "Uniform": Uniform}
INTEGRATORS: Catalogue = classes(neurons, neurons.Integrator)

PARTS: Mapping[str, Catalogue] = {
    "current": classes(neurons, neurons.Current),
    "integrator": INTEGRATORS,
    "plasticity": classes(neurons, Plasticity),
    "rule": classes(neurons, neurons.Rule),
}
"""What a table under one of these keys describes."""

# What no table can give: channels are made of functions.
NOT_IN_TOML = frozenset({"channels", "rng"})
_CELLS = re.compile(r"(?P<name>[^\[\]]+)(\[(?P<first>\d*):(?P<last>\d*)\])?")


def part_of(key: str, table: Mapping[str, Any] | None, place: Place) -> Any:
    """What a table under this key describes; None where there is none."""
    return None if table is None else object_of(table, PARTS[key], place.key(key))


def object_of(table: Any, among: Catalogue, place: Place, *, default: str | None = None) -> Any:
    """What a table with a ``type`` describes; tables within it are made first."""
    check_value(table, Mapping[str, Any], place)
    named = table if default is None else {"type": default, **table}
    kind = choose(named, "type", among, place)
    parts = {key for key in PARTS.keys() & settings(kind) if isinstance(named.get(key), Mapping)}
    check(named, kind, place, also={"type"} | parts, supplied=NOT_IN_TOML)
    arguments = {
        key: part_of(key, value, place) if key in parts else numbers_of(value, place.key(key))
        for key, value in named.items()
        if key != "type"
    }
    with blaming(place):
        return kind(**arguments)


def numbers_of(value: Any, place: Place) -> Any:
    """A number, or the array of a list of numbers."""
    if isinstance(value, int | float):
        return value
    if isinstance(value, list) and all(isinstance(x, int | float) for x in value):
        return np.array(value)
    raise RecipeError(f"{place}: expected a number or an array of numbers, got {value!r}")


def numbers_or_distribution(value: Any, place: Place) -> Any:
    """A number, numbers, or what to draw them from: a table."""
    if isinstance(value, Mapping):
        return object_of(value, DISTRIBUTIONS, place)
    return numbers_of(value, place)


def starting_values(value: Any, size: int, rng: Generator, place: Place) -> Any:
    """Numbers, drawn for each of so many cells where a distribution is given."""
    found = numbers_or_distribution(value, place)
    return found.draw(size, rng) if isinstance(found, Distribution) else found


def cells_called(words: str, populations: Mapping[str, Population], place: Place) -> Population:
    """A population, or a part of one, such as ``cells[:80]``."""
    found = _CELLS.fullmatch(words)
    if found is None:
        raise RecipeError(f"{place}: expected a population, or a part such as 'cells[:80]'")
    if found["name"] not in populations:
        raise RecipeError(
            f"{place}: {words!r} is not known; {not_among(found['name'], populations)}"
        )
    population = populations[found["name"]]
    first, last = (int(end) if end else None for end in (found["first"], found["last"]))
    with blaming(place):
        return population if first is last is None else population[first:last]
