"""New arrays, plain ones: wrap one in a `Variable` to differentiate with respect to it.

They are NumPy's, which a Variable of any library can be combined with; those made like another
array are of its library.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.arrays import Array, namespace
from neuropil.graph import Variable, plain

if TYPE_CHECKING:
    from jaxtyping import Num, Shaped

    Shape = int | tuple[int, ...]

e, inf, nan, pi, newaxis = math.e, math.inf, math.nan, math.pi, None


def asarray(
    obj: Any, /, *, dtype: Any = None, device: Any = None, copy: bool | None = None
) -> Shaped[Array, "..."]:
    """``obj`` (a number, nested lists, an array) as an array; a Variable stays the Variable.

    A list of Variables is not taken apart: `stack` keeps their derivatives.

    Example:
        >>> asarray([1, 2], dtype="float32")
        array([1., 2.], dtype=float32)
    """
    if isinstance(obj, Variable):
        changed = obj if dtype is None or obj.dtype == dtype else obj.astype(dtype)
        return +changed if copy and changed is obj else changed
    return namespace(obj).asarray(obj, dtype=dtype, device=device, copy=copy)


def arange(
    start: float,
    /,
    stop: float | None = None,
    step: float = 1,
    *,
    dtype: Any = None,
    device: Any = None,
) -> Num[Array, "n"]:
    """``start``, ``start + step``, … below ``stop``; with one argument, 0, 1, … below it."""
    if stop is None:
        start, stop = 0, start
    return np.arange(start, stop, step, dtype=dtype, device=device)


def linspace(
    start: float,
    stop: float,
    /,
    num: int,
    *,
    dtype: Any = None,
    device: Any = None,
    endpoint: bool = True,
) -> Num[Array, "num"]:
    """``num`` evenly spaced numbers from ``start`` to ``stop`` (included if ``endpoint``)."""
    return np.linspace(start, stop, num, dtype=dtype, device=device, endpoint=endpoint)


def empty(shape: Shape, *, dtype: Any = None, device: Any = None) -> Shaped[Array, "..."]:
    """An array of ``shape`` that holds whatever was in memory; fill it before use."""
    return np.empty(shape, dtype=dtype, device=device)


def zeros(shape: Shape, *, dtype: Any = None, device: Any = None) -> Num[Array, "..."]:
    """Zeros, of float64 unless ``dtype`` says otherwise."""
    return np.zeros(shape, dtype=dtype, device=device)


def ones(shape: Shape, *, dtype: Any = None, device: Any = None) -> Num[Array, "..."]:
    """Ones, of float64 unless ``dtype`` says otherwise."""
    return np.ones(shape, dtype=dtype, device=device)


def full(
    shape: Shape, fill_value: complex, *, dtype: Any = None, device: Any = None
) -> Shaped[Array, "..."]:
    """``fill_value`` everywhere, in its own dtype unless ``dtype`` says otherwise."""
    return np.full(shape, fill_value, dtype=dtype, device=device)


def eye(
    n_rows: int,
    n_cols: int | None = None,
    /,
    *,
    k: int = 0,
    dtype: Any = None,
    device: Any = None,
) -> Num[Array, "n_rows n_cols"]:
    """Ones on diagonal ``k`` (above the main one if positive), zeros elsewhere."""
    return np.eye(n_rows, n_cols, k=k, dtype=dtype, device=device)


def empty_like(
    x: Shaped[Array, "..."], /, *, dtype: Any = None, device: Any = None
) -> Shaped[Array, "..."]:
    """`empty` in the shape of x, and in its dtype unless ``dtype`` says otherwise."""
    return zeros_like(x, dtype=dtype, device=device)


def zeros_like(
    x: Shaped[Array, "..."], /, *, dtype: Any = None, device: Any = None
) -> Num[Array, "..."]:
    """Zeros in the shape of x, and in its dtype unless ``dtype`` says otherwise."""
    return full_like(x, 0, dtype=dtype, device=device)


def ones_like(
    x: Shaped[Array, "..."], /, *, dtype: Any = None, device: Any = None
) -> Num[Array, "..."]:
    """Ones in the shape of x, and in its dtype unless ``dtype`` says otherwise."""
    return full_like(x, 1, dtype=dtype, device=device)


def full_like(
    x: Shaped[Array, "..."], /, fill_value: complex, *, dtype: Any = None, device: Any = None
) -> Shaped[Array, "..."]:
    """``fill_value`` in the shape of x, and in its dtype unless ``dtype`` says otherwise."""
    array = plain(x)
    return namespace(array).full_like(array, fill_value, dtype=dtype, device=device)


def from_dlpack(x: Any, /, *, device: Any = None, copy: bool | None = None) -> Shaped[Array, "..."]:
    """An array of another library (PyTorch, JAX, …), sharing memory unless ``copy``."""
    return np.from_dlpack(x, device=device, copy=copy)
