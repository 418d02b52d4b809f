"""Formulas that turn random words into random numbers: pure, and the same for every engine.

Each takes as many words of 64 bits as `words_for` says. Integers, and uniform numbers of the
unit interval, come out alike to the bit under every engine; where a logarithm or a tangent takes
part, alike to rounding.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neuropil.arrays import extras, namespace
from neuropil.random.bits import library

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int64, UInt64

    from neuropil.arrays import Array


class _Format(NamedTuple):
    """How a fraction of a floating dtype is cut from random bits."""

    source: np.dtype[Any]
    signed: np.dtype[Any]  # NumPy converts signed integers to floats much faster
    shift: int
    unit: float


FORMATS = {
    np.dtype(np.float32): _Format(np.dtype(np.uint32), np.dtype(np.int32), 8, 2.0**-24),
    np.dtype(np.float64): _Format(np.dtype(np.uint64), np.dtype(np.int64), 11, 2.0**-53),
}
"""The floating dtypes that can be drawn: 24 bits of half a word, 53 bits of a whole one."""


def words_for(n: int, dtype: np.dtype[Any]) -> int:
    """How many words ``n`` numbers of ``dtype`` take."""
    return -(-n * dtype.itemsize // 8)


def uniform(words: UInt64[Array, "words"], n: int, dtype: np.dtype[Any]) -> Float[Array, "{n}"]:
    """Uniform in [0, 1): multiples of 2⁻²⁴ (float32) or 2⁻⁵³ (float64), all equally likely."""
    source, signed, shift, unit = FORMATS[dtype]
    bits = words.view(source)[:n]
    bits >>= source.type(shift)
    fractions = library(bits).floats(bits.view(signed))
    fractions *= dtype.type(unit)
    return fractions


def normal(words: UInt64[Array, "words"], n: int, dtype: np.dtype[Any]) -> Float[Array, "{n}"]:
    """Standard normal, in pairs (Box and Muller 1958).

    √(−2 ln(1 − u₁)) · (cos φ, sin φ) with φ = 2π(u₂ − ½); the point on the circle is written as
    ((1 − t²), 2t)/(1 + t²) with t = tan(φ/2), which takes one transcendental instead of two.
    ``words`` hold an even number of fractions. The largest number that can come is 5.77 in
    float32, 8.57 in float64.
    """
    xp = namespace(words)
    half = (n + 1) // 2
    u = uniform(words, 2 * half, dtype)
    t = extras(words).once(xp.tan(math.pi * (u[half:] - 0.5)))
    scaled = xp.sqrt(-2.0 * xp.log1p(-u[:half]))
    scaled /= 1.0 + t * t
    scaled = extras(words).once(scaled)
    return xp.concat((scaled * (1.0 - t * t), scaled * (2.0 * t)))[:n]


def normal_rows(
    words: UInt64[Array, "rows words"], dtype: np.dtype[Any]
) -> Float[Array, "rows numbers"]:
    """Standard normal, as many as there is room for: those of a row depend on its words alone."""
    xp, (rows, length) = namespace(words), words.shape
    halves = words[:, : length // 2], words[:, length // 2 :]  # a pair's first and second fraction
    n = length * 8 // dtype.itemsize
    z = normal(xp.concat([half.reshape(-1) for half in halves]), rows * n, dtype)
    return xp.concat(list(z.reshape(2, rows, n // 2)), axis=1)


def exponential(words: UInt64[Array, "words"], n: int, dtype: np.dtype[Any]) -> Float[Array, "{n}"]:
    """Exponential with mean 1: −ln(1 − u)."""
    return -namespace(words).log1p(-uniform(words, n, dtype))


def bernoulli(words: UInt64[Array, "words"], n: int, p: float) -> Bool[Array, "{n}"]:
    """True with probability ``p``, to 32 bits: half a word < p·2³²."""
    xp = namespace(words)
    below = round(p * 2**32)
    if below == 0:
        return xp.zeros((n,), dtype=xp.bool)
    return words.view(np.uint32)[:n] <= np.uint32(below - 1)


def integers(words: UInt64[Array, "n"], low: int, high: int) -> Int64[Array, "n"]:
    """Integers in [low, high): low + word mod (high − low), high − low ≤ 2⁶³.

    Their probabilities differ by (high − low)/2⁶⁴ at most, relatively.
    """
    return (words % np.uint64(high - low)).view(np.int64) + np.int64(low)


def permutation(words: UInt64[Array, "n"]) -> Int64[Array, "n"]:
    """The order in which the words sort.

    The index stands in the low bits of the word it belongs to, so that sorting the words sorts
    the indices along, without an argsort, and no two words are equal.
    """
    xp = namespace(words)
    (n,) = words.shape
    mask = np.uint64(2 ** max(n - 1, 0).bit_length() - 1)
    labelled = (words & ~mask) | xp.arange(n, dtype=xp.uint64)
    return (xp.sort(labelled) & mask).view(np.int64)


def weighted(words: UInt64[Array, "n"], p: Float[Array, "options"]) -> Int64[Array, "n"]:
    """Indices with probabilities ``p``, by inverting their cumulative sum."""
    xp = namespace(words)
    ends = xp.cumulative_sum(xp.asarray(p))
    u = uniform(words, len(words), np.dtype(np.float64))
    return xp.searchsorted(ends, u * ends[-1], side="right").astype(np.int64)
