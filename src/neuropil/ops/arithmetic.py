"""Sums, products, powers and what rounds or compares magnitudes, elementwise.

At kinks the derivative is the one PyTorch takes: 0 for ``abs`` at 0 and for steps (`floor`,
`sign`), half to each of two equal arguments of `maximum` and `minimum`. Where PyTorch's is NaN
(`hypot` at the origin) it is 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.arrays import Array, namespace
from neuropil.graph import primitive
from neuropil.ops.comparison import equal, greater, greater_equal, less, less_equal
from neuropil.ops.exponential import log
from neuropil.ops.no_derivative import no_derivative
from neuropil.ops.selection import masked, where

if TYPE_CHECKING:
    from jaxtyping import Float, Num, Shaped


@primitive(vjps=(lambda s, y, a, b: s, lambda s, y, a, b: s))
def add(a: Num[Array, "..."], b: Num[Array, "..."], /) -> Num[Array, "..."]:
    """Elementwise sum ``a + b``. Shapes broadcast."""
    return a + b


@primitive(vjps=(lambda s, y, a, b: s, lambda s, y, a, b: -s))
def subtract(a: Num[Array, "..."], b: Num[Array, "..."], /) -> Num[Array, "..."]:
    """Elementwise difference ``a - b``. Shapes broadcast."""
    return a - b


@primitive(vjps=(lambda s, y, a, b: s * b, lambda s, y, a, b: s * a))
def multiply(a: Num[Array, "..."], b: Num[Array, "..."], /) -> Num[Array, "..."]:
    """Elementwise product ``a * b``. Shapes broadcast."""
    return a * b


@primitive(vjps=(lambda s, y, a, b: s / b, lambda s, y, a, b: -s * (y / b)))
def divide(a: Num[Array, "..."], b: Num[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise quotient ``a / b``. Shapes broadcast."""
    return a / b


@primitive(vjps=(lambda s, y, x: -s,))
def negative(x: Num[Array, "..."], /) -> Num[Array, "..."]:
    """Elementwise ``-x``."""
    return -x


@primitive(vjps=(lambda s, y, x: s,))
def positive(x: Num[Array, "..."], /) -> Num[Array, "..."]:
    """Elementwise ``+x``."""
    return +x


