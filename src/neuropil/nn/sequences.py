"""The sequences, masks and states a recurrent layer is given have to fit it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import DataError, DTypeError, ShapeError
from neuropil.graph import plain
from neuropil.nn import refusals

if TYPE_CHECKING:
    from neuropil.arrays import Array


def check_sequences(layer: str, x: Array, features: int, *, batch_first: bool) -> int:
    """The axis of time; raise unless ``x`` holds sequences of so many features.

    Raises:
        ShapeError: It does not, or there is no step in them.
    """
    shape = tuple(x.shape)
    if len(shape) not in (2, 3) or shape[-1] != features:
        batch = "(N, T" if batch_first else "(T, N"
        raise refusals.wrong_shape(
            layer,
            f"{batch}, {features}) or (T, {features})",
            x,
            "features are the last axis; a series of plain numbers needs one of length 1",
        )
    time = 1 if batch_first and len(shape) == 3 else 0
    if shape[time] == 0:
        raise ShapeError(
            f"{layer} expects sequences of one step or more, got {shape}: leave it out"
        )
    return time


def check_state(
    layer: str, state: Any, count: int, shape: tuple[int, ...], dtype: np.dtype[Any]
) -> None:
    """Raise unless these are so many states of this shape and dtype.

    Raises:
        ShapeError: Their number or shape is another.
        DTypeError: One is no array of that dtype.
    """
    if not isinstance(state, tuple | list) or len(state) != count:
        came = len(state) if isinstance(state, tuple | list) else type(state).__name__
        raise ShapeError(f"{layer} expects the pair of states (h, c), got {came}: pass both")
    for part in state:
        if refusals.shape_of(layer, part) != shape:
            advice = "(layers · directions, N, units); for a cell (N, units)"
            raise refusals.wrong_shape(layer, f"states {shape}", part, f"they are {advice}")
        if part.dtype != dtype:
            raise refusals.wrong_dtype(layer, part, dtype)


def check_mask(layer: str, mask: Array, shape: tuple[int, ...]) -> None:
    """Raise unless ``mask`` has a boolean for each step and shows a step of each sequence.

    Raises:
        ShapeError, DTypeError: It has no boolean for each step.
        DataError: A sequence is hidden altogether (as far as numbers are known).
    """
    if refusals.shape_of(layer, mask) != shape:
        expected = f"a mask {shape}, a value for each sequence and step"
        advice = "of lengths nn.functional.sequence_mask makes one"
        raise refusals.wrong_shape(layer, expected, mask, advice)
    if mask.dtype != np.bool_:
        raise DTypeError(
            f"{layer} expects a mask of booleans, true where a sequence is, got {mask.dtype}: "
            "make it mask != 0"
        )
    known = plain(mask)
    if isinstance(known, np.ndarray):
        hidden = np.flatnonzero(~known.any(axis=-1).reshape(-1))
        if hidden.size:
            raise DataError(
                f"{layer} was given a mask that hides all of sequence {hidden[0]}: leave sequences "
                "of length 0 out"
            )
