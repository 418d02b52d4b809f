"""Counter-based random bits for JAX: the same words as `random_bits_numpy`, bit for bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from neuropil.arrays import random_bits_numpy
from neuropil.arrays.on_jax import once
from neuropil.arrays.random_bits_numpy import WORDS_PER_BLOCK
from neuropil.errors import DTypeError

if TYPE_CHECKING:
    from jaxtyping import Float, Int, UInt64

    from neuropil.arrays import Array

_ROUNDS = 10
_MULTIPLIERS = (np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157))
_KEY_STEPS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B))
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)

Block = tuple[Any, Any, Any, Any]


def random_words(
    key: UInt64[Array, "2"], counter: UInt64[Array, ""], n: int
) -> tuple[UInt64[Array, "{n}"], UInt64[Array, ""]]:
    """The first ``n`` words of the blocks numbered from ``counter`` on, and the next counter.

    Written for compiled steps, which trace key and counter. Known ones are left to NumPy: the
    words are the same, and outside such a step JAX would narrow 64-bit arrays.

    Raises:
        DTypeError: The step is traced without 64-bit integers.
    """
    if not any(isinstance(array, jax.core.Tracer) for array in (key, counter)):
        return random_bits_numpy.random_words(np.asarray(key), np.asarray(counter), n)
    if jax.dtypes.canonicalize_dtype(np.uint64) != np.uint64:
        raise DTypeError(
            "random bits are made of uint64, and this step is traced without: compile it with "
            "neuropil.compile, which enables 64-bit numbers around the step"
        )
    key = jnp.asarray(key)  # of NumPy's numbers it would warn that they wrap around, as they shall
    blocks = -(-n // WORDS_PER_BLOCK)
    first = counter + jnp.arange(blocks, dtype=jnp.uint64)
    carry = (first < counter).astype(jnp.uint64)
    zeros = jnp.zeros_like(first)
    lanes = once(philox((first, carry, zeros, zeros), (key[0], key[1])))
    words = jnp.stack(lanes, axis=-1)
    return words.reshape(-1)[:n], counter + np.uint64(blocks)


def floats(integers: Int[Array, "n"]) -> Float[Array, "n"]:
    """Integers as floating numbers of the same width."""
    return integers.astype(f"f{integers.itemsize}")


def philox(counter: Block, key: tuple[Any, Any]) -> Block:
    """Philox4x64-10: ten rounds of multiplying, swapping and adding the key (Salmon et al. 2011).

    Counter and key are words of 64 bits, the least significant first; arrays go elementwise.
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(_ROUNDS):
        high0, low0 = _product(_MULTIPLIERS[0], c0)
        high1, low1 = _product(_MULTIPLIERS[1], c2)
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0, k1 = k0 + _KEY_STEPS[0], k1 + _KEY_STEPS[1]
    return c0, c1, c2, c3


def _product(a: np.uint64, b: Any) -> tuple[Any, Any]:
    """The high and the low word of the 128-bit product, from products of 32-bit halves."""
    a_high, a_low = a >> _32, a & _LOW
    b_high, b_low = b >> _32, b & _LOW
    middle = a_high * b_low + (a_low * b_low >> _32)
    other = a_low * b_high + (middle & _LOW)
    return a_high * b_high + (middle >> _32) + (other >> _32), a * b
