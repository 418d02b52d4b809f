"""Scores: intervals that hold the truth, means and metrics that are no means."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from neuropil import nn
from neuropil.training import (
    F1,
    R2,
    BinaryAccuracy,
    accuracy,
    bootstrap_interval,
    evaluate,
    mean_absolute_error,
    wilson_interval,
)
from neuropil.training.scores import score_interval

Numpy = np.ndarray[Any, Any]


def samples(n: int = 60) -> tuple[Numpy, Numpy]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, 4)), rng.integers(3, size=n)


@pytest.mark.parametrize("batch_size", [1, 7, 256])
def test_what_is_no_mean_sees_all_samples_at_once(batch_size: int) -> None:
    inputs, targets = samples()
    net = nn.Linear(4, 3, rng=0, dtype=np.float64)
    found = evaluate(net, (inputs, targets), metrics=[accuracy, F1()], batch_size=batch_size)
    output = net(inputs).value
    assert found == pytest.approx(
        {"accuracy": accuracy(output, targets), "f1": F1()(output, targets)}
    )
    assert list(found) == ["accuracy", "f1"]
    assert found.samples == 60
    assert found.intervals == {}


def test_shares_get_wilsons_interval_and_the_others_a_bootstrap() -> None:
    inputs, targets = samples()
    net = nn.Linear(4, 3, rng=0, dtype=np.float64)
    found = evaluate(
        net, (inputs, targets), loss=nn.CrossEntropyLoss(), metrics=[accuracy, F1()], confidence=0.9
    )
    right = round(60 * found["accuracy"])
    assert found.intervals["accuracy"] == wilson_interval(right, 60, confidence=0.9)
    output = net(inputs).value
    assert found.intervals["f1"] == bootstrap_interval(F1(), output, targets, confidence=0.9, rng=0)
    for name, (low, high) in found.intervals.items():
        assert low < found[name] < high
    assert str(found).splitlines()[0] == "60 samples        90 % interval"
    with pytest.raises(ValueError, match="between 0 and 1"):
        evaluate(net, (inputs, targets), metrics=[accuracy], confidence=95)


@pytest.mark.peer
def test_bootstrap_agrees_with_scipy() -> None:
    bootstrap = pytest.importorskip("scipy.stats").bootstrap
    rng = np.random.default_rng(1)
    output, target = rng.normal(size=(2, 80, 1))
    errors = np.abs(output - target).ravel()
    theirs = bootstrap((errors,), np.mean, method="percentile", rng=0).confidence_interval
    ours = bootstrap_interval(mean_absolute_error, output, target, rng=0, resamples=4000)
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.1 * errors.std() / math.sqrt(80))


def test_bootstrap_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng, truth, held = np.random.default_rng(2), math.sqrt(2 / math.pi), 0
    for seed in range(100):
        errors = rng.normal(size=(60, 1))
        low, high = bootstrap_interval(
            mean_absolute_error, errors, np.zeros((60, 1)), rng=seed, resamples=200
        )
        held += low < truth < high
    assert 85 <= held <= 100  # of 95 expected, less what a percentile bootstrap of 60 loses


def test_answers_at_several_places_are_no_independent_trials() -> None:
    rng = np.random.default_rng(3)
    output, target = rng.normal(size=(20, 5)), rng.integers(0, 2, (20, 5)).astype(float)
    metric = BinaryAccuracy(0.0)
    found = score_interval(metric, output, target, confidence=0.95, rng=0)
    assert found == bootstrap_interval(metric, output, target, rng=0)
    single = score_interval(metric, output[:, :1], target[:, :1], confidence=0.95)
    right = round(20 * metric(output[:, :1], target[:, :1]))
    assert single == wilson_interval(right, 20)


def test_where_nothing_can_be_said_the_interval_is_not_a_number() -> None:
    one = np.ones((1, 1))
    assert all(map(math.isnan, score_interval(R2(), one, one, confidence=0.95)))
    same = np.ones((5, 1))
    assert all(map(math.isnan, score_interval(R2(), same, same, confidence=0.95)))
    with pytest.raises(ValueError, match="two or more samples"):
        bootstrap_interval(R2(), one, one)
    with pytest.raises(ValueError, match="not defined on any"):
        bootstrap_interval(R2(), same, same, resamples=3)
    with pytest.raises(ValueError, match="4 targets"):
        bootstrap_interval(R2(), same, same[:4])
