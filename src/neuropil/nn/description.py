"""A network as data, and back: what a recipe holds and what stands in a saved network's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from inspect import isabstract
from typing import Any, TypeVar

import numpy as np

from neuropil.errors import DataError
from neuropil.graph import Variable
from neuropil.nn.container import Container
from neuropil.nn.members import members
from neuropil.nn.module import Module
from neuropil.nn.settings import constructor_parameters, settings_of
from neuropil.random import Generator, as_generator

Description = dict[str, Any]

KindT = TypeVar("KindT")

_others: dict[str, type[Any]] = {}

_ELSEWHERE = ("neuropil.models", "neuropil.neurons.layers")
"""Packages above this one that define modules, imported where a type is not known without them."""

_PLAIN = (bool, int, float, str, list, tuple, dict, np.generic, type(None))


def describable(kind: type[KindT]) -> type[KindT]:
    """Let `describe` and `build` know a module that a package other than `neuropil.nn` defines.

    Or an object that a module takes for a setting, and that keeps its own settings likewise.
    """
    _others[kind.__name__] = kind
    return kind


def describe(module: Module) -> Description:
    """The type and settings of a module made of neuropil's own layers, as JSON could hold them.

    The numbers in it are not part of that: see `Module.state_dict`. What stands in several places
    is described in the first and named in the others: a layer as ``{"same_as": path}``, a
    parameter of another layer under ``"shared"``.

    Raises:
        DataError: A module of another kind is among them, or a setting that is no plain data, such
            as a parameter that stands in the place of a number.

    Example:
        >>> from neuropil import nn
        >>> describe(nn.Sequential(nn.Flatten(), nn.Dropout(0.2)))["layers"][1]
        {'type': 'Dropout', 'p': 0.2}
        >>> layer = nn.Linear(3, 3)
        >>> describe(nn.Sequential(layer, nn.Tanh(), layer))["layers"][2]
        {'same_as': '0'}
        >>> other = nn.Linear(3, 3)
        >>> other.weight = layer.weight
        >>> describe(nn.Sequential(layer, other))["layers"][1]["shared"]
        {'weight': '0.weight'}
    """
    return _Describer().described(module, "")


class _Describer:
    """Describes the layers of a network in a row, and remembers where each of them stands."""

    def __init__(self) -> None:
        self.paths: dict[int, str] = {}

    def described(self, module: Module, path: str) -> Description:
        if id(module) in self.paths:
            return {"same_as": self.paths[id(module)]}
        self.paths[id(module)] = path
        kind = type(module)
        if _known().get(kind.__name__) is not kind:
            raise DataError(
                f"only neuropil's own layers can be described, not {kind.__module__}."
                f"{kind.__qualname__}: save its state_dict(), and load it into one that you build"
            )
        if isinstance(module, Container):
            layers = [self.described(layer, _below(path, str(i))) for i, layer in enumerate(module)]
            return {"type": kind.__name__, "layers": layers}
        settings = {s.name: self._as_json(s.value, path, s.name) for s in settings_of(module)}
        shared = self._shared(module, path)
        return {"type": kind.__name__, **settings, **({"shared": shared} if shared else {})}

    def _as_json(self, value: Any, path: str, name: str) -> Any:
        if isinstance(value, Module):
            return self.described(value, _below(path, name))
        if _others.get(type(value).__name__) is type(value):
            inner = {s.name: self._as_json(s.value, path, name) for s in settings_of(value)}
            return {"type": type(value).__name__, **inner}
        if not isinstance(value, _PLAIN):
            raise DataError(
                f"{_below(path, name)} is no number and no part that neuropil knows, but "
                f"{type(value).__name__}: save the network's state_dict(), and load it into one "
                "that you build"
            )
        return list(value) if isinstance(value, tuple) else value

    def _shared(self, module: Module, path: str) -> dict[str, str]:
        """The parameters and buffers of a layer that another had before it."""
        shared = {}
        for name, variable in members(module, Variable):
            own = _below(path, name)
            first = self.paths.setdefault(id(variable), own)
            if first != own:
                shared[name] = first
        return shared


def build(description: Mapping[str, Any], *, rng: int | Generator | None = None) -> Module:
    """The module of a description, with fresh parameters.

    Args:
        description: What `describe` gave; settings that have a default may be left out.
        rng: A seed or Generator for initial values, and for layers that draw numbers later.

    Raises:
        DataError: An unknown type, settings that its constructor does not take, or a reference
            to what does not stand before it.

    Example:
        >>> build({"type": "Linear", "in_features": 8, "out_features": 3}, rng=0)
        Linear(in_features=8, out_features=3)
    """
    return Builder(rng).built(description, "")


class Builder:
    """Builds the layers of a network in a row; each may refer to those that stand before it.

    Args:
        rng: A seed or Generator for initial values, and for layers that draw numbers later.
    """

    def __init__(self, rng: int | Generator | None = None) -> None:
        self.rng = None if rng is None else as_generator(rng)
        self.standing: dict[str, Module] = {}

    def built(self, description: Mapping[str, Any], path: str) -> Module:
        """The module of a description, which will stand at this path of the network.

        Raises:
            DataError: As `build`.
        """
        if "same_as" in description:
            return self._found(description)
        kind = _kind(description)
        settings = {name: value for name, value in description.items() if name != "type"}
        fill = issubclass(kind, Container)
        return (self._filled if fill else self._made)(kind, settings, path)

    def _found(self, description: Mapping[str, Any]) -> Module:
        path = description["same_as"]
        if len(description) > 1 or not isinstance(path, str) or path not in self.standing:
            raise DataError(
                f"same_as alone names a layer that stands before, one of "
                f"{', '.join(self.standing) or 'none'}, got {dict(description)}"
            )
        return self.standing[path]

    def _filled(self, kind: type[Any], settings: dict[str, Any], path: str) -> Module:
        layers = settings.pop("layers", [])
        if settings or not isinstance(layers, Sequence):
            raise DataError(f"{kind.__name__} has nothing but a list of layers, got {settings}")
        container: Container = kind()
        for i, layer in enumerate(layers):
            container.append(self.built(layer, _below(path, str(i))))
        self.standing[path] = container
        return container

    def _made(self, kind: type[Module], settings: dict[str, Any], path: str) -> Module:
        shared = settings.pop("shared", {})
        if not isinstance(shared, Mapping) or not all(isinstance(p, str) for p in shared.values()):
            raise DataError(f"shared names parameters by their paths, got {shared!r}")
        arguments = {name: self._argument(v, path, name) for name, v in settings.items()}
        if self.rng is not None and any(p.name == "rng" for p in constructor_parameters(kind)):
            arguments["rng"] = self.rng
        try:
            module = kind(**arguments)
        except TypeError as error:
            raise DataError(f"no {kind.__name__} can be built from {settings}: {error}") from error
        self.standing[path] = module
        for name, source in shared.items():
            self._share(module, name, source)
        return module

    def _argument(self, value: Any, path: str, name: str) -> Any:
        if isinstance(value, Mapping):
            return self.built(value, _below(path, name))
        return tuple(value) if isinstance(value, list) else value

    def _share(self, module: Module, name: str, source: str) -> None:
        """Give a layer a parameter or buffer of an earlier one for its own."""
        owner, _, theirs = source.rpartition(".")
        earlier = dict(members(self.standing[owner], Variable)) if owner in self.standing else {}
        own = dict(members(module, Variable)).get(name)
        variable = earlier.get(theirs)
        if own is None or variable is None or type(own) is not type(variable):
            raise DataError(f"{type(module).__name__}.{name} cannot be {source!r}: no such pair")
        if own.shape != variable.shape:
            raise DataError(
                f"{type(module).__name__}.{name} {own.shape} cannot be {source!r} {variable.shape}"
            )
        setattr(module, name, variable)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _kind(description: Mapping[str, Any]) -> type[Module]:
    name = description.get("type")
    if name not in (known := _known()):
        for package in _ELSEWHERE:
            import_module(package)
        known = _known()
    if name not in known:
        raise DataError(
            f"a layer is described by its type, one of {', '.join(sorted(known))}, got {name!r}"
        )
    return known[name]


def _known() -> dict[str, type[Module]]:
    """The layers and losses of `neuropil.nn`, and what is `describable` besides, by name."""
    from neuropil import nn

    found = {
        name: kind
        for name, kind in vars(nn).items()
        if isinstance(kind, type) and issubclass(kind, Module) and kind is not Module
    }
    return {name: kind for name, kind in found.items() if not isabstract(kind)} | _others
