"""The settings a module was built with: constructor parameters are attributes of the same name."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Setting:
    """One parameter of a constructor and the value it had."""

    name: str
    value: Any
    is_default: bool


def settings_of(module: object) -> list[Setting]:
    """The constructor's parameters and their values, without ``rng``.

    ``bias`` is whether there is one; a dtype is given by its name. Empty for a module that does
    not keep what it was built with.

    Example:
        >>> from neuropil import nn
        >>> {s.name: s.value for s in settings_of(nn.Linear(8, 3))}
        {'in_features': 8, 'out_features': 3, 'bias': True, 'dtype': 'float32'}
    """
    found = []
    for parameter in constructor_parameters(type(module)):
        if parameter.name == "rng":
            continue
        if not _is_kept(module, parameter.name):
            return []
        value = _as_setting(parameter.name, getattr(module, parameter.name))
        default = _as_setting(parameter.name, parameter.default)
        found.append(Setting(parameter.name, value, _same(value, default)))
    return found


def constructor_parameters(kind: type[object]) -> tuple[inspect.Parameter, ...]:
    """The parameters of ``kind(...)``."""
    return tuple(inspect.signature(kind).parameters.values())


def _is_kept(module: object, name: str) -> bool:
    return name in vars(module) or isinstance(getattr(type(module), name, None), property)


def _as_setting(name: str, value: Any) -> Any:
    """A value as JSON could hold it (but for tuples)."""
    if name == "bias" and not isinstance(value, bool):
        return value is not None
    if name == "dtype":
        return np.dtype(value).name
    return value.tolist() if isinstance(value, np.ndarray) else value


def _same(value: Any, default: Any) -> bool:
    if isinstance(value, tuple) and not isinstance(default, tuple):  # (1, 1) for 1 along each axis
        return len(value) > 0 and all(part == default for part in value)
    return bool(value == default)
