"""Elementary functions in float32: those of `double` with shorter polynomials (Cephes)."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuropil.native.elementary import double
from neuropil.native.inner import EXACT, inner

f: Any = np.float32

_LOG2_E = f(1.4426950408889634)
_LN2_HIGH, _LN2_LOW = f(0.693359375), f(-2.12194440e-4)
_SHIFTER = f(12582912.0 + 127.0)  # 1.5 · 2²³, which rounds to integers, and the bias
_LOWEST, _HIGHEST = (
    f(-88.0),
    f(88.37),
)  # below the one eˣ is taken as 0, above the other as infinite
_ONE, _TWO, _HALF = f(1.0), f(2.0), f(0.5)


@inner(fastmath=EXACT)
def _reduced(x: Any) -> tuple[Any, Any]:
    """r and 2ⁿ with x = n ln 2 + r, |r| ≤ ½ ln 2."""
    x = _LOWEST if x < _LOWEST else x
    shifted = x * _LOG2_E + _SHIFTER
    n = shifted - _SHIFTER
    r = (x - n * _LN2_HIGH) - n * _LN2_LOW
    return r, np.int32(np.float32(shifted).view(np.int32) << np.int32(23)).view(np.float32)


@inner(fastmath=EXACT)
def _beyond_linear(r: Any) -> Any:
    """eʳ − 1 − r for |r| ≤ ½ ln 2."""
    r2 = r * r
    a = f(5.0000001201e-1) + f(1.6666665459e-1) * r
    b = f(4.1665795894e-2) + f(8.3334519073e-3) * r
    c = f(1.3981999507e-3) + f(1.9875691500e-4) * r
    return (a + (b + c * r2) * r2) * r2


@inner(fastmath=EXACT)
def exp(x: Any) -> Any:
    """eˣ; 0 below e^−88, infinite above e^88.3."""
    r, scale = _reduced(x)
    y = (_beyond_linear(r) + r) * scale + scale
    return f(np.inf) if x > _HIGHEST else y


@inner(fastmath=EXACT)
def expm1(x: Any) -> Any:
    """eˣ − 1; infinite above e^88.3."""
    r, scale = _reduced(x)
    y = _beyond_linear(r) * scale + (r * scale + (scale - _ONE))
    return f(np.inf) if x > _HIGHEST else y


@inner(fastmath=EXACT)
def tanh(x: Any) -> Any:
    """The hyperbolic tangent: near 0 a polynomial, else by e²ˣ."""
    size = abs(x)
    size = f(10.0) if size > f(10.0) else size
    large = _ONE - _TWO / (expm1(_TWO * size) + _TWO)
    z = size * size
    p = f(-5.70498872745e-3)
    p = p * z + f(2.06390887954e-2)
    p = p * z + f(-5.37397155531e-2)
    p = p * z + f(1.33314422036e-1)
    p = p * z + f(-3.33332819422e-1)
    small = size + size * z * p
    result = small if size < f(0.625) else large
    return -result if x < f(0.0) else result


@inner(fastmath=EXACT)
def log(x: Any) -> Any:
    """The natural logarithm: −∞ of 0, NaN below."""
    tiny = x < f(1.17549435e-38)
    scaled = x * f(16777216.0) if tiny else x
    bits = np.float32(scaled).view(np.int32) - np.int32(0x3F3504F3)  # √½
    k = np.float32(bits >> np.int32(23)) - (f(24.0) if tiny else f(0.0))
    mantissa = np.int32((bits & np.int32(0x007FFFFF)) + np.int32(0x3F3504F3)).view(np.float32)
    m = mantissa - _ONE
    p = f(7.0376836292e-2)
    p = p * m + f(-1.1514610310e-1)
    p = p * m + f(1.1676998740e-1)
    p = p * m + f(-1.2420140846e-1)
    p = p * m + f(1.4249322787e-1)
    p = p * m + f(-1.6668057665e-1)
    p = p * m + f(2.0000714765e-1)
    p = p * m + f(-2.4999993993e-1)
    p = p * m + f(3.3333331174e-1)
    z = m * m
    y = (m * z * p + k * _LN2_LOW) - _HALF * z
    y = (m + y) + k * _LN2_HIGH
    y = x if x == f(np.inf) else y
    y = f(-np.inf) if x == f(0.0) else y
    return f(np.nan) if x < f(0.0) else (x if np.isnan(x) else y)


@inner(fastmath=EXACT)
def power(x: Any, y: Any) -> Any:
    """xʸ, by way of float64."""
    return np.float32(double.power(np.float64(x), np.float64(y)))


@inner(fastmath=EXACT)
def logistic(x: Any) -> Any:
    """1/(1 + e⁻ˣ), by way of float64: its three roundings would add up to more than two units."""
    return np.float32(double.logistic(np.float64(x)))
