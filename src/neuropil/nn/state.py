"""Reading and writing the values of named Variables as plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from neuropil.errors import DataError, ShapeError
from neuropil.graph import Variable

State = dict[str, np.ndarray[Any, Any]]


def state_of(variables: Mapping[str, Variable]) -> State:
    """A copy of each value, by name."""
    return {name: np.array(variable.value) for name, variable in variables.items()}


def load_state(
    variables: Mapping[str, Variable], state: Mapping[str, Any], owner: str, *, strict: bool = True
) -> None:
    """Write arrays into the Variables of the same name; all of them, or none where one is wrong.

    Raises:
        DataError: ``strict``, and the names differ.
        ShapeError: An array has another shape than its Variable.
    """
    if strict:
        _check_names(variables, state, owner)
    arrays = {
        name: np.asarray(state[name]).astype(variable.value.dtype)
        for name, variable in variables.items()
        if name in state
    }
    wrong = [
        f"{name} is {variables[name].shape} here, {array.shape} there"
        for name, array in arrays.items()
        if array.shape != variables[name].shape
    ]
    if wrong:
        raise ShapeError(
            f"the state does not fit this {owner}: {_listed(wrong, '; ')}: "
            "build it with the sizes it was saved with"
        )
    for name, array in arrays.items():
        write(variables[name], array)


def write(variable: Variable, array: np.ndarray[Any, Any]) -> None:
    """Give a Variable new numbers, keeping its dtype and, under NumPy, its array."""
    if isinstance(variable.value, np.ndarray) and variable.value.flags.writeable:
        variable.value[...] = array
    else:
        variable.value = array.copy()


def _check_names(variables: Mapping[str, Variable], state: Mapping[str, Any], owner: str) -> None:
    missing = [name for name in variables if name not in state]
    unexpected = [name for name in state if name not in variables]
    if missing or unexpected:
        parts = [
            f"{kind} {_listed(names)}"
            for kind, names in (("missing", missing), ("unexpected", unexpected))
            if names
        ]
        raise DataError(
            f"the state does not fit this {owner}: {'; '.join(parts)}: build it as it was when "
            "saved, or pass strict=False to load what fits"
        )


def _listed(words: list[str], separator: str = ", ") -> str:
    """The first few, and how many more there are."""
    shown, rest = words[:8], len(words) - 8
    return separator.join(shown) + (f" and {rest} more" if rest > 0 else "")
