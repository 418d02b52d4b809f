from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from sklearn.neural_network import MLPRegressor

from neuropil import optim
from neuropil.interop import NeuralRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RNG = np.random.default_rng(0)
X = RNG.uniform(-2.0, 2.0, (80, 2))
WAVE = np.sin(X[:, 0]) + 0.5 * X[:, 1]


def quick(**settings: Any) -> NeuralRegressor:
    """A small network that learns fast."""
    defaults = {"max_iter": 100, "learning_rate_init": 0.02, "random_state": 0}
    return NeuralRegressor(**{"hidden_layer_sizes": 16, **defaults, **settings})


def test_it_learns_a_function() -> None:
    assert quick(max_iter=400, tol=0.0).fit(X, WAVE).score(X, WAVE) > 0.99


def test_several_outputs_are_learned_at_once() -> None:
    both = np.stack([WAVE, -X[:, 0]], axis=1)
    regressor = quick(max_iter=300).fit(X, both)
    assert regressor.predict(X).shape == (80, 2)
    assert regressor.score(X, both) > 0.97


def test_without_hidden_layers_it_is_linear_regression() -> None:
    linear = X @ [2.0, -1.0] + 0.5
    regressor = quick(hidden_layer_sizes=(), alpha=0.0, max_iter=2000, tol=0.0).fit(X, linear)
    np.testing.assert_allclose(regressor.predict(X), linear, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_network_has_the_dtype_of_its_inputs(dtype: Any) -> None:
    regressor = quick(max_iter=2).fit(X.astype(dtype), WAVE)
    assert regressor.network_[0].dtype == dtype
    assert regressor.predict(X).dtype == dtype


def test_partial_fit_refuses_other_outputs() -> None:
    regressor = quick().partial_fit(X, WAVE)
    with pytest.raises(ValueError, match=r"has 1 outputs, got targets \(80, 2\)"):
        regressor.partial_fit(X, X)


def peer_of(regressor: NeuralRegressor, **settings: Any) -> MLPRegressor:
    """scikit-learn's, with the weights of ``regressor``, to be trained on."""
    peer = MLPRegressor(
        hidden_layer_sizes=regressor.hidden_layer_sizes,
        solver="sgd",
        momentum=0.0,
        learning_rate_init=regressor.learning_rate_init,
        n_iter_no_change=1000,
        max_iter=1,
        warm_start=True,
        random_state=0,
        **settings,
    ).fit(X, WAVE)
    state = regressor.network_.state_dict()
    peer.coefs_ = [array.T.copy() for name, array in state.items() if "weight" in name]
    peer.intercepts_ = [array.copy() for name, array in state.items() if "bias" in name]
    return peer


@pytest.mark.peer
def test_on_one_batch_it_learns_as_scikit_learns_perceptron() -> None:
    settings = {"hidden_layer_sizes": (8, 8), "alpha": 5.0, "n_iter_no_change": 1000}
    regressor = quick(**settings, solver=optim.SGD, warm_start=True, max_iter=1).fit(X, WAVE)
    peer = peer_of(regressor, alpha=5.0)
    regressor.set_params(max_iter=50).fit(X, WAVE)
    peer.set_params(max_iter=50).fit(X, WAVE)
    np.testing.assert_allclose(regressor.predict(X), peer.predict(X), rtol=1e-10)


@pytest.mark.peer
def test_of_batches_scikit_learns_perceptron_penalises_each_by_its_size() -> None:
    same = np.tile(X[:1], (80, 1)), np.tile(WAVE[:1], 80)  # so that all batches are alike
    settings = {"alpha": 4.0, "batch_size": 20, "n_iter_no_change": 1000}
    regressor = quick(**settings, solver=optim.SGD, warm_start=True, max_iter=1).fit(*same)
    peer = peer_of(regressor, alpha=1.0, batch_size=20)
    regressor.set_params(max_iter=20).fit(*same)
    peer.set_params(max_iter=20).fit(*same)
    np.testing.assert_allclose(regressor.predict(X), peer.predict(X), rtol=1e-10)
