"""Metrics by name: read through the loss, measured where they can be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from neuropil import nn, recipes, training
from neuropil.errors import RecipeError
from neuropil.recipes.metrics import OF_CLASSES, metric


def trained(folder: Path, **changes: str) -> recipes.RunFolder:
    settings = {key.replace("__", "."): value for key, value in changes.items()}
    recipe = recipes.load("digits-mlp").with_settings({"training.epochs": "2", **settings})
    run = recipes.create(folder, recipe)
    recipes.train(recipes.prepare(recipe), run, progress=False)
    return run


def test_metrics_of_classes_are_validated_and_tested(tmp_path: Path) -> None:
    names = ["accuracy", "top_5_accuracy", *OF_CLASSES]
    run = trained(tmp_path / "run", training__metrics=str(names).replace("'", '"'))
    (last,) = run.history()[-1:]
    assert {f"val_{name}" for name in names} < last.keys()
    assert {"accuracy", "top_5_accuracy"} < last.keys()
    assert last.keys().isdisjoint({"f1", "precision", "recall", "roc_auc"})
    scores = recipes.evaluate(run)
    assert list(scores) == ["loss", *names]
    for name, (low, high) in scores.intervals.items():
        assert low <= scores[name] <= high
    output = training.predict(run.network(), recipes.prepare(run.recipe()).splits.test.inputs)
    right = recipes.prepare(run.recipe()).splits.test.targets
    assert scores["f1"] == pytest.approx(training.F1()(output, right))


def test_of_one_output_they_are_means_over_both_classes() -> None:
    logits, targets = np.array([[2.0], [-1.0], [0.5], [-3.0]]), np.array([[1.0], [1], [0], [0]])
    for loss, output in (
        (nn.BCEWithLogitsLoss(), logits),
        (nn.BCELoss(), 1 / (1 + np.exp(-logits))),
    ):
        assert metric("recall", loss)(output, targets) == 0.5
        assert metric("roc_auc", loss)(output, targets) == 0.75


def test_classes_and_numbers_are_not_mixed_up() -> None:
    with pytest.raises(ValueError, match="f1 needs a loss whose outputs are classes, got MSELoss"):
        metric("f1", nn.MSELoss())
    with pytest.raises(ValueError, match="r2 needs a loss whose outputs are numbers"):
        metric("r2", nn.CrossEntropyLoss())
    recipe = recipes.load("xor").with_settings({"training.metrics": '["r2"]'})
    with pytest.raises(RecipeError, match=r"recipe xor, \[training\] metrics: r2 needs a loss"):
        recipes.prepare(recipe)


def test_what_is_no_mean_needs_validation_data() -> None:
    recipe = recipes.load("xor").with_settings({"training.metrics": '["f1"]'})
    with pytest.raises(RecipeError, match="f1 is no mean over batches"):
        recipes.prepare(recipe)


def test_early_stopping_can_watch_what_is_validated_only() -> None:
    settings = {"training.metrics": '["f1"]', "training.early_stopping.monitor": '"val_f1"'}
    recipe = recipes.load("digits-mlp").with_settings(
        settings | {"training.early_stopping.maximize": "true"}
    )
    stopping = recipes.prepare(recipe).early_stopping
    assert stopping is not None
    assert stopping.monitor == "val_f1"
    unmeasured = recipe.with_settings({"training.early_stopping.monitor": '"f1"'})
    with pytest.raises(RecipeError, match="'f1' is not measured"):
        recipes.prepare(unmeasured)


def test_classes_are_balanced_on_demand() -> None:
    recipe = recipes.load("digits-mlp").with_settings({"training.balance_classes": "true"})
    job = recipes.prepare(recipe)
    assert isinstance(job.loss, nn.CrossEntropyLoss)
    assert job.loss.weight == pytest.approx(training.class_weights(job.splits.train.targets, 10))
    with pytest.raises(RecipeError, match="balance_classes: makes the weights of the loss itself"):
        recipes.prepare(recipe.with_settings({"loss.weight": str([1.0] * 10)}))
    xor = recipes.load("xor").with_settings({"training.balance_classes": "true"})
    with pytest.raises(RecipeError, match="balance_classes: needs CrossEntropyLoss or NLLLoss"):
        recipes.prepare(xor)


def test_a_fold_is_tested_by_a_network_that_did_not_see_it() -> None:
    recipe = recipes.load("digits-mlp").with_settings({"training.epochs": "2"})
    result = recipes.cross_validate(recipe, 3)
    splits = recipes.prepare(recipe).splits
    assert splits.validation is not None
    assert sum(fold.samples for fold in result.folds) == len(splits.train) + len(splits.validation)
    assert result == recipes.cross_validate(recipe, 3)
