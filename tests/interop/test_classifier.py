from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from sklearn.datasets import load_digits, make_multilabel_classification
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from neuropil import nn, optim
from neuropil.interop import NeuralClassifier

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RNG = np.random.default_rng(0)
POINTS = RNG.normal(size=(60, 2))
QUADRANT = np.array(["ne", "nw", "se", "sw"])[(POINTS[:, 0] < 0) + 2 * (POINTS[:, 1] < 0)]
RIGHT = POINTS[:, 0] > 0


def quick(**settings: Any) -> NeuralClassifier:
    """A small network that learns fast."""
    defaults = {"max_iter": 60, "learning_rate_init": 0.05, "random_state": 0}
    return NeuralClassifier(**{"hidden_layer_sizes": 16, **defaults, **settings})


def test_it_learns_digits() -> None:
    inputs, labels = load_digits(return_X_y=True)
    learned, held_out, known, asked = train_test_split(inputs / 16, labels, random_state=0)
    classifier = quick(hidden_layer_sizes=64, learning_rate_init=0.02, max_iter=15)
    assert classifier.fit(learned, known).score(held_out, asked) > 0.96


@pytest.mark.parametrize("labels", [QUADRANT, RIGHT, RIGHT.astype(int) * 5 - 7])
def test_classes_are_named_as_they_came_and_probabilities_add_up(labels: Any) -> None:
    classifier = quick().fit(POINTS, labels)
    p = classifier.predict_proba(POINTS)
    assert classifier.classes_.tolist() == sorted(set(labels.tolist()))
    assert p.shape == (60, len(classifier.classes_))
    np.testing.assert_allclose(p.sum(axis=1), 1.0)
    np.testing.assert_array_equal(classifier.classes_[p.argmax(axis=1)], classifier.predict(POINTS))
    np.testing.assert_allclose(np.exp(classifier.predict_log_proba(POINTS)), p)
    assert classifier.score(POINTS, labels) > 0.9


@pytest.mark.parametrize("labels", [QUADRANT, RIGHT])
def test_log_probabilities_are_finite_where_a_probability_is_zero(labels: Any) -> None:
    classifier = quick().fit(POINTS, labels)
    far = POINTS * 1e5
    assert classifier.predict_proba(far).min() == 0.0
    assert np.isfinite(classifier.predict_log_proba(far)).all()


def test_the_last_layer_is_what_the_classes_ask_for() -> None:
    several = make_multilabel_classification(n_classes=4, random_state=0)
    cases = [((POINTS, QUADRANT), "softmax", 4), ((POINTS, RIGHT), "logistic", 1)]
    for (inputs, labels), activation, outputs in [*cases, (several, "logistic", 4)]:
        classifier = quick(max_iter=2).fit(inputs, labels)
        assert (classifier.out_activation_, classifier.n_outputs_) == (activation, outputs)


def test_a_sample_may_be_of_several_classes() -> None:
    inputs, labels = make_multilabel_classification(n_classes=4, n_samples=200, random_state=0)
    classifier = make_pipeline(StandardScaler(), quick(max_iter=100)).fit(inputs, labels)
    assert classifier.predict_proba(inputs).shape == (200, 4)
    assert np.mean(classifier.predict(inputs) == labels) > 0.95


def test_class_weights_are_sample_weights() -> None:
    by_class = quick(class_weight={"ne": 3.0, "sw": 0.5}).fit(POINTS, QUADRANT)
    weights = np.select([QUADRANT == "ne", QUADRANT == "sw"], [3.0, 0.5], 1.0)
    by_sample = quick().fit(POINTS, QUADRANT, weights)
    assert by_class.loss_curve_ == by_sample.loss_curve_
    assert by_class.loss_curve_ != quick().fit(POINTS, QUADRANT).loss_curve_


def test_a_class_that_counts_more_is_told_more_often() -> None:
    noisy = RNG.permutation(RIGHT)
    counts = [
        np.sum(quick(class_weight={True: weight}).fit(POINTS, noisy).predict(POINTS))
        for weight in (0.1, 1.0, 10.0)
    ]
    assert counts[0] < counts[1] < counts[2]


def test_balanced_counts_weights_as_repetitions() -> None:
    weights = RNG.integers(0, 4, 60)
    weighted = quick(class_weight="balanced").fit(POINTS, QUADRANT, weights)
    repeated = quick(class_weight="balanced").fit(
        POINTS.repeat(weights, axis=0), QUADRANT.repeat(weights)
    )
    np.testing.assert_allclose(
        weighted.predict_proba(POINTS), repeated.predict_proba(POINTS), rtol=1e-6, atol=1e-12
    )


