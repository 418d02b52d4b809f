"""Training what a recipe describes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from threadpoolctl import threadpool_info

from neuropil import optim, recipes
from neuropil.errors import RecipeError


def threads() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


@pytest.mark.parametrize("number", [1, 2])
def test_matrix_products_take_the_threads_of_the_recipe(number: int, tmp_path: Path) -> None:
    seen = []

    class Look:
        def on_step(self, run: Any) -> None:
            seen.append(threads())

    recipe = recipes.load("xor").with_settings(
        {"training.threads": str(number), "training.epochs": "1"}
    )
    before = threads()
    run = recipes.create(tmp_path, recipe)
    recipes.train(recipes.prepare(recipe), run, callbacks=[Look()], progress=False)
    assert seen == [{number}]
    assert threads() == before


UPDATED = {
    "schedule.type": "Warmup",
    "schedule.then.type": "MultiStep",
    "schedule.then.milestones": "[2, 3]",
    "clip.type": "ClipValue",
    "clip.clip_value": "0.1",
    "penalty.type": "L1",
    "penalty.strength": "0.001",
    "penalty.biases": "false",
}


def test_schedule_clipping_and_penalty_reach_the_training(tmp_path: Path) -> None:
    seen: list[Any] = []

    class Look:
        def on_finish(self, run: Any) -> None:
            seen.append(run.update)

    recipe = recipes.load("xor").with_settings(UPDATED | {"training.epochs": "5"})
    run = recipes.create(tmp_path, recipe)
    history = recipes.train(recipes.prepare(recipe), run, callbacks=[Look()], progress=False)
    assert seen[0].schedule == optim.Warmup(1.0, then=optim.MultiStep((2, 3)))
    assert seen[0].clip == optim.ClipValue(0.1)
    assert seen[0].penalty == optim.L1(0.001, biases=False)
    assert history["lr"] == pytest.approx([0.05 / 3, 0.05, 0.05, 0.005, 0.0005])
    assert run.recipe() == recipe


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"optimizer.lr": "0"}, r"\[optimizer\]: the learning rate is 0, so nothing"),
        ({"optimizer.lr": "nan"}, r"\[optimizer\]: lr is a finite number of at least 0, got nan"),
        ({"optimizer.lr": "-0.1"}, r"\[optimizer\]: lr is a finite number of at least 0, got -0.1"),
        ({"optimizer.type": "LBFGS"}, r"\[optimizer\]: LBFGS needs the same loss"),
        (UPDATED | {"schedule.epochs": "-1"}, r"\[schedule\]: epochs is a finite number"),
        (UPDATED | {"schedule.then.gamma": "nan"}, r"\[schedule\]: gamma is a finite number"),
        (UPDATED | {"clip.clip_value": "0"}, r"\[clip\]: clip_value is above 0"),
        (UPDATED | {"penalty.strength": "-1"}, r"\[penalty\]: strength is a finite number"),
    ],
)
def test_settings_that_teach_nothing_are_refused(changes: dict[str, str], message: str) -> None:
    with pytest.raises(RecipeError, match=rf"recipe xor, {message}"):
        recipes.prepare(recipes.load("xor").with_settings(changes))


def test_finding_a_rate_leaves_the_job_as_it_was() -> None:
    job, other = (recipes.prepare(recipes.load("xor")) for _ in range(2))
    assert recipes.find_learning_rate(job).suggestion is not None
    for ours, theirs in zip(job.network.parameters(), other.network.parameters(), strict=True):
        assert (ours.value == theirs.value).all()
    assert job.optimizer.lr.item() == other.optimizer.lr.item()
