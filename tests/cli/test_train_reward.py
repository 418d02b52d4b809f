"""``neuropil train cart-pole``: the policy, its folder, and a run that is resumed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from neuropil import recipes
from neuropil.cli.app import app
from neuropil.reinforcement import Course

SHORT = ("--set", "learning.episodes=100", "--set", "learning.goal=20.0")


def neuropil(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_pole_is_balanced_within_a_thousand_episodes() -> None:
    result = neuropil("train", "cart-pole", "--seed", 0, "--json")
    document = json.loads(result.stdout)
    assert document["solved"]
    assert document["episodes"] <= 1000
    assert document["last_100"] >= 475.0
    assert document["test"]["mean_return"] >= 475.0
    folder = Path("runs") / "cart-pole-1"
    assert {file.name for file in folder.iterdir()} == {
        "recipe.toml",
        "model.safetensors",
        "history.jsonl",
        "report.html",
    }
    assert document["report"] == str(folder / "report.html")
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 3
    assert f"{document['test']['mean_return']:.1f}" in page
    assert "goal 475, reached" in page
    evaluated = json.loads(neuropil("evaluate", folder, "--json").stdout)
    assert evaluated == {"run": str(folder), **document["test"]}
    assert "in 100 fresh episodes" in neuropil("evaluate", folder).stdout


def test_what_is_said() -> None:
    result = neuropil("train", "cart-pole", *SHORT, "--no-report", "--out", "mine")
    assert result.exit_code == 0
    assert "100 episodes at most, 5 a step, until the mean of 100 is 20" in result.stdout
    assert "in 100 fresh episodes  100 episodes in" in result.stdout
    assert not (Path("mine") / "report.html").exists()
    quiet = neuropil("train", "mine/recipe.toml", "--quiet", "--no-report")
    assert quiet.stdout.startswith("mean return ")
    assert quiet.stdout.count("\n") == 1
    assert neuropil("train", "cart-pole", "--out", "mine").exit_code == 1
    resumed = neuropil("train", "--resume", "mine", "--no-report")
    assert "is finished: there is nothing to resume" in resumed.stdout


def test_an_interrupted_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    neuropil("train", "cart-pole", *SHORT, "--no-report", "--out", "whole")
    told = recipes.reward_run.CourseWriter.__call__

    def interrupted(writer: Any, course: Course) -> None:
        told(writer, course)
        if len(course.records) == 5:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("neuropil.recipes.reward_run.CourseWriter.__call__", interrupted)
        result = neuropil("train", "cart-pole", *SHORT, "--no-report", "--out", "broken")
    assert result.exit_code == 130
    assert "Go on with: neuropil train --resume broken" in result.stderr
    assert neuropil("evaluate", "broken").exit_code == 1
    assert neuropil("train", "--resume", "broken", "--quiet").exit_code == 0
    models = [Path(name, "model.safetensors").read_bytes() for name in ("whole", "broken")]
    assert models[0] == models[1]
    assert (Path("broken") / "report.html").exists()


@pytest.mark.parametrize("option", [("--epochs", 3), ("--engine", "xla"), ("--threads", 2)])
def test_what_it_has_not_is_refused(option: tuple[str, object]) -> None:
    result = neuropil("train", "cart-pole", *option)
    assert result.exit_code == 1
    assert "training: unknown key" in result.stderr
    assert not Path("runs").exists()


def test_other_commands_say_what_it_is() -> None:
    assert neuropil("train", "cart-pole", "--doctor").exit_code == 2
    for words in (("find-lr", "cart-pole"), ("validate", "cart-pole")):
        result = neuropil(*words)
        assert result.exit_code == 1
        assert "got a policy, which learns from reward" in result.stderr


def test_it_is_listed_and_shown() -> None:
    assert "cart-pole" in neuropil("recipes").stdout
    assert "[environment]" in neuropil("recipes", "show", "cart-pole").stdout
    shown = json.loads(neuropil("recipes", "show", "cart-pole", "--json").stdout)
    assert shown == recipes.load_reward("cart-pole").document()
