"""Counter-based random bits for symbols: a printed program draws the words of `Philox`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.arrays.namespace import namespace
from neuropil.arrays.random_bits_numpy import WORDS_PER_BLOCK

if TYPE_CHECKING:
    from neuropil.arrays.namespace import Array


def random_words(key: Array, counter: Array, n: int) -> tuple[Any, Any]:
    """The first ``n`` words of the blocks numbered from ``counter`` on, and the next counter."""
    words = namespace(key, counter).random_words(key, counter, n)
    return words, counter + np.uint64(-(-n // WORDS_PER_BLOCK))


def floats(integers: Array) -> Array:
    """Integers as floating numbers of the same width."""
    return namespace(integers).floats(integers)
