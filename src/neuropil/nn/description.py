"""A network as data, and back: what a recipe holds and what stands in a saved network's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neuropil.errors import DataError
from neuropil.nn.container import Container
from neuropil.nn.members import named_variables
from neuropil.nn.module import Module
from neuropil.nn.settings import constructor_parameters, settings_of
from neuropil.random import Generator, as_generator

Description = dict[str, Any]


def describe(module: Module) -> Description:
    """The type and settings of a module made of neuropil's own layers, as JSON could hold them.

    The numbers in it are not part of that: see `Module.state_dict`.

    Raises:
        DataError: A module of another kind is among them, or two of them share parameters.

    Example:
        >>> from neuropil import nn
        >>> describe(nn.Sequential(nn.Flatten(), nn.Dropout(0.2)))["layers"][1]
        {'type': 'Dropout', 'p': 0.2}
    """
    paths: dict[int, str] = {}
    for path, variable in named_variables(module):
        if paths.setdefault(id(variable), path) != path:
            raise DataError(
                f"{path} is the same {type(variable).__name__} as {paths[id(variable)]}, which a "
                "description does not say: save the state_dict(), and load it into a network that "
                "you build"
            )
    return _described(module)


def _described(module: Module) -> Description:
    kind = type(module)
    if _known().get(kind.__name__) is not kind:
        raise DataError(
            f"only neuropil's own layers can be described, not {kind.__module__}."
            f"{kind.__qualname__}: save its state_dict(), and load it into one that you build"
        )
    if isinstance(module, Container):
        return {"type": kind.__name__, "layers": [_described(layer) for layer in module]}
    settings = {s.name: _as_json(s.value) for s in settings_of(module)}
    return {"type": kind.__name__, **settings}


def build(description: Mapping[str, Any], *, rng: int | Generator | None = None) -> Module:
    """The module of a description, with fresh parameters.

    Args:
        description: What `describe` gave; settings that have a default may be left out.
        rng: A seed or Generator for initial values, and for layers that draw numbers later.

    Raises:
        DataError: An unknown type, or settings that its constructor does not take.

    Example:
        >>> build({"type": "Linear", "in_features": 8, "out_features": 3}, rng=0)
        Linear(in_features=8, out_features=3)
    """
    return _built(description, None if rng is None else as_generator(rng))


def _built(description: Mapping[str, Any], rng: Generator | None) -> Module:
    kind = _kind(description)
    settings = {name: value for name, value in description.items() if name != "type"}
    if issubclass(kind, Container):
        layers = settings.pop("layers", [])
        if settings or not isinstance(layers, Sequence):
            raise DataError(f"{kind.__name__} has nothing but a list of layers, got {settings}")
        container = kind()
        for layer in layers:
            container.append(_built(layer, rng))
        return container
    if rng is not None and any(p.name == "rng" for p in constructor_parameters(kind)):
        settings["rng"] = rng
    try:
        return kind(**{name: _from_json(value) for name, value in settings.items()})
    except TypeError as error:
        raise DataError(
            f"no {kind.__name__} can be built from {dict(description)}: {error}"
        ) from error


def _kind(description: Mapping[str, Any]) -> type[Module]:
    known = _known()
    name = description.get("type")
    if name not in known:
        raise DataError(
            f"a layer is described by its type, one of {', '.join(sorted(known))}, got {name!r}"
        )
    return known[name]


def _known() -> dict[str, type[Module]]:
    """The layers and losses of `neuropil.nn` by name."""
    from neuropil import nn

    return {
        name: kind
        for name, kind in vars(nn).items()
        if isinstance(kind, type) and issubclass(kind, Module) and kind is not Module
    }


def _as_json(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _from_json(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
