"""The error function of NumPy's float32 arrays, as fast as a network needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float32

    Numpy = np.ndarray[Any, Any]

_BLOCK = 16_384  # numbers that stay in the processor's cache through all passes
_END = np.float32(4.0)  # where the float32 next to the error function is 1

# x P(x²) / Q(x²), the rational function that Eigen and XLA take for float32.
_ABOVE = (
    -1.60960333262415e-02,
    -2.95459980854025e-03,
    -7.34990630326855e-04,
    -5.69250639462346e-05,
    -2.10102402082508e-06,
    2.77068142495902e-08,
    -2.72614225801306e-10,
)
_BELOW = (
    -1.42647390514189e-02,
    -7.37332916720468e-03,
    -1.68282697438203e-03,
    -2.13374055278905e-04,
    -1.45660718464996e-05,
)


def erf(x: Float32[Numpy, "..."]) -> Float32[Numpy, "..."]:
    """2/√π ∫₀ˣ e^(−t²) dt, wrong by less than 5e-7 of itself.

    Example:
        >>> [round(y, 6) for y in erf(np.float32([0.0, 1.0, -9.0])).tolist()]
        [0.0, 0.842701, -1.0]
    """
    flat = x.reshape(-1)
    result = np.empty_like(flat)
    for start in range(0, flat.size, _BLOCK):
        result[start : start + _BLOCK] = _rational(flat[start : start + _BLOCK])
    return result.reshape(x.shape)


def _rational(x: Float32[Numpy, "n"]) -> Float32[Numpy, "n"]:
    x = np.clip(x, -_END, _END)
    square = x * x
    result = _polynomial(_ABOVE, square)
    result *= x
    result /= _polynomial(_BELOW, square)
    return np.clip(result, np.float32(-1.0), np.float32(1.0), out=result)


def _polynomial(coefficients: tuple[float, ...], x: Float32[Numpy, "n"]) -> Float32[Numpy, "n"]:
    """By Horner's rule; the coefficient of the lowest power is the first."""
    result = np.full_like(x, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        result *= x
        result += np.float32(coefficient)
    return result
