"""Random bits from whichever library holds the counter."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np

from neuropil.arrays import namespace, random_bits_numpy
from neuropil.arrays.random_bits_numpy import WORDS_PER_BLOCK

if TYPE_CHECKING:
    from types import ModuleType

    from jaxtyping import UInt64

    from neuropil.arrays import Array

__all__ = ["WORDS_PER_BLOCK", "library", "random_words"]


def random_words(
    key: UInt64[Array, "2"], counter: UInt64[Array, ""], n: int
) -> tuple[UInt64[Array, "{n}"], UInt64[Array, ""]]:
    """``n`` random words of 64 bits and the counter after them; the same under every engine.

    Example:
        >>> words, after = random_words(np.zeros(2, np.uint64), np.array(5, np.uint64), 9)
        >>> words.shape, int(after)
        ((9,), 8)
    """
    words, after = library(key, counter).random_words(key, counter, n)
    return words, after


def library(*arrays: Array) -> ModuleType:
    """The file of `neuropil.arrays` that makes random bits for these arrays.

    Example:
        >>> library(np.zeros(3)).__name__
        'neuropil.arrays.random_bits_numpy'
    """
    if all(isinstance(array, np.ndarray | np.generic) for array in arrays):
        return random_bits_numpy
    name = namespace(*arrays).__name__.partition(".")[0]
    return import_module(f"neuropil.arrays.random_bits_{name}")  # JAX only where a step is compiled
