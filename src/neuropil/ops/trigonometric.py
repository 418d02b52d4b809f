"""Circular and hyperbolic functions and their inverses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.arrays import Array, namespace
from neuropil.graph import primitive
from neuropil.ops.arithmetic import sqrt
from neuropil.ops.comparison import equal
from neuropil.ops.selection import where

if TYPE_CHECKING:
    from jaxtyping import Float


@primitive(vjps=(lambda s, y, x: s * cos(x),))
def sin(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise sine; x in radians."""
    return namespace(x).sin(x)


@primitive(vjps=(lambda s, y, x: -s * sin(x),))
def cos(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise cosine; x in radians."""
    return namespace(x).cos(x)


@primitive(vjps=(lambda s, y, x: s * (1.0 + y * y),))
def tan(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise tangent; x in radians."""
    return namespace(x).tan(x)


@primitive(vjps=(lambda s, y, x: s / sqrt(1.0 - x * x),))
def asin(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise inverse sine, in radians."""
    return namespace(x).asin(x)


@primitive(vjps=(lambda s, y, x: -s / sqrt(1.0 - x * x),))
def acos(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise inverse cosine, in radians."""
    return namespace(x).acos(x)


@primitive(vjps=(lambda s, y, x: s / (1.0 + x * x),))
def atan(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise inverse tangent, in radians."""
    return namespace(x).atan(x)


def _inverse_square(a: Array, b: Array) -> Array:
    """1 / (a² + b²), and 1 at the origin."""
    square = a * a + b * b
    return 1.0 / where(equal(square, 0), 1.0, square)


@primitive(
    vjps=(
        lambda s, y, a, b: s * (b * _inverse_square(a, b)),
        lambda s, y, a, b: -s * (a * _inverse_square(a, b)),
    )
)
def atan2(a: Float[Array, "..."], b: Float[Array, "..."], /) -> Float[Array, "..."]:
    """The angle of the point (b, a), in radians; its derivative at the origin is taken as 0."""
    return namespace(a, b).atan2(a, b)


@primitive(vjps=(lambda s, y, x: s * cosh(x),))
def sinh(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise hyperbolic sine."""
    return namespace(x).sinh(x)


@primitive(vjps=(lambda s, y, x: s * sinh(x),))
def cosh(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise hyperbolic cosine."""
    return namespace(x).cosh(x)


@primitive(vjps=(lambda s, y, x: s * (1.0 - y * y),))
def tanh(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise hyperbolic tangent (notes 1.5)."""
    return namespace(x).tanh(x)


@primitive(vjps=(lambda s, y, x: s / sqrt(x * x + 1.0),))
def asinh(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise inverse hyperbolic sine."""
    return namespace(x).asinh(x)


@primitive(vjps=(lambda s, y, x: s / (sqrt(x - 1.0) * sqrt(x + 1.0)),))
def acosh(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise inverse hyperbolic cosine, of x ≥ 1."""
    return namespace(x).acosh(x)


@primitive(vjps=(lambda s, y, x: s / (1.0 - x * x),))
def atanh(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise inverse hyperbolic tangent, of |x| < 1."""
    return namespace(x).atanh(x)
