"""The two terms of the evidence bound, its gradients, and what p(x|z) gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import check_gradients, nn
from neuropil.errors import ShapeError
from neuropil.nn import ELBOLoss

RNG = np.random.default_rng(0)
DECODED = RNG.standard_normal((5, 2, 3))
MEAN, LOG_VARIANCE = RNG.standard_normal((5, 4)), RNG.standard_normal((5, 4))
TRIPLE = DECODED, MEAN, LOG_VARIANCE
X = RNG.uniform(0.0, 1.0, (5, 2, 3))
LOSSES: list[Callable[..., ELBOLoss]] = [nn.BernoulliELBOLoss, nn.GaussianELBOLoss]
kinds = pytest.mark.parametrize("kind", LOSSES)


@kinds
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_it_is_the_sum_of_its_terms(kind: Callable[..., ELBOLoss], reduction: Any) -> None:
    loss = kind(beta=0.3, reduction=reduction)
    terms = loss.reconstruction(TRIPLE, X), loss.divergence(TRIPLE, X)
    np.testing.assert_allclose(loss(TRIPLE, X), terms[0] + 0.3 * terms[1], rtol=1e-14)
    assert np.shape(terms[0]) == np.shape(terms[1]) == ((5,) if reduction == "none" else ())


@kinds
def test_reductions_belong_together(kind: Callable[..., ELBOLoss]) -> None:
    each = kind(reduction="none")(TRIPLE, X)
    assert kind(reduction="sum")(TRIPLE, X) == pytest.approx(each.sum(), rel=1e-13)
    assert kind()(TRIPLE, X) == pytest.approx(each.mean(), rel=1e-13)


@kinds
def test_gradients_are_finite_differences(kind: Callable[..., ELBOLoss]) -> None:
    loss = kind(beta=2.0)
    check_gradients(lambda *triple: loss(triple, X), *TRIPLE)


def test_densities_and_probabilities_add_up_to_one() -> None:
    """Over all bits, and over all numbers, ∫ p(x|z) dx = 1."""
    bits = np.array([[i >> j & 1 for j in range(3)] for i in range(8)], dtype=np.float64)
    logits = np.broadcast_to(DECODED[0, 0], bits.shape)
    bernoulli = nn.BernoulliELBOLoss().negative_log_likelihood(logits, bits)
    assert np.exp(-bernoulli).sum() == pytest.approx(1.0, rel=1e-13)
    x, dx = np.linspace(-6.0, 6.0, 1001, retstep=True)
    gaussian = nn.GaussianELBOLoss(std=0.5).negative_log_likelihood(
        np.full((1001, 1), 0.2), x[:, np.newaxis]
    )
    assert np.exp(-gaussian).sum() * dx == pytest.approx(1.0, rel=1e-12)


@kinds
def test_samples_have_the_expected_mean(kind: Callable[..., ELBOLoss]) -> None:
    n = 40_000
    loss, decoded = kind(), np.broadcast_to(DECODED[:1], (n, 2, 3))
    drawn = loss.sample(decoded, rng=0)
    assert drawn.shape == decoded.shape
    np.testing.assert_allclose(
        drawn.mean(axis=0), loss.expected(DECODED[:1])[0], atol=4.5 / np.sqrt(n)
    )


@pytest.mark.fast
@kinds
def test_compiled_it_is_the_same(kind: Callable[..., ELBOLoss]) -> None:
    pytest.importorskip("jax")
    loss = kind(beta=0.5)

    def step(*triple: Any) -> Any:
        variables = [npl.Variable(part) for part in triple]
        value = loss(tuple(variables), X)
        return value, npl.gradients(value, variables)

    for ours, theirs in zip(npl.compile(step)(*TRIPLE)[1], step(*TRIPLE)[1], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14)


@kinds
@pytest.mark.parametrize("beta", [-0.5, float("inf"), float("nan")])
def test_beta_is_a_number(kind: Callable[..., ELBOLoss], beta: float) -> None:
    with pytest.raises(ValueError, match="finite beta >= 0"):
        kind(beta=beta)


@pytest.mark.parametrize("std", [0.0, -1.0, float("nan")])
def test_a_deviation_is_positive(std: float) -> None:
    with pytest.raises(ValueError, match="finite std > 0"):
        nn.GaussianELBOLoss(std)


@kinds
def test_what_is_no_triple(kind: Callable[..., ELBOLoss]) -> None:
    with pytest.raises(ShapeError, match=r"expects \(decoded, mean, log_variance\), got ndarray"):
        kind()(DECODED, X)
    with pytest.raises(ShapeError, match="got a tuple of 2"):
        kind()(TRIPLE[:2], X)


@kinds
def test_no_samples_have_no_mean(kind: Callable[..., ELBOLoss]) -> None:
    none = tuple(part[:0] for part in TRIPLE)
    with pytest.raises(ShapeError, match="ELBOLoss averages over samples, and got none"):
        kind()(none, X[:0])
    assert kind(reduction="sum")(none, X[:0]) == 0.0


@kinds
def test_targets_of_another_shape(kind: Callable[..., ELBOLoss]) -> None:
    with pytest.raises(ShapeError, match=r"\(5, 2, 3\), got \(5, 6\): reshape"):
        kind()(TRIPLE, X.reshape(5, 6))
