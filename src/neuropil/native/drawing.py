"""Random words in compiled programs: Philox4x64-10, the same words as everywhere."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuropil.native.inner import inner

Numpy = np.ndarray[Any, Any]

_FIRST, _SECOND = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
_STEP_0, _STEP_1 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B)
_LOW, _32 = np.uint64(0xFFFFFFFF), np.uint64(32)
_ZERO, _ONE = np.uint64(0), np.uint64(1)


@inner
def _high(a: Any, b: Any) -> Any:
    """The high word of a product of 128 bits, from products of halves."""
    a_high, a_low = a >> _32, a & _LOW
    b_high, b_low = b >> _32, b & _LOW
    middle = a_high * b_low + ((a_low * b_low) >> _32)
    other = a_low * b_high + (middle & _LOW)
    return a_high * b_high + (middle >> _32) + (other >> _32)


@inner
def draw(key0: Any, key1: Any, counter: Any, words: Numpy) -> None:
    """Fill an array with the words of the blocks numbered from ``counter`` on."""
    for block in range((words.size + 3) // 4):
        c0 = counter + np.uint64(block)
        c1 = _ONE if c0 < counter else _ZERO  # 2⁶⁴ blocks were used, and the next begins at 0
        c2, c3, k0, k1 = _ZERO, _ZERO, key0, key1
        for _ in range(10):
            high0, low0 = _high(_FIRST, c0), _FIRST * c0
            high1, low1 = _high(_SECOND, c2), _SECOND * c2
            c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
            k0, k1 = k0 + _STEP_0, k1 + _STEP_1
        first = 4 * block
        if first + 4 <= words.size:
            words[first], words[first + 1] = c0, c1
            words[first + 2], words[first + 3] = c2, c3
        else:
            for lane, word in enumerate((c0, c1, c2, c3)):
                if first + lane < words.size:
                    words[first + lane] = word
