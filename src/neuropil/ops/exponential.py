"""Exponentials, logarithms and the smooth functions made of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from neuropil.arrays import Array, extras, namespace
from neuropil.graph import primitive

if TYPE_CHECKING:
    from jaxtyping import Float


@primitive(vjps=(lambda s, y, x: s * y,))
def exp(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise eˣ."""
    return namespace(x).exp(x)


@primitive(vjps=(lambda s, y, x: s * (y + 1.0),))
def expm1(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise eˣ − 1, exact near 0."""
    return namespace(x).expm1(x)


@primitive(vjps=(lambda s, y, x: s / x,))
def log(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise natural logarithm."""
    return namespace(x).log(x)


@primitive(vjps=(lambda s, y, x: s / (x + 1.0),))
def log1p(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise ln(1 + x), exact near 0."""
    return namespace(x).log1p(x)


@primitive(vjps=(lambda s, y, x: s / (x * math.log(2.0)),))
def log2(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise logarithm to base 2."""
    return namespace(x).log2(x)


@primitive(vjps=(lambda s, y, x: s / (x * math.log(10.0)),))
def log10(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise logarithm to base 10."""
    return namespace(x).log10(x)


@primitive(vjps=(lambda s, y, a, b: s * sigmoid(a - b), lambda s, y, a, b: s * sigmoid(b - a)))
def logaddexp(a: Float[Array, "..."], b: Float[Array, "..."], /) -> Float[Array, "..."]:
    """ln(eᵃ + eᵇ), without overflow."""
    return namespace(a, b).logaddexp(a, b)


@primitive(vjps=(lambda s, y, x: s * (y * (1.0 - y)),))
def sigmoid(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """The logistic function 1 / (1 + e⁻ˣ), without overflow (notes 1.5).

    Example:
        >>> import numpy as np
        >>> sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist()
        [0.0, 0.5, 1.0]
    """
    return extras(x).logistic(x)


@primitive(vjps=(lambda s, y, x: s * sigmoid(x),))
def softplus(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """ln(1 + eˣ), a smooth ReLU, without overflow.

    Example:
        >>> import numpy as np
        >>> softplus(np.array([-1000.0, 1000.0])).tolist()
        [0.0, 1000.0]
    """
    xp = namespace(x)
    return xp.maximum(x, 0.0) + xp.log1p(xp.exp(-xp.abs(x)))
