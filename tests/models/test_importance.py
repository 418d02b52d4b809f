"""Importance sampling against a likelihood that is known: linear decoder, normal noise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil import models, nn, training
from neuropil.errors import DataError

STD, LATENT, FEATURES = 0.6, 2, 5
RNG = np.random.default_rng(0)
# Orthogonal columns: the posterior has a diagonal covariance, which an encoder can give exactly.
WEIGHT = np.linalg.qr(RNG.standard_normal((FEATURES, LATENT)))[0] * np.array([1.5, 0.7])
BIAS = RNG.standard_normal(FEATURES)
X = BIAS + RNG.standard_normal((30, FEATURES))
LOSS = nn.GaussianELBOLoss(std=STD)


def principal_components(*, widened: float = 0.0) -> models.VariationalAutoencoder:
    """Probabilistic principal components: x = W z + b + ε (Tipping and Bishop 1999).

    q(z|x) is the posterior N(M⁻¹Wᵀ(x − b), s²M⁻¹) with M = WᵀW + s²I; its ln σ² ``widened``.
    """
    inverse = 1.0 / (np.sum(WEIGHT**2, axis=0) + STD**2)
    encoder = nn.Linear(FEATURES, 2 * LATENT, dtype=np.float64)
    decoder = nn.Linear(LATENT, FEATURES, dtype=np.float64)
    to_mean = inverse[:, np.newaxis] * WEIGHT.T
    encoder.weight.value = np.vstack([to_mean, np.zeros((LATENT, FEATURES))])
    encoder.bias.value = np.concatenate([-to_mean @ BIAS, np.log(STD**2 * inverse) + widened])
    decoder.weight.value, decoder.bias.value = WEIGHT.copy(), BIAS.copy()
    return models.VariationalAutoencoder(encoder, decoder, LATENT)


def exact() -> np.ndarray:
    """ln N(x; b, WWᵀ + s²I)."""
    covariance = WEIGHT @ WEIGHT.T + STD**2 * np.eye(FEATURES)
    away = X - BIAS
    distance = np.sum(away * np.linalg.solve(covariance, away.T).T, axis=1)
    constant = np.linalg.slogdet(2 * np.pi * covariance)[1]
    likelihood: np.ndarray = -0.5 * (distance + constant)
    return likelihood


def test_with_the_true_posterior_one_sample_is_exact() -> None:
    for samples in (1, 7):
        found = models.log_likelihood(principal_components(), X, LOSS, samples=samples, rng=1)
        np.testing.assert_allclose(found, exact(), rtol=1e-12)


def test_with_a_wider_one_it_comes_there() -> None:
    net = principal_components(widened=0.8)
    found = models.log_likelihood(net, X, LOSS, samples=20_000, rng=0)
    np.testing.assert_allclose(found, exact(), atol=0.03)
    assert found.mean() == pytest.approx(exact().mean(), abs=0.003)


def test_it_is_a_lower_bound_that_rises_with_the_samples() -> None:
    net = principal_components(widened=0.8)
    means = [
        np.mean([models.log_likelihood(net, X, LOSS, samples=k, rng=i).mean() for i in range(200)])
        for k in (1, 2, 8, 64)
    ]
    assert means == sorted(means)
    assert means[-1] <= exact().mean() + 1e-3
    bound = -training.evaluate(net, (X, X), loss=LOSS)["loss"]
    assert means[0] == pytest.approx(bound, abs=0.5)  # the evidence bound is that with one sample
    assert bound < means[-1]


def test_chunks_change_nothing_but_the_draws() -> None:
    net = principal_components()
    whole = models.log_likelihood(net, X, LOSS, samples=50, rng=0)
    for batch_size in (1, 7, 50, 10_000):
        some = models.log_likelihood(net, X, LOSS, samples=50, batch_size=batch_size, rng=0)
        np.testing.assert_allclose(some, whole, rtol=1e-12)  # the posterior is exact


def test_it_does_not_overflow() -> None:
    """Each of the weights is e^−10⁵ or so: their mean is none, its logarithm is."""
    narrow = nn.GaussianELBOLoss(std=1e-3)
    found = models.log_likelihood(principal_components(), X, narrow, samples=10, rng=0)
    assert np.isfinite(found).all()
    assert (found < -1000.0).any()


def test_it_leaves_the_network_as_it_was() -> None:
    net = principal_components()
    assert net.training
    first = models.log_likelihood(net, X, LOSS, samples=3, rng=4)
    assert net.training
    np.testing.assert_array_equal(models.log_likelihood(net, X, LOSS, samples=3, rng=4), first)


@pytest.mark.parametrize("settings", [{"samples": 0}, {"batch_size": 0}, {"samples": 2.5}])
def test_settings_that_mean_nothing(settings: dict[str, Any]) -> None:
    with pytest.raises(
        ValueError, match=r"log_likelihood needs (samples|batch_size) of at least 1"
    ):
        models.log_likelihood(principal_components(), X, LOSS, **settings)


def test_a_loss_that_says_nothing_of_the_inputs() -> None:
    loss: Any = nn.MSELoss()
    with pytest.raises(TypeError, match=r"such as nn\.BernoulliELBOLoss\(\)"):
        models.log_likelihood(principal_components(), X, loss)


def test_a_network_that_draws_no_codes() -> None:
    net: Any = models.Autoencoder(nn.Linear(3, 2), nn.Linear(2, 3))
    with pytest.raises(TypeError, match=r"takes a models\.VariationalAutoencoder.*got Autoencoder"):
        models.log_likelihood(net, X, LOSS)


def test_no_inputs() -> None:
    with pytest.raises(DataError, match="inputs along axis 0"):
        models.log_likelihood(principal_components(), X[:0], LOSS)
