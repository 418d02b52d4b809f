from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil.recipes.nearest import nearest, not_among

KNOWN = ["lr", "momentum", "weight_decay", "nesterov"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("momentun", "momentum"),
        ("Momentum", "momentum"),
        ("weightdecay", "weight_decay"),
        ("learning_rate", "lr"),
    ],
)
def test_a_slip_of_the_pen_finds_the_word_that_was_meant(word: str, expected: str) -> None:
    assert nearest(word, KNOWN) == expected


@given(st.sampled_from(KNOWN))
def test_a_known_word_is_nearest_to_itself(word: str) -> None:
    assert nearest(word, KNOWN) == word


def test_an_unlike_word_gets_the_list_only() -> None:
    assert not_among("zzz", KNOWN) == "allowed: lr, momentum, nesterov, weight_decay"


def test_nothing_may_be_known() -> None:
    assert nearest("lr", []) is None
    assert not_among("lr", []) == "nothing is allowed here"
