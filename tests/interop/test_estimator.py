"""What classifier and regressor have in common."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import warnings
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError

import neuropil as npl
from neuropil import nn
from neuropil.interop import NeuralClassifier, NeuralRegressor

RNG = np.random.default_rng(0)
X = RNG.normal(size=(100, 3))
Y = (X[:, 0] > 0).astype(int)
KINDS = [NeuralClassifier, NeuralRegressor]

by_kind = pytest.mark.parametrize("kind", KINDS)
may_go_on = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def quick(kind: Any, **settings: Any) -> Any:
    """A small network, trained for a moment."""
    return kind(**{"hidden_layer_sizes": 8, "max_iter": 5, "random_state": 0, **settings})


def state(estimator: Any) -> list[Any]:
    return [array.tolist() for array in estimator.network_.state_dict().values()]


@may_go_on
@by_kind
@pytest.mark.parametrize("settings", [{}, {"dropout": 0.5}, {"early_stopping": True}])
def test_a_seed_repeats_a_training_to_the_bit(kind: Any, settings: Any) -> None:
    estimator = quick(kind, batch_size=16, **settings)
    first = state(estimator.fit(X, Y))
    assert state(estimator.fit(X, Y)) == first
    assert state(clone(estimator).fit(X, Y)) == first
    assert state(quick(kind, batch_size=16, **settings, random_state=1).fit(X, Y)) != first


@may_go_on
@by_kind
def test_without_a_seed_numpys_global_state_decides(kind: Any) -> None:
    results = []
    for _ in range(2):
        np.random.seed(3)  # noqa: NPY002 (what users of scikit-learn do)
        results.append(state(quick(kind).set_params(random_state=None).fit(X, Y)))
    assert results[0] == results[1]
    results.append(state(quick(kind).set_params(random_state=None).fit(X, Y)))
    assert results[1] != results[2]


@may_go_on
@by_kind
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))])  # noqa: S301
def test_a_copy_predicts_and_learns_on_alike(kind: Any, copied: Any) -> None:
    estimator = quick(kind, dropout=0.3).fit(X, Y)
    twin = copied(estimator)
    np.testing.assert_array_equal(twin.predict(X), estimator.predict(X))
    twin.partial_fit(X, Y)
    assert state(twin) != state(estimator)
    estimator.partial_fit(X, Y)
    assert state(twin) == state(estimator)


@by_kind
def test_what_still_learns_when_it_ends_warns(kind: Any) -> None:
    with pytest.warns(ConvergenceWarning, match="max_iter=5 epochs"):
        quick(kind).fit(X, Y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        estimator = quick(kind, max_iter=500, tol=0.01, n_iter_no_change=3).fit(X, Y)
    assert estimator.n_iter_ < 500
    assert len(estimator.loss_curve_) == estimator.n_iter_
    assert estimator.loss_ == estimator.loss_curve_[-1]


@by_kind
def test_early_stopping_keeps_the_best_epoch(kind: Any) -> None:
    labels = RNG.permutation(Y)  # nothing to be learned, so the held-out loss rises soon
    settings: dict[str, Any] = {"learning_rate_init": 0.05, "n_iter_no_change": 5, "tol": 0.0}
    stopped = quick(kind, early_stopping=True, max_iter=300, **settings).fit(X, labels)
    assert stopped.n_iter_ < 300
    best = stopped.n_iter_ - 5
    with pytest.warns(ConvergenceWarning):
        shorter = quick(kind, early_stopping=True, max_iter=best, **settings).fit(X, labels)
    assert state(shorter) == state(stopped)


@may_go_on
@by_kind
def test_a_warm_start_goes_on(kind: Any) -> None:
    estimator = quick(kind, warm_start=True).fit(X, Y)
    first, network = estimator.loss_, estimator.network_
    for _ in range(5):
        estimator.fit(X, Y)
    assert estimator.network_ is network
    assert estimator.loss_ < first
    assert len(estimator.loss_curve_) == 30
    assert estimator.n_iter_ == 5


@may_go_on
@by_kind
def test_a_weight_of_two_is_two_samples(kind: Any) -> None:
    weights = RNG.integers(0, 3, 100)
    weighted = quick(kind, alpha=3.0, batch_size=1000, max_iter=20).fit(X, Y, weights)
    repeated = quick(kind, alpha=3.0, batch_size=1000, max_iter=20).fit(
        X.repeat(weights, axis=0), Y.repeat(weights)
    )
    for a, b in zip(state(weighted), state(repeated), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(weighted.loss_curve_, repeated.loss_curve_, rtol=1e-10)


@may_go_on
@by_kind
def test_alpha_makes_weights_smaller_and_leaves_biases_alone(kind: Any) -> None:
    sizes = {
        alpha: [
            np.linalg.norm(v)
            for v in state(
                quick(kind, alpha=alpha, max_iter=200, learning_rate_init=0.02).fit(X, Y)
            )
        ]
        for alpha in (0.0, 1e4)
    }
    assert sizes[1e4][0] < 0.1 * sizes[0.0][0]
    assert sizes[1e4][1] > 0.5 * sizes[0.0][1]


@may_go_on
@by_kind
def test_dropout_acts_in_training_only(kind: Any) -> None:
    estimator = quick(kind, dropout=0.5).fit(X, Y)
    assert isinstance(estimator.network_[2], npl.nn.Dropout)
    np.testing.assert_array_equal(estimator.predict(X), estimator.predict(X))
    with npl.no_grad():
        np.testing.assert_array_equal(estimator.network_(X), npl.predict(estimator.network_, X))
    assert estimator.loss_curve_ != quick(kind).fit(X, Y).loss_curve_


@may_go_on
@by_kind
def test_the_network_can_be_saved(kind: Any, tmp_path: Any) -> None:
    estimator = quick(kind).fit(X, Y)
    npl.save(estimator.network_, tmp_path / "net.safetensors")
    loaded = npl.load(tmp_path / "net.safetensors")
    np.testing.assert_array_equal(npl.predict(loaded, X), npl.predict(estimator.network_, X))


@may_go_on
@by_kind
@pytest.mark.parametrize("layout", [sparse.csr_array, sparse.csc_matrix])
@pytest.mark.parametrize("settings", [{}, {"early_stopping": True}])
def test_sparse_inputs_are_as_dense_ones(kind: Any, layout: Any, settings: Any) -> None:
    holes = np.where(np.abs(X) > 0.5, X, 0.0)
    weights = RNG.integers(0, 3, 100)
    dense = quick(kind, batch_size=16, **settings).fit(holes, Y, weights)
    thin = quick(kind, batch_size=16, **settings).fit(layout(holes), Y, weights)
    assert state(thin) == state(dense)
    np.testing.assert_array_equal(thin.predict(layout(holes)), dense.predict(holes))


@may_go_on
@by_kind
def test_names_of_columns_are_kept(kind: Any) -> None:
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(X, columns=["a", "b", "c"])
    estimator = quick(kind).fit(table, Y)
    assert estimator.feature_names_in_.tolist() == ["a", "b", "c"]
    assert estimator.n_features_in_ == 3


def test_importing_neuropil_does_not_import_scikit_learn() -> None:
    code = "import sys, neuropil; raise SystemExit('sklearn' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_without_scikit_learn_the_error_says_what_to_install() -> None:
    code = "import sys; sys.modules['sklearn'] = None; import neuropil.interop"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert "neuropil[sklearn]" in result.stderr.splitlines()[-1]


@by_kind
@pytest.mark.parametrize("n", [0, -1, float("nan"), None])
def test_patience_is_a_number_of_epochs(kind: Any, n: Any) -> None:
    with pytest.raises(ValueError, match="n_iter_no_change is a number of epochs, at least 1"):
        quick(kind, n_iter_no_change=n).fit(X, Y)


@by_kind
@pytest.mark.parametrize("learn", ["fit", "partial_fit"])
def test_what_could_not_begin_is_not_fitted_and_can_begin_again(kind: Any, learn: str) -> None:
    estimator = quick(kind, learning_rate_init=-1.0)
    classes = {"classes": [0, 1]} if kind is NeuralClassifier else {}
    with pytest.raises(ValueError, match="learning_rate_init is a finite number"):
        getattr(estimator, learn)(X, Y, **(classes if learn == "partial_fit" else {}))
    with pytest.raises(NotFittedError):
        estimator.predict(X)
    estimator.set_params(learning_rate_init=0.1).partial_fit(X, Y, **classes)
    assert estimator.predict(X).shape == Y.shape


@by_kind
def test_a_layer_is_no_way_to_make_layers(kind: Any) -> None:
    with pytest.raises(ValueError, match=r"activation is .* or a function that makes one"):
        quick(kind, activation=nn.Tanh()).fit(X, Y)
