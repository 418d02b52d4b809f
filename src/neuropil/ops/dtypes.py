"""Data types of the array API standard, and converting between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.arrays import Array
from neuropil.graph import plain, primitive

if TYPE_CHECKING:
    from jaxtyping import Shaped

bool = np.dtype("bool")
int8, int16, int32, int64 = map(np.dtype, ("int8", "int16", "int32", "int64"))
uint8, uint16, uint32, uint64 = map(np.dtype, ("uint8", "uint16", "uint32", "uint64"))
float16, float32, float64 = map(np.dtype, ("float16", "float32", "float64"))
complex64, complex128 = map(np.dtype, ("complex64", "complex128"))


@primitive(vjps=(lambda s, y, x, dtype: s,))  # the backward pass restores the dtype of x
def _convert(x: Array, /, dtype: Any) -> Array:
    return x.astype(dtype)


@primitive()
def _discretise(x: Array, /, dtype: Any) -> Array:
    return x.astype(dtype)


def astype(
    x: Shaped[Array, "..."], dtype: Any, /, *, copy: Any = True, device: Any = None
) -> Shaped[Array, "..."]:
    """x in another data type. Conversion between floating types is differentiable."""
    if not copy and x.dtype == dtype:
        return x
    return (_convert if np.dtype(dtype).kind == "f" else _discretise)(x, dtype=dtype)


def isdtype(dtype: Any, kind: Any) -> Any:
    """Whether ``dtype`` is of a kind: ``"bool"``, ``"integral"``, ``"real floating"``."""
    return np.isdtype(np.dtype(dtype), kind)


def result_type(*arrays_and_dtypes: Any) -> Any:
    """The dtype that operations on these arrays, numbers and dtypes give."""
    return np.result_type(*map(plain, arrays_and_dtypes))


def can_cast(source: Any, target: Any, /) -> Any:
    """Whether ``source`` converts to ``target`` without loss, by the standard's rules."""
    return np.can_cast(_dtype_of(source), np.dtype(target))


def finfo(type: Any, /) -> Any:
    """The limits of a floating dtype, or of the dtype of an array."""
    return np.finfo(_dtype_of(type))


def iinfo(type: Any, /) -> Any:
    """The limits of an integer dtype, or of the dtype of an array."""
    return np.iinfo(_dtype_of(type))


def _dtype_of(value: Any) -> Any:
    return np.dtype(value) if isinstance(value, np.dtype | type | str) else value.dtype
