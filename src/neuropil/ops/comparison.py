"""Comparisons, logic and bits: results without a derivative."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.arrays import Array, namespace
from neuropil.graph import primitive

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Integer, Num, Shaped


@primitive()
def equal(a: Shaped[Array, "..."], b: Shaped[Array, "..."], /) -> Bool[Array, "..."]:
    """Whether ``a == b``, elementwise."""
    return a == b


@primitive()
def not_equal(a: Shaped[Array, "..."], b: Shaped[Array, "..."], /) -> Bool[Array, "..."]:
    """Whether ``a != b``, elementwise."""
    return a != b


@primitive()
def less(a: Num[Array, "..."], b: Num[Array, "..."], /) -> Bool[Array, "..."]:
    """Whether ``a < b``, elementwise."""
    return a < b


@primitive()
def less_equal(a: Num[Array, "..."], b: Num[Array, "..."], /) -> Bool[Array, "..."]:
    """Whether ``a <= b``, elementwise."""
    return a <= b


@primitive()
def greater(a: Num[Array, "..."], b: Num[Array, "..."], /) -> Bool[Array, "..."]:
    """Whether ``a > b``, elementwise."""
    return a > b


@primitive()
def greater_equal(a: Num[Array, "..."], b: Num[Array, "..."], /) -> Bool[Array, "..."]:
    """Whether ``a >= b``, elementwise."""
    return a >= b


@primitive()
def logical_and(a: Bool[Array, "..."], b: Bool[Array, "..."], /) -> Bool[Array, "..."]:
    """Whether both are true."""
    return namespace(a, b).logical_and(a, b)


@primitive()
def logical_or(a: Bool[Array, "..."], b: Bool[Array, "..."], /) -> Bool[Array, "..."]:
    """Whether one is true, or both."""
    return namespace(a, b).logical_or(a, b)


@primitive()
def logical_xor(a: Bool[Array, "..."], b: Bool[Array, "..."], /) -> Bool[Array, "..."]:
    """Whether exactly one is true."""
    return namespace(a, b).logical_xor(a, b)


@primitive()
def logical_not(x: Bool[Array, "..."], /) -> Bool[Array, "..."]:
    """Whether x is false."""
    return namespace(x).logical_not(x)


@primitive()
def bitwise_and(a: Integer[Array, "..."], b: Integer[Array, "..."], /) -> Integer[Array, "..."]:
    """``a & b``, bit by bit."""
    return a & b


@primitive()
def bitwise_or(a: Integer[Array, "..."], b: Integer[Array, "..."], /) -> Integer[Array, "..."]:
    """``a | b``, bit by bit."""
    return a | b


@primitive()
def bitwise_xor(a: Integer[Array, "..."], b: Integer[Array, "..."], /) -> Integer[Array, "..."]:
    """``a ^ b``, bit by bit."""
    return a ^ b


@primitive()
def bitwise_invert(x: Integer[Array, "..."], /) -> Integer[Array, "..."]:
    """``~x``, bit by bit."""
    return ~x


@primitive()
def bitwise_left_shift(
    a: Integer[Array, "..."], b: Integer[Array, "..."], /
) -> Integer[Array, "..."]:
    """``a << b``."""
    return a << b


@primitive()
def bitwise_right_shift(
    a: Integer[Array, "..."], b: Integer[Array, "..."], /
) -> Integer[Array, "..."]:
    """``a >> b``."""
    return a >> b


@primitive()
def isfinite(x: Num[Array, "..."], /) -> Bool[Array, "..."]:
    """Whether x is neither infinite nor NaN."""
    return namespace(x).isfinite(x)


@primitive()
def isinf(x: Num[Array, "..."], /) -> Bool[Array, "..."]:
    """Whether x is infinite."""
    return namespace(x).isinf(x)


@primitive()
def isnan(x: Num[Array, "..."], /) -> Bool[Array, "..."]:
    """Whether x is not a number."""
    return namespace(x).isnan(x)


@primitive()
def signbit(x: Float[Array, "..."], /) -> Bool[Array, "..."]:
    """Whether the sign bit of x is set (that of −0.0 is)."""
    return namespace(x).signbit(x)
