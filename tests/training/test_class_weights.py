"""Class weights, and what the mean of a weighted loss over batches is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil import nn, optim
from neuropil.errors import DataError, DTypeError, ShapeError
from neuropil.training import class_weights, evaluate, fit


@pytest.mark.peer
@given(st.lists(st.integers(1, 20), min_size=1, max_size=6))
def test_they_are_those_of_scikit_learn(counts: list[int]) -> None:
    theirs = pytest.importorskip("sklearn.utils.class_weight").compute_class_weight
    labels = np.repeat(np.arange(len(counts)), counts)
    found = class_weights(labels, len(counts), dtype=np.float64)
    assert found == pytest.approx(theirs("balanced", classes=np.arange(len(counts)), y=labels))
    assert found[labels].mean() == pytest.approx(1.0)
    assert np.bincount(labels, found[labels]) == pytest.approx(len(labels) / len(counts))


@pytest.mark.parametrize(
    ("targets", "error", "match"),
    [
        ([0, 0, 2, 2], DataError, "class 1 has no samples"),
        ([0, 0], DataError, "classes 1, 2 have no samples"),
        ([0, 1, 3], DataError, "expects classes 0 … 2, got 3 for sample 2"),
        ([0, -1, 2], DataError, "got -1 for sample 1"),
        ([0.0, 1.0, 2.0], DTypeError, "integer classes, got float64"),
        ([[0], [1], [2]], ShapeError, r"one class per sample, got shape \(3, 1\)"),
    ],
)
def test_what_cannot_be_balanced_is_refused(targets: Any, error: Any, match: str) -> None:
    with pytest.raises(error, match=match):
        class_weights(np.array(targets), 3)


def samples(n: int = 40) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    rng = np.random.default_rng(0)
    labels = np.where(rng.random(n) < 0.8, 0, rng.integers(1, 3, n))
    return rng.normal(size=(n, 4)), labels


@pytest.mark.parametrize("loss", [nn.CrossEntropyLoss, nn.NLLLoss])
@pytest.mark.parametrize("ignore", [-100, 2])
def test_a_weighted_loss_does_not_depend_on_the_batches(loss: type[Any], ignore: int) -> None:
    inputs, targets = samples()
    net = nn.Sequential(nn.Linear(4, 3, rng=0, dtype=np.float64), nn.LogSoftmax(dim=1))
    function = loss(class_weights(targets, 3), ignore_index=ignore)
    whole = function(net(inputs), targets).item()
    for batch_size in (7, 16, 40):
        found = evaluate(net, (inputs, targets), loss=function, batch_size=batch_size)
        assert found["loss"] == pytest.approx(whole, rel=1e-12)


def test_distributions_over_classes_count_as_samples() -> None:
    inputs, targets = samples()
    net, shares = nn.Linear(4, 3, rng=0, dtype=np.float64), np.eye(3)[targets]
    loss = nn.CrossEntropyLoss(np.array([1.0, 5.0, 2.0]))
    whole = loss(net(inputs), shares).item()
    found = evaluate(net, (inputs, shares), loss=loss, batch_size=7)
    assert found["loss"] == pytest.approx(whole, rel=1e-12)


def test_the_loss_of_an_epoch_is_the_weighted_mean_too() -> None:
    inputs, targets = samples()
    net = nn.Linear(4, 3, rng=0, dtype=np.float64)
    loss = nn.CrossEntropyLoss(class_weights(targets, 3))
    whole = loss(net(inputs), targets).item()
    history = fit(
        net,
        (inputs, targets),
        loss=loss,
        optimizer=optim.SGD(net.parameters(), lr=1e-12),  # so small that the network stays
        epochs=1,
        batch_size=7,
        progress=False,
        rng=0,
    )
    assert history[0]["loss"] == pytest.approx(whole, rel=1e-9)
