"""What memories are given: patterns to store, and probes to recall them from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import DataError, DTypeError, ShapeError
from neuropil.graph import plain

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array

    Numpy = np.ndarray[Any, Any]

BIPOLAR = (-1, 1)
"""The states of a neuron that is off, and of one that is on, as in notes 8.2."""


def as_patterns(patterns: Array, units: int, dtype: Any) -> Float[Numpy, "patterns units"]:
    """The patterns as the rows of a matrix; a single one may come without its axis.

    Raises:
        DataError: There are none.
        DTypeError: They are no array of numbers.
        ShapeError: They have not as many numbers as there are units.

    Example:
        >>> as_patterns([1, -1, 1], 3, "float32").tolist()
        [[1.0, -1.0, 1.0]]
    """
    rows = _numbers(patterns, "patterns")
    if rows.size == 0:
        raise DataError(f"expected at least one pattern of {units} units, got shape {rows.shape}")
    rows = rows[np.newaxis] if rows.ndim == 1 else rows
    if rows.ndim != 2 or rows.shape[1] != units:
        raise ShapeError(_wrong_size("patterns (M, {units})", rows.shape, units))
    return rows.astype(dtype)


def as_probes(probes: Array, units: int, dtype: Any) -> Float[Numpy, "*batch units"]:
    """The probes, units along the last axis: a copy.

    Raises:
        DTypeError: They are no array of numbers.
        ShapeError: The last axis has another length.
    """
    found = _numbers(probes, "probes")
    if found.ndim == 0 or found.shape[-1] != units:
        raise ShapeError(_wrong_size("probes (..., {units})", found.shape, units))
    return found.astype(dtype)


def check_states(values: Numpy, states: tuple[int, int], what: str) -> None:
    """Refuse numbers that are none of the two states, saying where the first of them is.

    Raises:
        DataError: There is one.

    Example:
        >>> check_states(np.array([[1, 1], [1, 0]]), BIPOLAR, "patterns")
        Traceback (most recent call last):
            ...
        neuropil.errors.DataError: patterns consist of -1 and 1, got 0 in row 1, column 1 (rows and
        columns count from 0), 1 of 4 numbers: make 0 and 1 into -1 and 1 by 2 * x - 1, or use
        states=(0, 1)
    """
    low, high = states
    wrong = (values != low) & (values != high)
    if not wrong.any():
        return
    *row, column = (int(i) for i in np.unravel_index(wrong.argmax(), wrong.shape))
    place = f"row {', '.join(map(str, row))}, column {column}" if row else f"column {column}"
    raise DataError(
        f"{what} consist of {low} and {high}, got {values[(*row, column)]:g} in {place} (rows and "
        f"columns count from 0), {wrong.sum()} of {wrong.size} numbers: {_advice(values, states)}"
    )


def _numbers(values: Array, what: str) -> Numpy:
    try:
        found = np.asarray(plain(values))
    except ValueError:  # rows of several lengths
        found = np.empty(0, object)
    if found.dtype.kind not in "biuf":
        kind = type(values).__name__ if found.dtype.kind == "O" else found.dtype
        raise DTypeError(
            f"{what} are an array of real numbers, got {kind}: give rows of one length to np.array"
        )
    return found


def _advice(values: Numpy, states: tuple[int, int]) -> str:
    present = set(np.unique(values).tolist())
    if states == BIPOLAR and present <= {0, 1}:
        return "make 0 and 1 into -1 and 1 by 2 * x - 1, or use states=(0, 1)"
    if states != BIPOLAR and present <= {-1, 1}:
        return "make -1 and 1 into 0 and 1 by (x + 1) / 2, or use states=(-1, 1)"
    return "set a threshold, np.where(x > threshold, {1}, {0})".format(*states)


def _wrong_size(expected: str, shape: tuple[int, ...], units: int) -> str:
    if len(shape) > 1 and np.prod(shape[1:]) == units:
        advice = f"flatten each, x.reshape({shape[0]}, {units})"
    else:
        advice = "the last axis holds one number for each unit"
    return f"expected {expected.format(units=units)}, got {shape}: {advice}"
