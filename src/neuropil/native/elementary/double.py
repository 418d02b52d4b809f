"""Elementary functions in float64.

Fast-math flags may rearrange a polynomial; where the order of rounding is what makes a result
exact (the reduction of the range, sums in two parts), only contraction to FMA is allowed.
"""

from __future__ import annotations

import numpy as np

from neuropil.native.inner import EXACT, inner

IN_TWO = {"nsz"}  # sums of two: contraction would take apart what is rounded on purpose

_LOG2_E = 1.4426950408889634
_LN2_HIGH = 6.93147180369123816490e-01  # ln 2 in two parts, the first with 32 trailing zeros
_LN2_LOW = 1.90821492927058770002e-10
_SHIFTER = 6755399441055744.0 + 1023.0  # 1.5 · 2⁵², which rounds to integers, and the bias
_LOWEST, _HIGHEST = -709.1, 709.436  # below the one eˣ is taken as 0, above the other as infinite


@inner(fastmath=EXACT)
def _reduced(x: float) -> tuple[float, float]:
    """r and 2ⁿ with x = n ln 2 + r, |r| ≤ ½ ln 2."""
    x = _LOWEST if x < _LOWEST else x
    shifted = x * _LOG2_E + _SHIFTER
    n = shifted - _SHIFTER
    r = (x - n * _LN2_HIGH) - n * _LN2_LOW
    return r, np.int64(np.float64(shifted).view(np.int64) << np.int64(52)).view(np.float64)


@inner(fastmath=EXACT)
def _beyond_linear(r: float) -> float:
    """eʳ − 1 − r for |r| ≤ ½ ln 2: a polynomial of least maximal error, in Estrin's order."""
    r2 = r * r
    r4 = r2 * r2
    a = 0.5000000000000001 + 0.16666666666666669 * r
    b = 0.04166666666662411 + 0.008333333333330029 * r
    c = 0.0013888888917221731 + 0.00019841269863007938 * r
    d = 2.480152128025992e-05 + 2.755726868031161e-06 * r
    e = 2.762009518875175e-07 + 2.5100405309785856e-08 * r
    return ((a + b * r2) + (c + d * r2 + e * r4) * r4) * r2


@inner(fastmath=EXACT)
def exp(x: float) -> float:
    """eˣ; 0 below e^−709, infinite above e^709.4."""
    r, scale = _reduced(x)
    y = (_beyond_linear(r) + r) * scale + scale
    return np.inf if x > _HIGHEST else y


@inner(fastmath=EXACT)
def expm1(x: float) -> float:
    """eˣ − 1; infinite above e^709.4."""
    r, scale = _reduced(x)
    y = _beyond_linear(r) * scale + (r * scale + (scale - 1.0))
    return np.inf if x > _HIGHEST else y


@inner(fastmath=EXACT)
def tanh(x: float) -> float:
    """The hyperbolic tangent: near 0 a quotient of polynomials (Cephes), else by e²ˣ."""
    size = abs(x)
    size = 22.0 if size > 22.0 else size
    large = 1.0 - 2.0 / (expm1(2.0 * size) + 2.0)
    z = size * size
    p = (-9.64399179425052238628e-1 * z - 9.92877231001918586564e1) * z - 1.61468768441708447952e3
    q = ((z + 1.12811678491632931402e2) * z + 2.23548839060100448583e3) * z
    small = size + size * z * (p / (q + 4.84406305325125486048e3))
    result = small if size < 0.625 else large
    return -result if x < 0.0 else result


@inner(fastmath=EXACT)
def _mantissa(x: float) -> tuple[float, float]:
    """m in [√½, √2) and k with x = 2ᵏ m, for x > 0 and finite."""
    tiny = x < 2.2250738585072014e-308
    x = x * 18014398509481984.0 if tiny else x  # 2⁵⁴
    bits = np.float64(x).view(np.int64) - np.int64(0x3FE6A09E667F3BCD)  # √½
    k = bits >> np.int64(52)
    mantissa = np.int64((bits & np.int64(0x000FFFFFFFFFFFFF)) + np.int64(0x3FE6A09E667F3BCD))
    return mantissa.view(np.float64), np.float64(k) - (54.0 if tiny else 0.0)