@primitive(vjps=(lambda s, y, x: -s * (y * y),))
def reciprocal(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise ``1 / x``."""
    return 1.0 / x


@primitive(vjps=(lambda s, y, x: s * (2.0 * x),))
def square(x: Num[Array, "..."], /) -> Num[Array, "..."]:
    """Elementwise ``x * x``."""
    return x * x


@primitive(vjps=(lambda s, y, x: s / (2.0 * y),))
def sqrt(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """Elementwise square root; its derivative at 0 is infinite."""
    return namespace(x).sqrt(x)


def _pow_base(s: Array, y: Array, a: Array, b: Array) -> Array:
    """b·aᵇ⁻¹, and 0 for b = 0 where the formula would be 0·∞."""
    if isinstance(b, int | float):
        return s * (b * a ** (b - 1)) if b else _zeros(s)
    constant = equal(b, 0)
    return s * where(constant, 0.0, b * pow(a, where(constant, 1.0, b - 1.0)))


def _pow_exponent(s: Array, y: Array, a: Array, b: Array) -> Array:
    """aᵇ·ln a, and 0 for a = 0 with b ≥ 0, its limit (at b = 0 as PyTorch has it)."""
    at_zero = equal(a, 0) & greater_equal(b, 0)
    return s * where(at_zero, 0.0, y * log(where(at_zero, 1.0, a)))


@primitive(vjps=(_pow_base, _pow_exponent))
def pow(a: Num[Array, "..."], b: Num[Array, "..."], /) -> Num[Array, "..."]:
    """Elementwise power aᵇ. Shapes broadcast."""
    return a**b


@primitive(vjps=(lambda s, y, x: s * sign(x),))
def abs(x: Num[Array, "..."], /) -> Num[Array, "..."]:
    """Elementwise magnitude; its derivative at 0 is 0."""
    return namespace(x).abs(x)


def _step(s: Array, y: Array, x: Array) -> Array:
    """The derivative of a function that is constant between its jumps."""
    return _zeros(s)


def _zeros(s: Array) -> Array:
    """0, of an infinite cotangent too."""
    return where(False, s, 0.0)


@primitive(vjps=(_step,))
def sign(x: Num[Array, "..."], /) -> Num[Array, "..."]:
    """−1, 0 or 1. Its derivative is taken as 0 everywhere."""
    return namespace(x).sign(x)


@primitive(vjps=(_step,))
def floor(x: Num[Array, "..."], /) -> Num[Array, "..."]:
    """The largest integer not above x. Its derivative is taken as 0."""
    return namespace(x).floor(x)


@primitive(vjps=(_step,))
def ceil(x: Num[Array, "..."], /) -> Num[Array, "..."]:
    """The smallest integer not below x. Its derivative is taken as 0."""
    return namespace(x).ceil(x)


@primitive(vjps=(_step,))
def round(x: Num[Array, "..."], /) -> Num[Array, "..."]:
    """The nearest integer, of two the even one. Its derivative is taken as 0."""
    return namespace(x).round(x)


@primitive(vjps=(_step,))
def trunc(x: Num[Array, "..."], /) -> Num[Array, "..."]:
    """The nearest integer towards 0. Its derivative is taken as 0."""
    return namespace(x).trunc(x)


@primitive(vjps=(lambda s, y, a, b: _zeros(s), lambda s, y, a, b: _zeros(s)))
def floor_divide(a: Num[Array, "..."], b: Num[Array, "..."], /) -> Num[Array, "..."]:
    """⌊a / b⌋. Its derivative is taken as 0."""
    return a // b


@primitive(vjps=(lambda s, y, a, b: s, lambda s, y, a, b: -s * floor_divide(a, b)))
def remainder(a: Num[Array, "..."], b: Num[Array, "..."], /) -> Num[Array, "..."]:
    """a − b·⌊a / b⌋, of the sign of ``b``."""
    return a % b


@primitive(
    vjps=(
        lambda s, y, a, b: _share(s, greater(a, b), equal(a, b)),
        lambda s, y, a, b: _share(s, less(a, b), equal(a, b)),
    )
)
def maximum(a: Num[Array, "..."], b: Num[Array, "..."], /) -> Num[Array, "..."]:
    """The larger of two, elementwise; equal arguments share the derivative."""
    return namespace(a, b).maximum(a, b)


@primitive(
    vjps=(
        lambda s, y, a, b: _share(s, less(a, b), equal(a, b)),
        lambda s, y, a, b: _share(s, greater(a, b), equal(a, b)),
    )
)
def minimum(a: Num[Array, "..."], b: Num[Array, "..."], /) -> Num[Array, "..."]:
    """The smaller of two, elementwise; equal arguments share the derivative."""
    return namespace(a, b).minimum(a, b)


def _share(s: Array, wins: Array, ties: Array) -> Array:
    """All of ``s`` to the argument that wins, half of it where both are equal."""
    return masked(s, wins) + 0.5 * masked(s, ties)


@primitive(
    vjps=(
        lambda s, y, x, low, high: masked(s, _within(x, low, high)),
        lambda s, y, x, low, high: masked(s, less(x, low) & _ordered(low, high)),
        lambda s, y, x, low, high: masked(s, greater(_raised(x, low), high)),
    )
)
def _clip(x: Array, low: Array, high: Array, /) -> Array:
    xp = namespace(x, low, high)
    x = x if low is None else xp.maximum(x, low)
    return x if high is None else xp.minimum(x, high)


def clip(
    x: Num[Array, "..."],
    /,
    min: Num[Array, "..."] | None = None,
    max: Num[Array, "..."] | None = None,
) -> Num[Array, "..."]:
    """x kept between ``min`` and ``max`` (None: no bound). Shapes broadcast.

    Outside the derivative belongs to the bound, on it to x, as PyTorch has it.

    Example:
        >>> import numpy as np
        >>> clip(np.array([-2.0, 0.5, 3.0]), 0.0, 1.0).tolist()
        [0.0, 0.5, 1.0]
    """
    return _clip(x, min, max)


def _within(x: Array, low: Array, high: Array) -> Array:
    above = greater_equal(x, x if low is None else low)
    return above & less_equal(x, x if high is None else high)


def _ordered(low: Array, high: Array) -> Array:
    return less_equal(low, low if high is None else high)


def _raised(x: Array, low: Array) -> Array:
    return x if low is None else maximum(x, low)


@primitive(vjps=(lambda s, y, a, b: s * (sign(y) * sign(a)), lambda s, y, a, b: _zeros(s)))
def copysign(a: Float[Array, "..."], b: Float[Array, "..."], /) -> Float[Array, "..."]:
    """The magnitude of ``a`` with the sign of ``b``."""
    return namespace(a, b).copysign(a, b)


@primitive(
    vjps=(
        lambda s, y, a, b: s * (a / where(equal(y, 0), 1.0, y)),
        lambda s, y, a, b: s * (b / where(equal(y, 0), 1.0, y)),
    )
)
def hypot(a: Float[Array, "..."], b: Float[Array, "..."], /) -> Float[Array, "..."]:
    """√(a² + b²); its derivative at the origin is taken as 0, as that of a norm."""
    return namespace(a, b).hypot(a, b)


@primitive(vjps=(no_derivative("nextafter", "detach its arguments"),) * 2)
def nextafter(a: Float[Array, "..."], b: Float[Array, "..."], /) -> Float[Array, "..."]:
    """The next number after ``a`` towards ``b``. It has no derivative: asking for one raises."""
    return namespace(a, b).nextafter(a, b)


@primitive(vjps=(lambda s, y, x: s,))
def real(x: Shaped[Array, "..."], /) -> Shaped[Array, "..."]:
    """The real part: x itself, unless it is complex (then it has no derivative here)."""
    return namespace(x).real(x)


@primitive(vjps=(_step,))
def imag(x: Shaped[Array, "..."], /) -> Shaped[Array, "..."]:
    """The imaginary part: 0, unless x is complex (then it has no derivative here)."""
    return namespace(x).imag(x)


@primitive(vjps=(lambda s, y, x: s,))
def conj(x: Shaped[Array, "..."], /) -> Shaped[Array, "..."]:
    """The complex conjugate: x itself, unless it is complex (then it has no derivative here)."""
    return namespace(x).conj(x)
