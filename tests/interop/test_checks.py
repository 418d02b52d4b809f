"""scikit-learn's own checks of an estimator; it is given no list of expected failures."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.utils.estimator_checks import estimator_checks_generator

from neuropil.interop import NeuralClassifier, NeuralRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def name(check: Any) -> str:
    return str(check.func.__name__)


# Not scikit-learn's `parametrize_with_checks`, whose release 1.6 passes pytest what it deprecates.
@pytest.mark.parametrize(
    ("estimator", "check"),
    [
        pytest.param(*pair, id=f"{kind.__name__}-{name(pair[1])}")
        for kind in (NeuralClassifier, NeuralRegressor)
        for pair in estimator_checks_generator(kind())
    ],
)
def test_an_estimator_is_one(estimator: Any, check: Any) -> None:
    check(estimator)


@pytest.mark.parametrize(
    ("own", "peer"),
    [(NeuralClassifier(), MLPClassifier()), (NeuralRegressor(), MLPRegressor())],
)
def test_no_check_of_scikit_learns_own_perceptrons_is_left_out(own: Any, peer: Any) -> None:
    names = [{name(check) for _, check in estimator_checks_generator(e)} for e in (own, peer)]
    assert names[0] >= names[1]
