"""Functions of numbers of any dtype; those of a mathematical library are not vectorized."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from neuropil.native.inner import EXACT, inner


def _as_it_is(function: Callable[..., Any]) -> Any:
    return inner(function, fastmath=EXACT)


@_as_it_is
def maximum(a: float, b: float) -> float:
    """The larger of two; NaN if one is."""
    return a if (a >= b) or np.isnan(a) else b


@_as_it_is
def minimum(a: float, b: float) -> float:
    """The smaller of two; NaN if one is."""
    return a if (a <= b) or np.isnan(a) else b


@_as_it_is
def isnan(x: float) -> bool:
    """Whether x is not a number."""
    return bool(np.isnan(x))


@_as_it_is
def isinf(x: float) -> bool:
    """Whether x is infinite."""
    return abs(x) == np.inf


@_as_it_is
def isfinite(x: float) -> bool:
    """Whether x is neither infinite nor NaN."""
    return abs(x) < np.inf


@_as_it_is
def logaddexp(a: float, b: float) -> float:
    """ln(eᵃ + eᵇ), without overflow."""
    larger = a if a >= b else b
    apart = abs(a - b)
    return a + b if np.isnan(apart) else larger + math.log1p(math.exp(-apart))


log1p, log2, log10 = math.log1p, math.log2, math.log10
sin, cos, tan = math.sin, math.cos, math.tan
arcsin, arccos, arctan, arctan2 = math.asin, math.acos, math.atan, math.atan2
sinh, cosh = math.sinh, math.cosh
arcsinh, arccosh, arctanh = math.asinh, math.acosh, math.atanh
sqrt, floor, ceil, trunc, rint = np.sqrt, np.floor, np.ceil, np.trunc, np.rint
hypot, copysign, erf, signbit, sign = math.hypot, math.copysign, math.erf, np.signbit, np.sign
