"""Errors about what a layer was given. A layer asks for one when it has seen that it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np

from neuropil.errors import DTypeError, ShapeError

if TYPE_CHECKING:
    from neuropil.graph import Variable


def wrong_dtype(layer: str, x: Any, dtype: np.dtype[Any]) -> DTypeError:
    """The input's dtype is not the parameters'."""
    if x.dtype.kind == "f":
        other = f", or the network with net.astype(np.{x.dtype})"
    else:
        other = ""
    return DTypeError(
        f"{layer} computes in {dtype}, got {x.dtype}: convert the input with "
        f"x.astype(np.{dtype}){other}"
    )


def not_an_array(layer: str, x: object) -> DTypeError:
    """What came has no shape and no dtype."""
    if isinstance(x, tuple):
        advice = "of a recurrent layer, nn.EveryState or nn.LastState takes the output alone"
    else:
        advice = "convert it with np.asarray(x)"
    return DTypeError(f"{layer} expects an array, got {type(x).__name__}: {advice}")


def check_dtype(layer: str, x: Any, weight: Variable) -> None:
    """Raise unless ``x`` is an array of the weight's dtype: mixing them would widen the rest.

    Raises:
        DTypeError: It is not.
    """
    try:
        dtype = x.dtype
    except AttributeError:
        raise not_an_array(layer, x) from None
    if dtype != weight.value.dtype:
        if not isinstance(dtype, np.dtype):  # a tensor of another library
            raise not_an_array(layer, x)
        raise wrong_dtype(layer, x, weight.value.dtype)


def shape_of(layer: str, x: Any) -> tuple[int, ...]:
    """The shape of ``x``.

    Raises:
        DTypeError: It is no array.
    """
    try:
        return tuple(x.shape)
    except AttributeError:
        raise not_an_array(layer, x) from None


def wrong_shape(layer: str, expected: str, x: Any, advice: str) -> ShapeError:
    """The input's shape is not the expected one."""
    return ShapeError(f"{layer} expects {expected}, got {tuple(x.shape)}: {advice}")


def check_probability(layer: str, p: float) -> None:
    """Raise unless ``p`` lies in [0, 1]."""
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"{layer} needs a probability p between 0 and 1, got {p}")


def check_count(layer: str, name: str, value: object) -> None:
    """Raise unless ``value`` is an integer of at least 1."""
    if not is_integer(value) or value < 1:
        raise ValueError(f"{layer} needs {name} of at least 1, an integer, got {value!r}")


def is_integer(value: object) -> TypeGuard[int | np.integer]:
    """Whether it is one; True and False count nothing."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)
