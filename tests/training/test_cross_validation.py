"""Cross-validation: each sample is tested once, by a network that never saw it."""

from __future__ import annotations

import math
from typing import Any, cast

import numpy as np
import pytest

from neuropil import nn, optim
from neuropil.data import ArrayDataset, DataLoader
from neuropil.errors import DataError
from neuropil.training import ROCAUC, CrossValidation, accuracy, cross_validate, mean_interval

N = 30
LABELS = np.repeat([0, 1, 2], [15, 9, 6])


def validated(**changes: Any) -> CrossValidation:
    inputs = np.random.default_rng(0).normal(size=(N, 3)).astype(np.float32)
    inputs[np.arange(N), LABELS] += 3.0
    settings: dict[str, Any] = {
        "data": (inputs, LABELS),
        "k": 5,
        "loss": nn.CrossEntropyLoss(),
        "optimizer": lambda parameters: optim.Adam(parameters, lr=0.1),
        "epochs": 20,
        "metrics": [accuracy],
        "rng": 0,
    }
    return cross_validate(lambda: nn.Linear(3, 3), **(settings | changes))


def test_folds_are_scored_and_averaged() -> None:
    result = validated(stratify=LABELS)
    assert [fold.samples for fold in result.folds] == [6] * 5
    assert result.means["accuracy"] == pytest.approx(np.mean(result["accuracy"]))
    assert result.intervals["loss"] == mean_interval(result["loss"])
    assert result.means["accuracy"] > 0.8
    lines = str(result).splitlines()
    assert lines[0].split() == ["fold", "samples", "loss", "accuracy"]
    assert [line.split()[0] for line in lines[1:]] == ["1", "2", "3", "4", "5", "mean", "95", "to"]


def test_a_seed_repeats_it_and_another_does_not() -> None:
    assert validated() == validated()
    assert validated() != validated(rng=1)


def test_a_network_cannot_score_on_what_only_its_fold_knows() -> None:
    """Labels that are noise: what remembers its samples would be right on them, not by chance."""
    rng = np.random.default_rng(1)
    inputs = np.eye(N, dtype=np.float32)
    noise = rng.integers(3, size=N)
    result = cross_validate(
        lambda: nn.Linear(N, 3),
        (inputs, noise),
        k=N,
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda parameters: optim.SGD(parameters, lr=1.0),
        epochs=30,
        metrics=[accuracy],
        rng=0,
    )
    assert len(result.folds) == N
    assert result.means["accuracy"] < 0.75


def test_few_folds_have_no_interval() -> None:
    result = validated(k=3)
    assert result.intervals == {}
    assert str(result).splitlines()[-1].startswith("mean")


def test_settings_of_fit_are_passed_on() -> None:
    scheduled = validated(schedule=optim.CosineDecay(), batch_size=4)
    assert scheduled != validated(batch_size=4)
    with pytest.raises(TypeError, match="one checkpoint cannot hold"):
        validated(checkpoint="file")
    with pytest.raises(TypeError, match="surprise"):
        validated(surprise=1)


def test_data_that_cannot_be_folded_is_refused() -> None:
    with pytest.raises(DataError, match="at most as many folds as samples, 30, got k = 31"):
        validated(k=31)
    with pytest.raises(DataError, match="class 2 has 6"):
        validated(k=7, stratify=LABELS)
    with pytest.raises(DataError, match="no samples"):
        validated(data=ArrayDataset(np.zeros((0, 3)), np.zeros(0, int)))


def test_a_score_that_is_not_defined_on_a_fold_has_no_interval() -> None:
    result = validated(k=N, metrics=[ROCAUC()], epochs=1)  # of one sample there is no ranking
    assert math.isnan(result.means["roc_auc"])
    assert np.isnan(result.intervals["roc_auc"]).all()
    assert str(result).splitlines()[-1].split()[-1] == "nan"


def test_a_network_that_knows_the_fold_is_refused() -> None:
    net = nn.Linear(3, 3)
    settings: dict[str, Any] = {
        "loss": nn.CrossEntropyLoss(), "optimizer": optim.SGD, "epochs": 1, "k": 3,
    }  # fmt: skip
    data = np.zeros((9, 3), np.float32), np.arange(9) % 3
    with pytest.raises(ValueError, match=r"the network of the fold before.*make one anew"):
        cross_validate(lambda: net, data, **settings)
    with pytest.raises(TypeError, match="a function that makes a network anew"):
        cross_validate(net, data, **settings)
    with pytest.raises(TypeError, match="pass its dataset, and batch_size"):
        cross_validate(lambda: net, cast("Any", DataLoader(ArrayDataset(*data), 4)), **settings)
