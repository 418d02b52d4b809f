"""Recipes of learning from reward: what they say, what they refuse, and what comes of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuropil import recipes
from neuropil.errors import FileFormatError, NeuropilError, RecipeError, ShapeError
from neuropil.recipes import RunFolder, toml
from neuropil.recipes.environments import gymnasium
from neuropil.reinforcement import Course

CART_POLE = recipes.load_reward("cart-pole")
SHORT = CART_POLE.with_settings({"learning.episodes": "100", "learning.goal": "20.0"})


def written(folder: Path, **tables: Any) -> Path:
    path = folder / "mine.toml"
    path.write_text(toml.dumps(CART_POLE.document() | tables), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", recipes.reward_names())
def test_ready_recipes_are_in_order(name: str) -> None:
    recipe = recipes.load_reward(name)
    assert recipe.name == name
    assert recipe.title
    assert recipe.description
    assert recipes.kind_of(name) is recipes.REWARD
    assert recipes.load_any(name) == recipe
    assert name not in recipes.names()
    recipes.prepare_reward(recipe)


def test_a_recipe_written_and_read_is_the_same(tmp_path: Path) -> None:
    recipe = CART_POLE.with_settings({"seed": "7", "learning.discount": "0.9"})
    path = tmp_path / "other.toml"
    path.write_text(recipe.toml(), encoding="utf-8")
    assert recipes.kind_of(path) is recipes.REWARD
    assert recipes.load_reward(path) == recipe
    assert (recipe.seed, recipe.learning.discount) == (7, 0.9)


def test_a_recipe_says_how_is_learned(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        environment={"name": "cart-pole", "max_steps": 50},
        clip={"type": "ClipNorm", "max_norm": 1.0},
        learning={"episodes": 8, "batch": 4, "entropy": 0.1, "standardise": False},
    )
    job = recipes.prepare_reward(recipes.load_reward(path))
    assert job.environment.num_envs == 4
    assert job.learner.entropy == 0.1
    assert not job.learner.standardise
    assert job.learner.clip is not None
    course = recipes.practise(job, recipes.create(tmp_path / "run", job.recipe), progress=False)
    assert len(course.returns) == 8
    assert course.returns.max() <= 50.0


def test_a_run_is_kept_tested_and_repeated(tmp_path: Path) -> None:
    runs = []
    for name in ("one", "other"):
        run = recipes.create(tmp_path / name, SHORT)
        course = recipes.practise(recipes.prepare_reward(SHORT), run, progress=False)
        assert run.finished
        assert recipes.load_reward(run.recipe_file) == SHORT
        runs.append((run, course))
    (run, course), (other, again) = runs
    assert run.model_file.read_bytes() == other.model_file.read_bytes()
    assert course.returns.tolist() == again.returns.tolist()
    kept = recipes.course_of(run)
    assert kept.records == course.records
    assert kept.solved == course.solved is True
    test = recipes.examine(run)
    assert test == recipes.examine(other)
    low, high = test["interval"]
    assert low < test["mean_return"] < high
    assert test["episodes"] == 100


def test_what_was_killed_goes_on_to_the_same_bits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = recipes.create(tmp_path / "whole", SHORT)
    recipes.practise(recipes.prepare_reward(SHORT), whole, progress=False)
    broken, told = (
        recipes.create(tmp_path / "broken", SHORT),
        recipes.reward_run.CourseWriter.__call__,
    )

    def killed(writer: Any, course: Course) -> None:
        told(writer, course)
        if len(course.records) == 7:
            raise SystemExit

    monkeypatch.setattr("neuropil.reinforcement.checkpoints.APART", 0.0)
    with monkeypatch.context() as patch:
        patch.setattr("neuropil.recipes.reward_run.CourseWriter.__call__", killed)
        with pytest.raises(SystemExit):
            recipes.practise(recipes.prepare_reward(SHORT), broken, progress=False)
    assert not broken.finished
    assert len(broken.history()) == 7
    with pytest.raises(FileFormatError, match="neuropil train --resume"):
        recipes.examine(broken)
    recipes.practise(recipes.prepare_reward(SHORT), broken, progress=False)
    assert broken.model_file.read_bytes() == whole.model_file.read_bytes()
    for one, other in zip(broken.history(), whole.history(), strict=True):
        assert one["returns"] == other["returns"]


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        (
            {"environment": {"name": "cart-poll"}},
            r"'cart-poll' is not known; did you mean cart-pole",
        ),
        ({"environment": {"max_steps": 5}}, r"\[environment\]: name missing"),
        ({"environment": {"name": "cart-pole", "count": 3}}, "count: unknown key"),
        ({"environment": {"name": "gymnasium"}}, "id missing"),
        ({"layers": []}, "a network has at least one layer"),
        ({"layers": [{"type": "Liner"}]}, "'Liner' is not known; did you mean Linear"),
        ({"optimizer": {"type": "Adam", "rate": 0.1}}, "rate: unknown key"),
        ({"clip": {"type": "ClipNorm"}}, "max_norm missing"),
        ({"learning": {"episodes": 0}}, r"\[learning\] episodes: expected at least 1, got 0"),
        ({"learning": {"episodes": 10, "batch": 0}}, "batch: expected at least 1"),
        ({"learning": {"episodes": 10, "epochs": 3}}, "epochs: unknown key; did you mean episodes"),
        ({"learning": {"episodes": 1.5}}, "episodes: expected an integer"),
        ({"learning": {}}, "episodes missing"),
        ({"seed": -1}, "seed: expected at least 0"),
        ({"name": "../cart"}, "a name that a folder can have"),
        ({"data": {"name": "xor"}}, "data: unknown key"),
    ],
)
def test_what_cannot_be_used_is_named(tables: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=message):
        recipes.load_reward(written(tmp_path, **tables))


LINEAR = {"type": "Linear", "in_features": 4, "out_features": 2}


@pytest.mark.parametrize(
    ("tables", "error", "message"),
    [
        ({"learning": {"episodes": 101}}, RecipeError, "multiple of the 5 environments"),
        ({"learning": {"episodes": 90, "goal": 9.0}}, RecipeError, "100 episodes, which 90 cannot"),
        ({"learning": {"episodes": 100, "goal": 501.0}}, RecipeError, "goal 501 cannot be reached"),
        ({"learning": {"episodes": 100, "discount": 1.5}}, RecipeError, r"\[learning\]: discount"),
        ({"optimizer": {"type": "Adam", "lr": 0.0}}, RecipeError, "learning rate is 0"),
        ({"optimizer": {"type": "LBFGS"}}, RecipeError, "LBFGS"),
        ({"environment": {"name": "cart-pole", "max_steps": 0}}, RecipeError, r"\[environment\]: "),
        ({"layers": [{**LINEAR, "out_features": 3}]}, ShapeError, "has 2 actions: expected"),
        ({"layers": [{**LINEAR, "in_features": 3}]}, ShapeError, "layer 0: Linear expects"),
        ({"layers": [{"type": "Tanh"}]}, RecipeError, "at least one parameter"),
    ],
)
def test_what_cannot_work_is_told_before_anything_is_played(
    tables: Any, error: type[NeuropilError], message: str, tmp_path: Path
) -> None:
    recipe = recipes.load_reward(written(tmp_path, **tables))
    with pytest.raises(error, match=message):
        recipes.prepare_reward(recipe)


def test_each_kind_says_what_another_is() -> None:
    with pytest.raises(RecipeError, match=r"got a policy.*`neuropil train` takes it"):
        recipes.load("cart-pole")
    with pytest.raises(RecipeError, match="unknown key"):
        recipes.load_reward("digits")
    with pytest.raises(RecipeError, match="unknown key"):
        recipes.load_memory("cart-pole")
    assert recipes.kind_of("hopfield-letters") is recipes.MEMORY
    assert recipes.kind_of("digits") is recipes.kind_of("nothing.toml") is recipes.NETWORK


def test_gymnasium_is_asked_for_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gymnasium", None)
    changes = {"environment": '{name = "gymnasium", id = "CartPole-v1"}'}
    with pytest.raises(RecipeError, match="pip install gymnasium"):
        recipes.prepare_reward(CART_POLE.with_settings(changes))


@pytest.mark.peer
def test_an_environment_of_gymnasium_in_a_recipe(tmp_path: Path) -> None:
    pytest.importorskip("gymnasium")
    with pytest.raises(ValueError, match="names code to be imported"):
        gymnasium(1, "os:CartPole-v1")
    with pytest.raises(ValueError, match="CartPoll"):
        gymnasium(1, "CartPoll-v1")
    changes = {"environment": '{name = "gymnasium", id = "CartPole-v1"}'}
    recipe = CART_POLE.with_settings(changes | {"learning.episodes": "100", "learning.goal": "20"})
    run = recipes.create(tmp_path / "run", recipe)
    course = recipes.practise(recipes.prepare_reward(recipe), run, progress=False)
    assert course.returns[-20:].mean() > 1.5 * course.returns[:20].mean()
    assert recipes.examine(run)["mean_return"] > 1.5 * np.mean(course.returns[:20])
    assert RunFolder(tmp_path / "run").finished
