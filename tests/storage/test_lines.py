from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil.errors import FileFormatError, WriteError
from neuropil.storage import append_line, read_lines, write_lines

if TYPE_CHECKING:
    from pathlib import Path

line = st.text(st.characters(exclude_characters="\n\r", codec="utf-8"), max_size=30)


@given(before=st.lists(line, max_size=4), after=st.lists(line, max_size=4), cut=st.integers(0, 200))
def test_a_cut_anywhere_costs_only_the_line_it_hits(
    tmp_path_factory: pytest.TempPathFactory, before: list[str], after: list[str], cut: int
) -> None:
    path = tmp_path_factory.mktemp("lines") / "log"
    write_lines(path, before)
    whole = path.read_bytes()
    path.write_bytes(whole[:cut])
    kept = before[: whole[:cut].count(b"\n")]
    assert read_lines(path) == kept
    for text in after:
        append_line(path, text)
    assert read_lines(path) == kept + after


def test_a_torn_line_longer_than_a_block_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\n" + 10_000 * b"x")
    append_line(path, "two")
    assert path.read_bytes() == b"one\ntwo\n"
    path.write_bytes(10_000 * b"x")
    append_line(path, "one")
    assert path.read_bytes() == b"one\n"


def test_the_first_line_makes_file_and_folder(tmp_path: Path) -> None:
    append_line(tmp_path / "run" / "log", "one")
    assert read_lines(tmp_path / "run" / "log") == ["one"]


def test_a_line_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="single line"):
        append_line(tmp_path / "log", "one\ntwo")


def test_a_write_that_fails_leaves_the_lines_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append_line(tmp_path / "log", "one")

    def failing(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing)
        with pytest.raises(WriteError, match="free some space"):
            append_line(tmp_path / "log", "two")
    append_line(tmp_path / "log", "three")
    assert read_lines(tmp_path / "log") == ["one", "three"]


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="there is no file"):
        read_lines(tmp_path / "missing")
    (tmp_path / "bytes").write_bytes(b"\xff\n")
    with pytest.raises(FileFormatError, match="lines of text"):
        read_lines(tmp_path / "bytes")
