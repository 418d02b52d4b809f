"""Philox4x64-10: known answers, and the same words from every library."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil.random.bits import random_words

WORD = 2**64 - 1
words_of_64_bits = st.integers(0, WORD)


def philox(counter: tuple[int, ...], key: tuple[int, ...]) -> tuple[int, ...]:
    """The definition (Salmon et al. 2011, section 3.3), in Python's unbounded integers."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = 0xD2E7470EE14C6C93 * c0, 0xCA5A826395121157 * c2
        c0, c1, c2, c3 = (p1 >> 64) ^ c1 ^ k0, p1 & WORD, (p0 >> 64) ^ c3 ^ k1, p0 & WORD
        k0, k1 = (k0 + 0x9E3779B97F4A7C15) & WORD, (k1 + 0xBB67AE8584CAA73B) & WORD
    return c0, c1, c2, c3


KNOWN_ANSWERS = [  # Random123 1.14, tests/kat_vectors, philox4x64 10
    (
        (0, 0, 0, 0),
        (0, 0),
        (0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B),
    ),
    (
        (WORD, WORD, WORD, WORD),
        (WORD, WORD),
        (0x87B092C3013FE90B, 0x438C3C67BE8D0224, 0x9CC7D7C69CD777B6, 0xA09CAEBF594F0BA0),
    ),
    (
        (0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0x082EFA98EC4E6C89),
        (0x452821E638D01377, 0xBE5466CF34E90C6C),
        (0xA528F45403E61D95, 0x38C72DBD566E9788, 0xA5A1610E72FD18B5, 0x57BD43B5E52B7FE6),
    ),
]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN_ANSWERS)
def test_the_definition_used_by_these_tests_gives_the_published_answers(
    counter: tuple[int, ...], key: tuple[int, int], answer: tuple[int, ...]
) -> None:
    assert philox(counter, key) == answer


def expected(key: tuple[int, int], counter: int, n: int) -> list[int]:
    blocks = range(counter, counter + -(-n // 4))
    return [word for block in blocks for word in philox((block & WORD, block >> 64, 0, 0), key)][:n]


@given(st.tuples(words_of_64_bits, words_of_64_bits), words_of_64_bits, st.integers(0, 21))
def test_words_are_those_of_the_blocks_from_the_counter_on(
    key: tuple[int, int], counter: int, n: int
) -> None:
    words, after = random_words(np.array(key, np.uint64), np.array(counter, np.uint64), n)
    assert words.dtype == np.uint64
    assert words.tolist() == expected(key, counter, n)
    assert int(after) == (counter + -(-n // 4)) & WORD


@pytest.mark.parametrize("counter", [0, 1, WORD - 1, WORD])
def test_the_counter_carries_into_its_second_word(counter: int) -> None:
    words, after = random_words(np.zeros(2, np.uint64), np.array(counter, np.uint64), 12)
    assert words.tolist() == expected((0, 0), counter, 12)
    assert int(after) == (counter + 3) & WORD


def test_key_and_counter_are_left_alone() -> None:
    key, counter = np.array([3, 4], np.uint64), np.array(7, np.uint64)
    random_words(key, counter, 9)
    assert key.tolist() == [3, 4]
    assert counter == 7
