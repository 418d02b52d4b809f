"""What the state of a program is made of: Variables, and constants that tell programs apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from neuropil.graph import Variable

_NOT_ENTERED = (type, ModuleType, FunctionType, MethodType, BuiltinFunctionType)
_VALUES = (bool, int, float, complex, str, bytes, type(None), np.generic)

_COMPARED = 2**16
"""Bytes of an array that are compared one by one; a larger one is known by its identity."""


@dataclass
class Held:
    """What some objects hold.

    Attributes:
        variables: Every Variable, each once, whatever number of names it has.
        paths: The first name of each.
        constants: The other attributes that are plain values, or arrays, with their names.
        draws: The states of NumPy's random generators, which a program cannot draw from.
        arrays: Those that are known by their identity, which nothing else shall have meanwhile.
    """

    variables: list[Variable] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    constants: list[tuple[str, Any]] = field(default_factory=list)
    draws: list[tuple[str, Any]] = field(default_factory=list)
    arrays: list[Any] = field(default_factory=list)

    @property
    def key(self) -> tuple[Any, ...]:
        """What has to be the same for a program to fit."""
        variables = ((id(variable), variable.requires_grad) for variable in self.variables)
        return (*variables, *self.constants)


def held(state: Any) -> Held:
    """Everything the objects in ``state`` hold, through attributes, lists, tuples and dicts.

    Results of Operations are left out: they are values on their way, not state.

    Example:
        >>> from neuropil import nn
        >>> found = held((nn.Linear(2, 1), {"rate": Variable(0.1)}))
        >>> found.paths, found.constants
        (['0.weight', '0.bias', '1.rate'], [('0.in_features', 2), ('0.out_features', 1)])
    """
    found = Held()
    seen: set[int] = set()
    waiting: list[tuple[str, Any]] = [("", state)]
    while waiting:
        path, thing = waiting.pop()
        if isinstance(thing, _VALUES):
            found.constants.append((path, thing))
            continue
        if id(thing) in seen or isinstance(thing, _NOT_ENTERED):
            continue
        seen.add(id(thing))
        if isinstance(thing, Variable):
            if thing.creator is None:
                found.variables.append(thing)
                found.paths.append(path)
            continue
        if isinstance(thing, np.ndarray):
            found.constants.append((path, _content(thing)))
            found.arrays.append(thing)
        elif isinstance(thing, np.random.Generator):
            found.draws.append((path, str(thing.bit_generator.state)))
        waiting.extend(reversed(_parts(path, thing)))
    return found


def _content(array: np.ndarray[Any, Any]) -> tuple[Any, ...]:
    """What tells an array from others."""
    if array.nbytes > _COMPARED or array.dtype.hasobject:
        return (id(array),)
    return array.shape, array.dtype.str, array.tobytes()


def _parts(path: str, thing: Any) -> list[tuple[str, Any]]:
    """The parts of an object with their paths; of an array or an unknown object none."""
    if isinstance(thing, list | tuple):
        named: Any = enumerate(thing)
    elif isinstance(thing, dict):
        named = thing.items()
    else:
        named = _attributes(thing)
    dot = f"{path}." if path else ""
    return [(f"{dot}{name}", part) for name, part in named]


def _attributes(thing: Any) -> list[tuple[str, Any]]:
    """The attributes of an object, without those that say what its class says already.

    A module that was put into training mode is the one that never was in another.
    """
    kind = type(thing)
    return [
        (name, value)
        for name, value in getattr(thing, "__dict__", {}).items()
        if not (isinstance(value, _VALUES) and getattr(kind, name, _ABSENT) is value)
    ]


_ABSENT = object()
