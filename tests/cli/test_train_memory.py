"""``neuropil train`` with the recipe of a memory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from neuropil import recipes
from neuropil.cli.app import app


def neuropil(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_letters_are_stored_and_recalled() -> None:
    result = neuropil("train", "hopfield-letters")
    assert result.exit_code == 0
    assert "recalled 97.50 % of 400 probes" in result.stdout
    folder = Path("runs") / "hopfield-letters-1"
    assert {file.name for file in folder.iterdir()} == {
        "recipe.toml",
        "model.safetensors",
        "summary.json",
        "report.html",
    }
    again = neuropil("train", folder / "recipe.toml", "--quiet")
    assert again.stdout == "recalled 97.50 % of 400 probes\n"
    assert (Path("runs") / "hopfield-letters-2").is_dir()


def test_as_json_with_other_settings() -> None:
    result = neuropil(
        *("train", "hopfield-letters", "--json", "--no-report", "--seed", 3, "--out", "mine"),
        *("--set", "probes.erased=0", "--set", "update.type=Synchronous"),
    )
    document = json.loads(result.stdout)
    assert document["seed"] == 3
    assert document["run"] == "mine"
    assert document["report"] is None
    assert document["test"]["recalled"] > 0.99
    assert recipes.load_memory("mine/recipe.toml").probes.erased == 0
    assert neuropil("train", "hopfield-letters", "--out", "mine").exit_code == 1


@pytest.mark.parametrize("option", [("--epochs", 3), ("--engine", "xla"), ("--threads", 2)])
def test_what_a_memory_has_not_is_refused(option: tuple[str, object]) -> None:
    result = neuropil("train", "hopfield-letters", *option)
    assert result.exit_code == 1
    assert "training: unknown key" in result.stderr
    assert not Path("runs").exists()


def test_the_doctor_looks_at_gradients() -> None:
    result = neuropil("train", "hopfield-letters", "--doctor")
    assert result.exit_code == 2
    assert "networks that learn from data" in " ".join(result.stderr.split())


def test_other_commands_say_what_it_is() -> None:
    neuropil("train", "hopfield-letters", "--out", "mine", "--no-report")
    for words in (
        ("evaluate", "mine"),
        ("find-lr", "hopfield-letters"),
        ("validate", "hopfield-letters"),
    ):
        result = neuropil(*words)
        assert result.exit_code == 1
        assert "got a memory" in result.stderr


def test_it_is_listed_and_shown() -> None:
    assert "hopfield-letters" in neuropil("recipes").stdout
    assert "[patterns]" in neuropil("recipes", "show", "hopfield-letters").stdout
    shown = json.loads(neuropil("recipes", "show", "hopfield-letters", "--json").stdout)
    assert shown == recipes.load_memory("hopfield-letters").document()
