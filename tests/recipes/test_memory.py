"""Recipes of memories: what they say, what they refuse, and what comes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuropil import recipes, training
from neuropil.associative import Asynchronous, Hebbian, Hopfield, Storkey
from neuropil.errors import RecipeError
from neuropil.random import Generator
from neuropil.recipes import toml
from neuropil.recipes.memory import Probes
from neuropil.recipes.memory_run import spoil

LETTERS = recipes.load_memory("hopfield-letters")


def written(folder: Path, **tables: Any) -> Path:
    path = folder / "mine.toml"
    path.write_text(toml.dumps(LETTERS.document() | tables), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", recipes.memory_names())
def test_ready_memories_are_in_order(name: str) -> None:
    recipe = recipes.load_memory(name)
    assert recipe.name == name
    assert recipe.title
    assert recipe.description
    assert recipes.is_memory(name)
    assert name not in recipes.names()


def test_a_recipe_written_and_read_is_the_same(tmp_path: Path) -> None:
    recipe = LETTERS.with_settings({"seed": "7", "probes.erased": "6"})
    path = tmp_path / "other.toml"
    path.write_text(recipe.toml(), encoding="utf-8")
    assert recipes.is_memory(path)
    assert recipes.load_memory(path) == recipe
    assert (recipe.seed, recipe.probes.erased) == (7, 6)


def test_drawings_are_states() -> None:
    assert LETTERS.states.shape == (4, 36)
    assert set(LETTERS.states.ravel().tolist()) == {-1.0, 1.0}
    drawn = "".join(LETTERS.patterns["A"])
    assert LETTERS.states[0].tolist() == [1.0 if pixel == "#" else -1.0 for pixel in drawn]


def test_a_recipe_names_rule_and_update(tmp_path: Path) -> None:
    assert LETTERS.learning_rule() == Hebbian(bias=True)
    path = written(
        tmp_path,
        rule={"type": "Storkey"},
        update={"type": "Asynchronous", "order": [2, 0, 1]},
        patterns={"x": ["#.#"]},
        probes={"each": 2},
    )
    recipe = recipes.load_memory(path)
    update = recipe.order()
    assert recipe.learning_rule() == Storkey()
    assert isinstance(update, Asynchronous)
    assert update.order is not None
    assert update.order.tolist() == [2, 0, 1]


def test_letters_are_recalled_and_the_summary_counts_them() -> None:
    run = recipes.remember(LETTERS)
    document = run.document()
    assert json.loads(json.dumps(document)) == document
    assert document["test"]["recalled"] > 0.95
    assert document["test"]["settled"] == 1.0
    assert document["gram"] == (LETTERS.states @ LETTERS.states.T).tolist()
    assert np.mean(list(document["recalled"].values())) == document["test"]["recalled"]
    assert recipes.remember(LETTERS).document() == document
    wrong = run.recalled.states != LETTERS.states[run.of]
    assert document["test"]["wrong_bits"] == wrong.mean()
    assert document["test"]["recalled"] == np.mean(~wrong.any(axis=1))


def test_a_run_is_kept_and_can_be_repeated(tmp_path: Path) -> None:
    run = recipes.remember(LETTERS.with_settings({"seed": "5"}))
    run.save(tmp_path)
    again = recipes.remember(recipes.load_memory(tmp_path / "recipe.toml"))
    assert again.document() == json.loads((tmp_path / "summary.json").read_text())
    net = training.load(tmp_path / "model.safetensors", Hopfield(36, dtype=np.float64))
    np.testing.assert_array_equal(net(LETTERS.states), LETTERS.states)


def test_probes_are_spoilt_as_the_notes_spoil_them() -> None:
    x = np.ones((2000, 20))
    spoilt = spoil(x, Probes(redrawn=0.4, erased=5), Generator(0))
    assert np.all(spoilt[:, 15:] == -1.0)
    assert np.mean(spoilt[:, :15] == -1.0) == pytest.approx(0.2, abs=0.01)
    assert np.all(x == 1.0)
    np.testing.assert_array_equal(spoil(x, Probes(redrawn=0.0), Generator(0)), x)


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"patterns": {}}, r"\[patterns\]: a memory holds at least one pattern"),
        ({"patterns": {"A": ["##"], "B": ["#x"]}}, "B: expected rows of # and ., got 'x' in row 0"),
        ({"patterns": {"A": ["##"], "B": ["###"]}}, r"B: .* as many as A has, got rows of \[3\]"),
        ({"patterns": {"A": ["##", "#"]}}, r"A: expected rows of one length, .* \[2, 1\]"),
        ({"patterns": {"A": []}}, "A: expected rows of one length"),
        ({"patterns": {"A": [""]}}, "A: expected rows of one length"),
        ({"patterns": {"A": "##"}}, "A: expected an array of strings, got '##'"),
        ({"probes": {"each": 0}}, r"\[probes\] each: expected at least 1"),
        ({"probes": {"redrawn": 1.5}}, r"\[probes\] redrawn: expected a probability, got 1.5"),
        ({"probes": {"erased": 37}}, r"\[probes\] erased: expected 0 to 36 pixels, got 37"),
        ({"probes": {"erasd": 3}}, r"\[probes\] erasd: unknown key; did you mean erased"),
        ({"rule": {"type": "Hebian"}}, r"'Hebian' is not known; did you mean Hebbian"),
        ({"rule": {"type": "Hebbian", "bias": 1}}, r"\[rule\] bias: expected true or false"),
        ({"update": {"type": "Asynchronous", "order": [0, 0]}}, "at most once"),
        ({"seed": -1}, "seed: expected at least 0"),
        ({"name": "../letters"}, "a name that a folder can have"),
        ({"training": {"epochs": 3}}, "training: unknown key"),
    ],
)
def test_what_cannot_be_used_is_named(tables: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=message):
        recipes.load_memory(written(tmp_path, **tables))


def test_a_memory_is_no_network_and_a_network_no_memory() -> None:
    with pytest.raises(RecipeError, match=r"got a memory.*`neuropil train` takes it"):
        recipes.load("hopfield-letters")
    with pytest.raises(RecipeError, match="unknown key"):
        recipes.load_memory("digits")
    assert not recipes.is_memory("digits")