@inner(fastmath=EXACT)
def log(x: float) -> float:
    """The natural logarithm: −∞ of 0, NaN below."""
    m, k = _mantissa(x)
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    p = 1.479819860511658591e-01
    p = p * z + 1.531383769920937332e-01
    p = p * z + 1.818357216161805012e-01
    p = p * z + 2.222219843214978396e-01
    p = p * z + 2.857142874366239149e-01
    p = p * z + 3.999999999940941908e-01
    p = p * z + 6.666666666666735130e-01
    half = 0.5 * f * f
    y = k * _LN2_HIGH - ((half - (s * (half + p * z) + k * _LN2_LOW)) - f)
    y = x if x == np.inf else y
    y = -np.inf if x == 0.0 else y
    return np.nan if x < 0.0 else (x if np.isnan(x) else y)


@inner(fastmath=IN_TWO)
def _product(a: float, b: float) -> tuple[float, float]:
    """a · b exactly, as a sum of two (Dekker 1971)."""
    large = 134217729.0
    ga, gb = large * a, large * b
    a_high, b_high = ga - (ga - a), gb - (gb - b)
    a_low, b_low = a - a_high, b - b_high
    p = a * b
    return p, ((a_high * b_high - p) + a_high * b_low + a_low * b_high) + a_low * b_low


@inner(fastmath=IN_TWO)
def _sum(a: float, b: float) -> tuple[float, float]:
    """a + b exactly, as a sum of two (Knuth 1969)."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


@inner(fastmath=IN_TWO)
def _times(a: float, a_low: float, b: float, b_low: float) -> tuple[float, float]:
    """The product of two numbers that are sums of two."""
    p, low = _product(a, b)
    return p, low + (a * b_low + a_low * b)


@inner(fastmath=IN_TWO)
def _log_in_two(x: float) -> tuple[float, float]:
    """ln x as a sum of two, for x > 0 and finite: 2 artanh s with s = (m − 1)/(m + 1)."""
    m, k = _mantissa(x)
    f = m - 1.0
    below, below_low = _sum(m, 1.0)
    s = f / below
    p, p_low = _product(s, below)
    s_low = ((f - p) - p_low - s * below_low) / below
    z, z_low = _times(s, s_low, s, s_low)
    q = 1.0 / 25.0
    q = q * z + 1.0 / 23.0
    q = q * z + 1.0 / 21.0
    q = q * z + 1.0 / 19.0
    q = q * z + 1.0 / 17.0
    q = q * z + 1.0 / 15.0
    q = q * z + 1.0 / 13.0
    q = q * z + 1.0 / 11.0
    q = q * z + 1.0 / 9.0
    q = q * z + 1.0 / 7.0
    q = q * z + 1.0 / 5.0
    t, t_low = _times(z, z_low, 2.0 / 3.0, 3.7007434154171886e-17)
    t, more = _sum(t, 2.0 * z * z * q)
    t_low = t_low + more
    t, more = _sum(2.0, t)
    y, y_low = _times(s, s_low, t, t_low + more)
    whole, lost = _sum(k * _LN2_HIGH, y)
    return _sum(whole, lost + (k * _LN2_LOW + y_low))


@inner(fastmath=EXACT)
def power(x: float, y: float) -> float:
    """xʸ; NaN for x < 0 unless y is whole."""
    size = abs(x)
    usual = (size > 0.0) and (size < np.inf)
    log_high, log_low = _log_in_two(size if usual else 1.0)
    bounded = min(max(y, -1e19), 1e19)  # beyond, powers of all numbers but 1 are 0 or infinite
    exponent, low = _product(log_high, bounded)
    exponent, low = _sum(exponent, low + log_low * bounded)
    huge = abs(exponent) > 800.0
    result = exp(exponent)
    result = result if huge else result + result * low
    whole = np.floor(y) == y
    odd = whole and (np.floor(0.5 * y) != 0.5 * y)
    result = result if usual else (size if y > 0.0 else 1.0 / size)
    result = -result if (x < 0.0) and odd else result
    result = np.nan if (x < 0.0) and (size < np.inf) and not whole else result
    result = x + y if np.isnan(x) or np.isnan(y) else result
    return 1.0 if (y == 0.0) or (x == 1.0) else result


@inner(fastmath=EXACT)
def logistic(x: float) -> float:
    """1/(1 + e⁻ˣ), without overflow and as exact below 0 as above."""
    decay = exp(-abs(x))
    return (decay if x < 0.0 else 1.0) / (1.0 + decay)
