from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

numba = pytest.importorskip("numba")

from neuropil.arrays.random_bits_numpy import random_words  # noqa: E402
from neuropil.native.drawing import draw  # noqa: E402

WORD = st.integers(0, 2**64 - 1)


@numba.njit
def drawn(key0: Any, key1: Any, counter: Any, words: Any) -> None:
    draw(key0, key1, counter, words)


@settings(max_examples=50)
@given(WORD, WORD, st.one_of(WORD, st.just(2**64 - 2)), st.integers(0, 21))
def test_programs_draw_the_words_of_numpy(key0: int, key1: int, counter: int, n: int) -> None:
    key, first = np.array([key0, key1], np.uint64), np.array(counter, np.uint64)
    words = np.zeros(n, np.uint64)
    drawn(key[0], key[1], first[()], words)
    assert words.tolist() == random_words(key, first, n)[0].tolist()