def test_partial_fit_goes_on_where_it_ended() -> None:
    classifier = quick()
    for _ in range(40):
        for part in (slice(0, 30), slice(30, 60)):
            classifier.partial_fit(POINTS[part], QUADRANT[part], classes=np.unique(QUADRANT))
    assert classifier.n_iter_ == 1
    assert len(classifier.loss_curve_) == 80
    assert classifier.score(POINTS, QUADRANT) > 0.9


def test_partial_fit_may_see_a_class_late() -> None:
    classifier = quick().partial_fit(POINTS[RIGHT], QUADRANT[RIGHT], classes=np.unique(QUADRANT))
    classifier.partial_fit(POINTS[~RIGHT], QUADRANT[~RIGHT])
    assert classifier.predict_proba(POINTS).shape == (60, 4)


def test_partial_fit_follows_a_changed_learning_rate() -> None:
    classifier = quick(max_iter=1).partial_fit(POINTS, RIGHT, classes=[False, True])
    before = classifier.network_.state_dict()
    classifier.set_params(learning_rate_init=1e-12).partial_fit(POINTS, RIGHT)
    for name, array in classifier.network_.state_dict().items():
        np.testing.assert_allclose(array, before[name], atol=1e-11)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda c: c.partial_fit(POINTS, QUADRANT), "needs all classes"),
        (lambda c: c.partial_fit(POINTS, QUADRANT, classes=["ne", "nw"]), r"\['se', 'sw'\]"),
        (
            lambda c: c.fit(POINTS, QUADRANT).partial_fit(POINTS, QUADRANT, classes=["a", "b"]),
            r"made for the classes \['ne'.*\['a', 'b'\]",
        ),
        (
            lambda c: c.set_params(class_weight="balanced").partial_fit(
                POINTS, RIGHT, classes=[False, True]
            ),
            "give a weight for each class",
        ),
        (
            lambda c: c.set_params(early_stopping=True).partial_fit(
                POINTS, RIGHT, classes=[False, True]
            ),
            "cannot stop early",
        ),
        (lambda c: c.fit(POINTS, np.zeros(60)), "two classes or more, got one class"),
        (lambda c: c.fit(POINTS, POINTS[:, 0]), "continuous"),
        (lambda c: c.set_params(class_weight={True: 0, False: 0}).fit(POINTS, RIGHT), "zero"),
        (lambda c: c.set_params(activation="rleu").fit(POINTS, RIGHT), "'relu'.*got 'rleu'"),
        (lambda c: c.set_params(solver="lbfgs").fit(POINTS, RIGHT), "'adam'.*got 'lbfgs'"),
        (lambda c: c.set_params(hidden_layer_sizes=(4, 0)).fit(POINTS, RIGHT), "out_features"),
        (lambda c: c.set_params(alpha=-1.0).fit(POINTS, RIGHT), "at least 0, got -1"),
        (lambda c: c.set_params(dropout=1.5).fit(POINTS, RIGHT), "Dropout"),
        (lambda c: c.set_params(batch_size=0).fit(POINTS, RIGHT), "batch_size"),
    ],
)
def test_what_cannot_be_used_is_said(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(quick(max_iter=2))


def test_warm_start_refuses_other_classes() -> None:
    classifier = quick(warm_start=True, max_iter=2).fit(POINTS, RIGHT)
    with pytest.raises(ValueError, match="are not among the 2 this network was made for"):
        classifier.fit(POINTS, QUADRANT)


def test_it_has_to_be_fitted_first() -> None:
    with pytest.raises(NotFittedError):
        quick().predict_log_proba(POINTS)


def test_activations_and_solvers_may_be_classes_of_the_library() -> None:
    classifier = quick(activation=nn.Sigmoid, solver=optim.SGD, max_iter=2).fit(POINTS, RIGHT)
    assert isinstance(classifier.network_[1], nn.Sigmoid)
    assert "solver=<class" in repr(classifier)


def test_a_grid_search_over_a_pipeline() -> None:
    pipeline = make_pipeline(StandardScaler(), quick(max_iter=20))
    grid = {"neuralclassifier__hidden_layer_sizes": [(), (16,)]}
    search = GridSearchCV(pipeline, grid, cv=3).fit(POINTS, QUADRANT == "ne")
    assert search.best_score_ > 0.8
    assert search.best_estimator_[-1].network_ is not None
