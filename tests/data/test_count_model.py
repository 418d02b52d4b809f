from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuropil import data
from neuropil.data import count_model
from neuropil.data.smoothing import (
    SMOOTHINGS,
    Additive,
    KneserNey,
    ModifiedKneserNey,
    Smoothing,
    WittenBell,
)
from neuropil.errors import DataError

VOCABULARY = 4
texts = st.lists(st.integers(0, VOCABULARY - 1), min_size=2, max_size=60)
smoothings = st.sampled_from(SMOOTHINGS)


def probability(learned: list[int], symbol: int, order: int, smoothing: Smoothing) -> float:
    """Of the symbol after the whole text that was learned from."""
    n = len(learned)
    bits = count_model.bits(
        np.array([*learned, symbol]),
        slice(0, n),
        slice(n, n + 1),
        order=order,
        smoothing=smoothing,
        vocabulary=VOCABULARY,
    )
    return float(2.0**-bits)


@settings(max_examples=60, deadline=None)
@given(texts, st.integers(0, 4), smoothings)
def test_the_probabilities_of_all_symbols_are_one_together(
    learned: list[int], order: int, smoothing: Smoothing
) -> None:
    all_of_them = [probability(learned, c, order, smoothing) for c in range(VOCABULARY)]
    assert sum(all_of_them) == pytest.approx(1.0)


def test_what_a_model_holds_for_impossible_is_infinitely_surprising() -> None:
    assert probability([0, 0, 0, 2, 0, 1, 1, 1], 0, 2, KneserNey(0.5)) > 0.0
    assert probability([0, 0, 0, 2, 0, 1, 1, 1], 0, 2, ModifiedKneserNey()) == 0.0


@given(texts, st.integers(0, VOCABULARY - 1))
def test_witten_bell_by_hand(learned: list[int], symbol: int) -> None:
    kinds = len(set(learned))
    shorter = (learned.count(symbol) + kinds / VOCABULARY) / (len(learned) + kinds)
    followers = [b for a, b in pairwise(learned) if a == learned[-1]]
    expected = shorter
    if followers:
        t = len(set(followers))
        expected = (followers.count(symbol) + t * shorter) / (len(followers) + t)
    assert probability(learned, symbol, 1, WittenBell()) == pytest.approx(expected)


def test_kneser_ney_counts_in_how_many_contexts_a_symbol_occurred() -> None:
    # 1 occurs most often, but after 0 only; 2 and 3 occur after two symbols each.
    learned = [0, 1, 0, 1, 0, 1, 2, 3, 2, 0, 3, 3]
    pairs = set(pairwise(learned))
    after = [sum(b == symbol for _, b in pairs) for symbol in range(VOCABULARY)]
    lower = [(n - 0.5 + 0.5 * 4 / 4) / len(pairs) for n in after]
    followers = [b for a, b in pairwise(learned) if a == 3]
    expected = (followers.count(1) + 0.5 * len(set(followers)) * lower[1]) / len(followers)
    assert probability(learned, 1, 1, KneserNey(0.5)) == pytest.approx(expected)


@given(texts, st.integers(0, 3), smoothings)
def test_what_is_not_counted_has_no_part_in_it(
    learned: list[int], order: int, smoothing: Smoothing
) -> None:
    n = len(learned)
    one, other = (np.array([*learned, 1, 2, *rest]) for rest in ([0, 1, 2], [3, 3, 3]))
    found = [
        count_model.bits(
            text, slice(0, n), slice(n, n + 2), order=order, smoothing=smoothing, vocabulary=4
        )
        for text in (one, other)
    ]
    assert found[0] == pytest.approx(found[1])


def test_the_best_smoothing_is_best_where_it_was_chosen() -> None:
    text = data.alice()[:12_000]
    symbols = data.Vocabulary.of(text).encode(text)
    parts: dict[str, Any] = {"order": 2, "vocabulary": int(symbols.max()) + 1}
    learned, chosen_by = slice(0, 10_000), slice(10_000, 12_000)
    best = count_model.best_smoothing(symbols, learned, chosen_by, **parts)
    bits = {
        smoothing: count_model.bits(symbols, learned, chosen_by, smoothing=smoothing, **parts)
        for smoothing in (best, Additive(1.0), WittenBell(), KneserNey(0.6), ModifiedKneserNey())
    }
    assert bits[best] == min(bits.values())


@pytest.mark.parametrize(("order", "held_out"), [(-1, slice(5, 9)), (2, slice(9, 9))])
def test_nothing_can_be_counted(order: int, held_out: slice) -> None:
    with pytest.raises(DataError, match="order of at least 0"):
        count_model.bits(
            np.zeros(9, int),
            slice(0, 5),
            held_out,
            order=order,
            smoothing=WittenBell(),
            vocabulary=2,
        )


@pytest.mark.parametrize(
    ("symbols", "vocabulary", "message"),
    [
        (np.arange(9), 8, "the symbols are 0 to 7, got 0 to 8"),
        (np.arange(9) - 1, 9, "got -1 to 7"),
        (np.arange(9.0), 9, "one row of integers, got float64"),
        (np.zeros((9, 2), int), 9, "one row of integers, got int64"),
        (np.arange(9), 0, "at least 1 symbol, an integer, got 0"),
    ],
)
def test_symbols_that_are_not_of_the_vocabulary(
    symbols: np.ndarray[Any, Any], vocabulary: int, message: str
) -> None:
    parts: Any = slice(0, 5), slice(5, 9)
    with pytest.raises(DataError, match=message):
        count_model.bits(symbols, *parts, order=1, smoothing=WittenBell(), vocabulary=vocabulary)
    with pytest.raises(DataError, match=message):
        count_model.best_smoothing(symbols, *parts, order=1, vocabulary=vocabulary)


@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf])
def test_smoothings_that_give_no_probabilities(value: float) -> None:
    with pytest.raises(ValueError, match="Additive needs a finite strength > 0"):
        Additive(value)
    with pytest.raises(ValueError, match="KneserNey needs a discount above 0 and up to 1"):
        KneserNey(value)
