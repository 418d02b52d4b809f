"""Losses as primitives: what no shared law of primitives covers."""

from __future__ import annotations

import numpy as np
import pytest

import neuropil as npl
from neuropil.errors import ShapeError


def test_a_class_that_is_ruled_out_adds_nothing():
    logits = npl.Variable(np.array([[0.0, -np.inf, 0.0]]))
    loss = npl.cross_entropy_with_logits(logits, np.array([[1.0, 0.0, 0.0]]), reduction="mean")
    loss.backward()
    assert loss.item() == pytest.approx(np.log(2.0))
    np.testing.assert_allclose(logits.grad, [[-0.5, 0.0, 0.5]])


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize(
    "loss",
    [
        npl.squared_error,
        npl.binary_cross_entropy_with_logits,
        npl.cross_entropy_with_logits,
    ],
    ids=lambda loss: loss.name,
)
def test_derivatives_of_each_reduction(loss, reduction):
    rng = np.random.default_rng(0)
    outputs, targets = rng.normal(size=(4, 3)), rng.dirichlet(np.ones(3), size=4)
    npl.check_gradients(lambda a, b: loss(a, b, reduction=reduction), outputs, targets, order=2)


@pytest.mark.parametrize(
    "loss",
    [
        npl.squared_error,
        npl.binary_cross_entropy_with_logits,
        npl.binary_cross_entropy,
        npl.cross_entropy_with_logits,
    ],
    ids=lambda loss: loss.name,
)
def test_targets_are_not_broadcast(loss):
    with pytest.raises(ShapeError, match="expects targets"):
        loss(np.full((4, 3), 0.5), np.zeros((1, 3)))


@pytest.mark.parametrize(
    "loss",
    [npl.squared_error, npl.binary_cross_entropy_with_logits, npl.cross_entropy_with_logits],
)
def test_the_mean_loss_of_no_samples_is_refused(loss):
    with pytest.raises(ShapeError, match="one element or more"):
        loss(np.zeros((0, 3)), np.zeros((0, 3)), reduction="mean")


def test_a_misspelt_reduction_is_refused():
    with pytest.raises(ValueError, match=r"^reduction is 'mean', 'sum' or 'none', got 'avg'"):
        npl.squared_error(npl.Variable(np.ones(3)), np.zeros(3), reduction="avg")
