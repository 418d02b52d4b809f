"""Text of one's own and that of the package, vocabularies, and windows over a text."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil import data
from neuropil.data.text_windows import IGNORED
from neuropil.errors import DataError, FileFormatError


@given(st.text())
def test_what_a_vocabulary_knows_comes_back(text: str) -> None:
    vocabulary = data.Vocabulary.of(text, at_least=1)
    back = vocabulary.decode(vocabulary.encode(text))
    assert back == text
    assert len(vocabulary) == len(set(text) | {vocabulary.symbols[0]})


def test_rare_characters_are_unknown() -> None:
    vocabulary = data.Vocabulary.of("aabbc", at_least=2)
    assert vocabulary.symbols == ("\ufffd", "a", "b")
    assert vocabulary.encode("cabz").tolist() == [0, 1, 2, 0]


def test_characters_outside_the_vocabulary_are_named_with_their_place() -> None:
    vocabulary = data.Vocabulary("ab")
    vocabulary.check_known("abba", "the prompt")
    with pytest.raises(DataError, match=r"the prompt holds 'x', 'y' \(the first at character 2\)"):
        vocabulary.check_known("abxya", "the prompt")


def test_a_vocabulary_holds_a_character_once() -> None:
    with pytest.raises(DataError, match="each character once"):
        data.Vocabulary("aba")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"one\r\ntwo\rthree\n", "one\ntwo\nthree\n"),
        (b"\xef\xbb\xbfmark", "mark"),
        ("süß".encode(), "süß"),
    ],
)
def test_a_text_file_is_read(content: bytes, text: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_bytes(content)
    assert data.text_file(file) == text


def test_a_text_file_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    with pytest.raises(FileFormatError, match="there is no such file"):
        data.text_file(file)
    with pytest.raises(FileFormatError, match="cannot be read"):
        data.text_file(tmp_path)
    file.write_bytes(b"caf\xe9")
    with pytest.raises(FileFormatError, match="got byte 3 that is not: save the file as UTF-8"):
        data.text_file(file)
    file.write_bytes(b"")
    with pytest.raises(DataError, match="expected at least 1 characters, got an empty file"):
        data.text_file(file)
    file.write_text("short")
    with pytest.raises(DataError, match="expected at least 10 characters, got 5"):
        data.text_file(file, at_least=10)


def test_a_damaged_package_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = import_module("neuropil.data.alice")
    damaged = tmp_path / "alice.txt"
    monkeypatch.setattr(module, "_FILE", damaged)
    with pytest.raises(FileFormatError, match="cannot be read: install neuropil again"):
        module.alice.__wrapped__()
    damaged.write_text("Alice was beginning to get very tired.")
    with pytest.raises(FileFormatError, match=r"is damaged: its SHA-256 is .*, expected"):
        module.alice.__wrapped__()


@given(st.integers(2, 60), st.data())
def test_each_symbol_of_a_part_is_predicted_once_from_all_of_its_context(
    n: int, draw: st.DataObject
) -> None:
    stop = draw.draw(st.integers(2, n))
    start = draw.draw(st.integers(0, stop - 2))
    first = max(start, 1)
    context = draw.draw(st.integers(0, first - 1))
    length = context + draw.draw(st.integers(1, 20))
    symbols = np.arange(n)
    windows = data.text_windows(symbols, start, stop, length=length, context=context)
    counted = windows.targets != IGNORED
    assert sorted(windows.targets[counted]) == list(range(first, stop))
    assert np.array_equal(windows.inputs[counted] + 1, windows.targets[counted])
    assert not counted[:, :context].any()
    assert windows.inputs.max() < stop  # what comes after the part is not seen


def test_windows_to_learn_from_may_overlap() -> None:
    windows = data.text_windows(np.arange(10), 0, 9, length=4, stride=2)
    assert windows.inputs[:, 0].tolist() == [0, 2, 4, 6]
    assert windows.targets[1].tolist() == [3, 4, 5, 6]


@pytest.mark.parametrize(
    ("start", "stop", "settings", "message"),
    [
        (0, 9, {"length": 4, "context": 4}, "context < length"),
        (0, 9, {"length": 4, "stride": 0}, "stride"),
        (1, 9, {"length": 4, "context": 1}, "less context"),
        (5, 5, {"length": 4}, "no symbol can be predicted"),
        (5, 11, {"length": 4}, "no symbol can be predicted"),
    ],
)
def test_windows_that_cannot_be(
    start: int, stop: int, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        data.text_windows(np.arange(10), start, stop, **settings)


def test_a_bit_is_shown_first_and_asked_for_last() -> None:
    inputs, bits = data.kept_bit(100, steps=30, noise=2.0, rng=0)[:]
    assert inputs.shape == (100, 31, 3)
    assert bits.sum() == 50
    assert np.array_equal(inputs[:, 0], np.stack([2 * bits - 1, 0 * bits + 1, 0 * bits], axis=1))
    assert inputs[:, 1:, 1].max() == inputs[:, :-1, 2].max() == 0
    assert (inputs[:, -1, 2] == 1).all()
    assert inputs[:, 1:, 0].std() == pytest.approx(2.0, rel=0.05)


@pytest.mark.parametrize("settings", [{"samples": 1}, {"steps": 0}, {"noise": -1.0}])
def test_sequences_that_cannot_be(settings: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="at least 2 samples of at least 1 step"):
        data.kept_bit(**{"samples": 4, **settings})


@pytest.mark.parametrize("numbers", [[4], [-1], [1.5], [True], [[1]], 3])
def test_numbers_that_stand_for_no_character(numbers: Any) -> None:
    with pytest.raises(DataError, match="a vocabulary of 4 decodes a row of integers from 0 to 3"):
        data.Vocabulary("abc").decode(numbers)
    assert data.Vocabulary("abc").decode([]) == ""
