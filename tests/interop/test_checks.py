"""scikit-learn's own checks of an estimator; it is given no list of expected failures."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.utils.estimator_checks import estimator_checks_generator, parametrize_with_checks

from neuropil.interop import NeuralClassifier, NeuralRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@parametrize_with_checks([NeuralClassifier(), NeuralRegressor()])
def test_an_estimator_is_one(estimator: Any, check: Any) -> None:
    check(estimator)


def names(estimator: Any) -> set[str]:
    return {check.func.__name__ for _, check in estimator_checks_generator(estimator)}


@pytest.mark.parametrize(
    ("own", "peer"),
    [(NeuralClassifier(), MLPClassifier()), (NeuralRegressor(), MLPRegressor())],
)
def test_no_check_of_scikit_learns_own_perceptrons_is_left_out(own: Any, peer: Any) -> None:
    # What asks for several outputs at once is run where a regressor says it has them.
    assert names(own) >= names(peer)
