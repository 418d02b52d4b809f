"""The folds of a recipe: what tests has no say in what is learned from."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuropil import recipes
from neuropil.recipes.recipe import from_document

validation = import_module("neuropil.recipes.validation")


@pytest.fixture
def folds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[recipes.Splits]:
    """The parts of each of four folds of a table, whose rare class is every fifth row."""
    rng = np.random.default_rng(0)
    rows = [f"{x},{'rare' if i % 5 == 0 else 'common'}" for i, x in enumerate(rng.normal(size=80))]
    (tmp_path / "table.csv").write_text("\n".join(["x,kind", *rows]), encoding="utf-8")
    document = {
        "name": "table",
        "data": {"name": "csv", "path": str(tmp_path / "table.csv"), "target": "kind"},
        "layers": [{"type": "Linear", "in_features": 1, "out_features": 2}],
        "loss": {"type": "CrossEntropyLoss"},
        "optimizer": {"type": "SGD"},
        "training": {"epochs": 1},
    }
    parts, prepare = [], validation.prepare

    def prepared(recipe: Any, splits: recipes.Splits) -> Any:
        parts.append(splits)
        return prepare(recipe, splits)

    monkeypatch.setattr(validation, "prepare", prepared)
    recipes.cross_validate(from_document(document, "table.toml"), 4)
    return parts


def test_inputs_are_standardised_by_what_a_fold_learns_from(folds: list[recipes.Splits]) -> None:
    for fold in folds:
        assert fold.train.inputs.mean() == pytest.approx(0.0, abs=1e-6)
        assert fold.train.inputs.std() == pytest.approx(1.0, abs=1e-6)
        assert abs(fold.test.inputs.mean()) > 1e-3


def test_each_part_of_a_fold_has_its_share_of_the_rare_class(folds: list[recipes.Splits]) -> None:
    for fold in folds:
        for part in (fold.train, fold.validation, fold.test):
            assert part is not None
            rare = np.bincount(part.targets).min()
            assert rare == pytest.approx(len(part) / 5, abs=1.0)
