"""The φ functions: what is left of an exponential when its first Taylor terms are taken off."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from neuropil.arrays import Array, namespace
from neuropil.graph import primitive

if TYPE_CHECKING:
    from jaxtyping import Float

_SERIES_WITHIN = 1.0
_TERMS = 20  # of the series: at |x| = 1 the next is below 1e-18


@primitive(vjps=(lambda s, y, x, order=1: s * (y - order * phi(x, order=order + 1)),))
def phi(x: Float[Array, "*shape"], /, *, order: int = 1) -> Float[Array, "*shape"]:
    """φ_k(x), elementwise: φ₀ = eˣ and φ_{k+1}(x) = (φ_k(x) − 1/k!)/x, with φ_k(0) = 1/k!.

    φ₁(x) = (eˣ − 1)/x is the mean of eˢ for s from 0 to x. A linear equation dy/dt = a y + b has
    the solution y(t) = e^(a t) y(0) + t φ₁(a t) b, also where a is 0; and x/(eˣ − 1), the rate of
    an ion channel, is 1/φ₁(x), also at 0. The derivative is φ_k' = φ_k − k φ_{k+1}.

    Args:
        x: Real numbers.
        order: k, 0 or more.

    References:
        M. Hochbruck and A. Ostermann, Exponential integrators, 2010, section 2.1.

    Example:
        >>> import numpy as np
        >>> phi(np.array([0.0, 1.0, 1e-12])).round(6).tolist()
        [1.0, 1.718282, 1.0]
    """
    xp = namespace(x)
    if order == 0:
        return xp.exp(x)
    if order == 1:  # expm1 is as exact near 0 as anywhere
        nonzero = xp.where(x == 0.0, 1.0, x)
        return xp.where(x == 0.0, 1.0, xp.expm1(nonzero) / nonzero)
    near = xp.abs(x) < _SERIES_WITHIN
    small, large = xp.where(near, x, 0.0), xp.where(near, 1.0, x)
    series = xp.full_like(x, 1.0 / math.factorial(order + _TERMS))
    for power in range(_TERMS - 1, -1, -1):
        series = series * small + 1.0 / math.factorial(order + power)
    quotient = xp.expm1(large) / large
    for k in range(1, order):
        quotient = (quotient - 1.0 / math.factorial(k)) / large
    return xp.where(near, series, quotient)
