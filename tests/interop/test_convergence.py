from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from neuropil.interop import NeuralRegressor

X = np.random.default_rng(0).normal(size=(100, 3))
Y = 0.1 * X[:, 0]


def test_a_penalty_is_followed_to_ridge_regression_though_the_loss_rises() -> None:
    regressor = NeuralRegressor(
        (),
        alpha=0.0,
        learning_rate_init=0.01,
        max_iter=3000,
        n_iter_no_change=50,
        random_state=0,
        tol=0.0,
        warm_start=True,
    ).fit(X, Y)
    least = regressor.loss_
    regressor.set_params(alpha=50.0, learning_rate_init=2e-4).fit(X, Y)
    assert regressor.loss_ > 100.0 * least
    centred = X - X.mean(axis=0)
    ridge = np.linalg.solve(centred.T @ centred + 50.0 * np.eye(3), centred.T @ (Y - Y.mean()))
    np.testing.assert_allclose(regressor.network_[0].weight.value[0], ridge, atol=2e-4)  # a step
