"""Counter-based random bits for NumPy: Philox4x64-10, computed in C by NumPy's bit generator."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int, UInt64

    Numpy = np.ndarray[Any, Any]

WORDS_PER_BLOCK = 4
LARGEST_WORD = 2**64 - 1


class _Engine(threading.local):
    """One bit generator a thread. Setting its state costs a tenth of making a new one."""

    def __init__(self) -> None:
        self.philox = np.random.Philox(0)
        self.state: Any = self.philox.state


_engine = _Engine()


def random_words(
    key: UInt64[Numpy, "2"], counter: UInt64[Numpy, ""], n: int
) -> tuple[UInt64[Numpy, "{n}"], UInt64[Numpy, ""]]:
    """The first ``n`` words of the blocks numbered from ``counter`` on, and the next counter.

    Block c is Philox4x64-10 of the 256-bit counter c under ``key`` (Salmon et al. 2011, Parallel
    random numbers: as easy as 1, 2, 3): four words of 64 bits. A block that is begun counts as
    used. After 2**64 blocks the counter starts again at 0.

    Example:
        >>> key, counter = np.zeros(2, np.uint64), np.array(0, np.uint64)
        >>> words, after = random_words(key, counter, 3)
        >>> [hex(word) for word in words.tolist()], int(after)
        (['0x16554d9eca36314c', '0xdb20fe9d672d0fdc', '0xd7e772cee186176b'], 1)
    """
    first = int(counter)
    state = _engine.state
    state["state"]["key"] = key
    # NumPy counts before it computes a block, not after: start one below, in 256 bits.
    state["state"]["counter"][:] = (first - 1, 0, 0, 0) if first else LARGEST_WORD
    _engine.philox.state = state
    after = first + -(-n // WORDS_PER_BLOCK)
    return _engine.philox.random_raw(n), np.array(after & LARGEST_WORD, dtype=np.uint64)


def floats(integers: Int[Numpy, "n"]) -> Float[Numpy, "n"]:
    """Integers as floating numbers of the same width, written where the integers stood.

    A second array as large as the first would be the most expensive part of a large draw.

    Example:
        >>> floats(np.array([1, 2, 3], np.int32))
        array([1., 2., 3.], dtype=float32)
    """
    result = integers.view(f"f{integers.itemsize}")
    result[...] = integers
    return result
