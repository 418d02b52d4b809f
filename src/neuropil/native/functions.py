"""The functions of the array API standard, as far as one number at a time can be computed.

This is the namespace of `Symbol`: what a step calls when it is traced.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from neuropil.native.trace import active

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from neuropil.native.symbols import Symbol

pi, e, inf, nan, newaxis = math.pi, math.e, math.inf, math.nan, None
bool = np.bool_
int32, int64, uint32, uint64 = np.int32, np.int64, np.uint32, np.uint64
float32, float64 = np.float32, np.float64


def _elementwise(name: str, operation: str | None = None) -> Callable[..., Symbol]:
    def function(*values: Any) -> Symbol:
        return active().apply(operation or name, *values)

    function.__name__ = name
    function.__doc__ = f"Elementwise {name}."
    return function


add, subtract, multiply, divide = map(_elementwise, ("add", "subtract", "multiply", "divide"))
floor_divide, remainder = map(_elementwise, ("floor_divide", "remainder"))
negative, sign, sqrt = map(_elementwise, ("negative", "sign", "sqrt"))
floor, ceil, trunc = map(_elementwise, ("floor", "ceil", "trunc"))
exp, expm1, log, log1p = map(_elementwise, ("exp", "expm1", "log", "log1p"))
log2, log10, logaddexp = map(_elementwise, ("log2", "log10", "logaddexp"))
sin, cos, tan = map(_elementwise, ("sin", "cos", "tan"))
asin, acos, atan = (_elementwise(name, f"arc{name[1:]}") for name in ("asin", "acos", "atan"))
sinh, cosh, tanh = map(_elementwise, ("sinh", "cosh", "tanh"))
asinh, acosh, atanh = (_elementwise(n, f"arc{n[1:]}") for n in ("asinh", "acosh", "atanh"))
atan2 = _elementwise("atan2", "arctan2")
hypot, copysign, erf, logistic = map(_elementwise, ("hypot", "copysign", "erf", "logistic"))
equal, not_equal = map(_elementwise, ("equal", "not_equal"))
less, less_equal = map(_elementwise, ("less", "less_equal"))
greater, greater_equal = map(_elementwise, ("greater", "greater_equal"))
isnan, isinf, isfinite = map(_elementwise, ("isnan", "isinf", "isfinite"))
signbit = _elementwise("signbit")
logical_and, logical_or = map(_elementwise, ("logical_and", "logical_or"))
logical_xor, logical_not = map(_elementwise, ("logical_xor", "logical_not"))
where = _elementwise("where")
abs = _elementwise("abs")
round = _elementwise("round", "rint")


def maximum(a: Any, b: Any) -> Symbol:
    """The larger of two; NaN if one is."""
    return active().apply("maximum", a, b)


def minimum(a: Any, b: Any) -> Symbol:
    """The smaller of two; NaN if one is."""
    return active().apply("minimum", a, b)


def clip(x: Any, low: Any = None, high: Any = None) -> Any:
    """x kept between two bounds."""
    x = x if low is None else maximum(x, low)
    return x if high is None else minimum(x, high)


def square(x: Any) -> Any:
    """x²."""
    return x * x


def reciprocal(x: Any) -> Any:
    """1/x."""
    return 1.0 / x


def pow(a: Any, b: Any) -> Symbol:
    """aᵇ."""
    return active().power(a, b)


def asarray(x: Any, dtype: Any = None, **_: Any) -> Symbol:
    """x as a symbol, or as another dtype."""
    return _symbol(x) if dtype is None else _symbol(x).astype(dtype)


def astype(x: Any, dtype: Any, *, copy: Any = True) -> Symbol:  # noqa: ARG001
    """x as another dtype."""
    return _symbol(x).astype(dtype)


def real(x: Any) -> Any:
    """x: nothing is complex here."""
    return x


conj = real


def zeros_like(x: Any, **settings: Any) -> Symbol:
    """0 for each element."""
    return full_like(x, 0, **settings)


def ones_like(x: Any, **settings: Any) -> Symbol:
    """1 for each element."""
    return full_like(x, 1, **settings)


def full_like(x: Any, value: Any, dtype: Any = None, **_: Any) -> Symbol:
    """A number for each element."""
    symbol = _symbol(x)
    return full(symbol.shape, value, dtype or symbol.dtype)


def zeros(shape: Any, dtype: Any = float64, **_: Any) -> Symbol:
    """0 for each element."""
    return full(shape, 0, dtype)


def ones(shape: Any, dtype: Any = float64, **_: Any) -> Symbol:
    """1 for each element."""
    return full(shape, 1, dtype)


def full(shape: Any, value: Any, dtype: Any = None, **_: Any) -> Symbol:
    """A number for each element."""
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    return broadcast_to(_symbol(value) if dtype is None else _symbol(value).astype(dtype), shape)


def broadcast_to(x: Any, shape: tuple[int, ...]) -> Symbol:
    """x for each of the cells."""
    symbol = _symbol(x)
    if symbol.shape == tuple(shape):
        return symbol
    return where(True, symbol, active().filled(tuple(shape), 0, symbol.dtype))


def reshape(x: Any, shape: Any, *, copy: Any = None) -> Symbol:  # noqa: ARG001
    """x, if that is its shape."""
    return _symbol(x).reshape(shape)


def concat(arrays: Sequence[Any], *, axis: int = 0) -> Symbol:  # noqa: ARG001
    """One array after another."""
    return active().joined(arrays)


def take(x: Any, indices: Any, *, axis: int | None = None) -> Symbol:  # noqa: ARG001
    """Elements of x, which has one axis."""
    return active().symbol(x)[indices]


# ---------------------------------------------------------------------- not of the standard


def once(x: Any) -> Symbol:
    """x, computed before the loop over the cells."""
    return active().once(_symbol(x))


def random_words(key: Any, counter: Any, n: int) -> Symbol:
    """Random words of 64 bits."""
    return active().words(_symbol(key), _symbol(counter), n)


def floats(integers: Any) -> Symbol:
    """Integers as floating numbers of the same width."""
    return active().widened(_symbol(integers))


def _symbol(x: Any) -> Symbol:
    return active().symbol(x)


def __getattr__(name: str) -> NoReturn:
    raise AttributeError(
        f"{name} has no scalar form: a cell's step is printed as a loop that computes one cell at "
        "a time"
    )
