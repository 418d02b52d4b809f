from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil.errors import FileFormatError
from neuropil.storage import from_json, read_json, to_json, write_json

if TYPE_CHECKING:
    from pathlib import Path

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(
    scalars.filter(lambda value: not (isinstance(value, float) and math.isinf(value))),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(value=values)
def test_json_comes_back_to_the_bit(value: object) -> None:
    assert from_json(to_json(value), "here") == value


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, np.float32("nan")])
def test_what_json_lacks_becomes_null(number: float) -> None:
    assert to_json({"losses": [number, (number,)]}) == '{"losses": [null, [null]]}'


def test_numpy_scalars_are_numbers() -> None:
    assert to_json([np.int64(3), np.float32(0.5), np.bool_(True)]) == "[3, 0.5, true]"


def test_arrays_are_not_guessed_at() -> None:
    with pytest.raises(TypeError, match="ndarray"):
        to_json({"weights": np.zeros(2)})


def test_files_round_trip(tmp_path: Path) -> None:
    write_json(tmp_path / "run.json", {"η": 0.1, "layers": [8, 3, 8]})
    assert read_json(tmp_path / "run.json") == {"η": 0.1, "layers": [8, 3, 8]}
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["η"] == 0.1


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=r"there is no file .*missing"):
        read_json(tmp_path / "missing.json")
    (tmp_path / "half.json").write_text('{"epoch": 1, "lo')
    with pytest.raises(FileFormatError, match=r"half\.json holds no valid JSON"):
        read_json(tmp_path / "half.json")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileFormatError, match=r"cannot read .*bytes\.json"):
        read_json(tmp_path / "bytes.json")
