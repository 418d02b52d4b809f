from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from neuropil.errors import RecipeError
from neuropil.recipes import toml

VALUES = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.booleans(),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.lists(st.integers(-5, 5)),
)


@given(VALUES)
def test_a_value_written_as_toml_comes_back(value: Any) -> None:
    text = tomli_w.dumps({"value": value}).removeprefix("value = ").rstrip("\n")
    assert toml.parse_value(text) == value


@pytest.mark.parametrize("text", ["", "[1,", "a b", "1 = 2\nx = 3", "=", "'"])
def test_what_is_no_value_is_refused(text: str) -> None:
    with pytest.raises(RecipeError, match="expected a TOML value"):
        toml.parse_value(text)


def test_settings_change_a_copy() -> None:
    document = {"optimizer": {"type": "SGD", "lr": 1.0}, "layers": [{"type": "Linear"}]}
    changed = toml.with_settings(document, {"optimizer.lr": "0.5", "layers.0.type": "ReLU"})
    assert changed == {"optimizer": {"type": "SGD", "lr": 0.5}, "layers": [{"type": "ReLU"}]}
    assert document["optimizer"] == {"type": "SGD", "lr": 1.0}


def test_a_setting_may_add_a_table() -> None:
    assert toml.with_settings({}, {"a.b.c": "1"}) == {"a": {"b": {"c": 1}}}


@pytest.mark.parametrize("key", ["layers.2.type", "layers.x.type", "seed.a", "", "optimizer..lr"])
def test_a_setting_that_leads_nowhere_is_refused(key: str) -> None:
    document = {"layers": [{"type": "A"}, {"type": "B"}], "seed": 0, "optimizer": {"lr": 1}}
    with pytest.raises(RecipeError, match="setting "):
        toml.with_settings(document, {key: "1"})


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    with pytest.raises(RecipeError, match="there is no such file"):
        toml.read(path)
    path.write_text("seed = = 3")
    with pytest.raises(RecipeError, match=r"not valid TOML: .*line 1, column 8"):
        toml.read(path)
    path.write_bytes(b"title = '\xff'")
    with pytest.raises(RecipeError, match="byte 9"):
        toml.read(path)
    with pytest.raises(RecipeError, match="cannot be read"):
        toml.read(tmp_path)


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text("seed = 3", encoding="utf-8-sig")
    assert toml.read(path) == {"seed": 3}


@pytest.mark.parametrize(
    "text",
    ["[" * 5000 + "]" * 5000, "{a=" * 3000 + "1" + "}" * 3000, "9" * 5000],
    ids=["arrays", "tables", "digits"],
)
def test_what_the_parser_cannot_take_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(f"x = {text}")
    with pytest.raises(RecipeError, match=r"recipe\.toml: not valid TOML"):
        toml.read(path)
    with pytest.raises(RecipeError, match="expected a TOML value"):
        toml.parse_value(text)
