from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from neuropil import nn
from neuropil.data.dataset import gather
from neuropil.interop.sample_weights import as_weights, with_class_weights
from neuropil.interop.weighted_loss import WeightedLoss, weighted

INPUTS = np.zeros((3, 2))


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0, 2.0], "inconsistent"),
        ([[1.0], [2.0], [3.0]], r"one number a sample, got shape \(3, 1\)"),
        ([1.0, -2.0, 3.0], "got -2.0 for sample 1"),
        ([1.0, np.nan, 3.0], "NaN"),
    ],
)
def test_what_are_no_weights_is_refused(weights: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        as_weights(weights, INPUTS)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=30))
def test_balanced_classes_have_the_same_weight_in_all(samples: list[tuple[int, int]]) -> None:
    weights, labels = (np.array(column) for column in zip(*samples, strict=True))
    balanced = with_class_weights(weights.astype(float), "balanced", labels)
    totals = np.bincount(labels, balanced)
    np.testing.assert_allclose(totals[totals > 0], totals.max())
    np.testing.assert_allclose(balanced.sum(), weights.sum())


@given(st.lists(st.integers(1, 4), min_size=1, max_size=8))
def test_the_weighted_loss_is_the_mean_of_repeated_samples(repeats: list[int]) -> None:
    rng = np.random.default_rng(0)
    output, target = rng.normal(size=(2, len(repeats), 2))
    data = weighted(output, target, np.array(repeats, dtype=float))
    each = nn.HalfSquaredError(reduction="none")
    repeated = nn.HalfSquaredError()(output.repeat(repeats, axis=0), target.repeat(repeats, axis=0))
    np.testing.assert_allclose(WeightedLoss(each)(*gather(data, slice(None))), repeated)


def test_batches_of_one_sample_estimate_the_weighted_mean_without_bias() -> None:
    rng = np.random.default_rng(0)
    output, target, weights = rng.normal(size=(5, 1)), rng.normal(size=(5, 1)), rng.uniform(size=5)
    data = weighted(output, target, weights)
    loss = WeightedLoss(nn.HalfSquaredError(reduction="none"))
    batches = [loss(*gather(data, slice(i, i + 1))) for i in range(5)]
    np.testing.assert_allclose(np.mean(batches), loss(*gather(data, slice(None))))


@pytest.mark.parametrize("weight", [-1.0, np.nan, np.inf])
def test_weights_of_classes_are_finite_and_not_negative(weight: float) -> None:
    with pytest.raises(ValueError, match=r"class_weight\[7\] is a finite number of at least 0"):
        with_class_weights(np.ones(3), {7: weight}, np.array([7, 7, 9]))
