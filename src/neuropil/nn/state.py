"""Reading and writing the values of named Variables as plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from neuropil.errors import DataError, ShapeError
from neuropil.graph import Variable

_NOT_REAL = frozenset("cOSUMm")  # complex, objects, texts, times; V may be bfloat16
_ADVICE = "convert it to NumPy"

State = dict[str, np.ndarray[Any, Any]]


class Mismatch(NamedTuple):
    """The names that only one side has, as PyTorch tells them."""

    missing_keys: list[str]
    unexpected_keys: list[str]


def state_of(variables: Mapping[str, Variable]) -> State:
    """A copy of each value, by name."""
    return {name: np.array(variable.value) for name, variable in variables.items()}


def load_state(
    variables: Mapping[str, Variable], state: Mapping[str, Any], owner: str, *, strict: bool = True
) -> Mismatch:
    """Write arrays into the Variables of the same name; all of them, or none where one is wrong.

    Raises:
        TypeError: The state is no mapping.
        DataError: ``strict``, and the names differ; something in it is no array of real numbers.
        ShapeError: An array has another shape than its Variable.
    """
    if not isinstance(state, Mapping):
        raise TypeError(
            f"a state is a dict of arrays by name, got {type(state).__name__}: pass "
            "net.state_dict()"
        )
    mismatch = Mismatch(
        [name for name in variables if name not in state],
        [name for name in state if name not in variables],
    )
    if strict and any(mismatch):
        raise _names_differ(mismatch, owner)
    arrays = {
        name: _as_dtype(name, state[name], variable.value.dtype)
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
    return mismatch


def write(variable: Variable, array: np.ndarray[Any, Any]) -> None:
    """Give a Variable new numbers, keeping its dtype and, under NumPy, its array."""
    if isinstance(variable.value, np.ndarray) and variable.value.flags.writeable:
        variable.value[...] = array
    else:
        variable.value = array.copy()


def _as_dtype(name: str, array: Any, dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    try:
        numbers = np.asarray(array)
    except (TypeError, ValueError) as error:
        raise DataError(f"{name} is no array of real numbers ({error}): {_ADVICE}") from error
    if numbers.dtype.kind in _NOT_REAL:
        raise DataError(f"{name} is no array of real numbers ({numbers.dtype}): {_ADVICE}")
    return numbers.astype(dtype)


def _names_differ(mismatch: Mismatch, owner: str) -> DataError:
    parts = [
        f"{kind} {_listed(names)}"
        for kind, names in zip(("missing", "unexpected"), mismatch, strict=True)
        if names
    ]
    return DataError(
        f"the state does not fit this {owner}: {'; '.join(parts)}: build it as it was when "
        "saved, or pass strict=False to load what fits"
    )


def _listed(words: list[str], separator: str = ", ") -> str:
    """The first few, and how many more there are."""
    shown, rest = words[:8], len(words) - 8
    return separator.join(shown) + (f" and {rest} more" if rest > 0 else "")
