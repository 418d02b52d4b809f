from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil.errors import ShapeError
from neuropil.training import BinaryAccuracy, TopKAccuracy, accuracy
from neuropil.training.metrics import as_number, named


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 40), classes=st.integers(2, 5))
def test_accuracy_is_the_share_of_right_answers(seed: int, n: int, classes: int) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(seed)
    output, target = rng.normal(size=(n, classes)), rng.integers(classes, size=n)
    expected = metrics.accuracy_score(target, output.argmax(axis=1))
    assert accuracy(output, target) == pytest.approx(expected)
    assert accuracy(output, np.eye(classes)[target]) == pytest.approx(expected)


def test_accuracy_of_classes_at_every_place() -> None:
    output = np.zeros((2, 3, 4))
    output[:, 1] = 1.0
    target = np.array([[1, 1, 0, 0], [1, 2, 1, 1]])
    assert accuracy(output, target) == 5 / 8


@pytest.mark.parametrize("shape", [(4, 1), (4,)])
def test_one_output_needs_a_threshold(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"BinaryAccuracy\(0\.0\) on logits"):
        accuracy(np.zeros(shape), np.zeros(shape))


def test_targets_of_another_shape_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"\(4,\) for outputs \(4, 3\), got targets \(4, 1\)"):
        accuracy(np.zeros((4, 3)), np.zeros((4, 1)))
    with pytest.raises(ShapeError, match="reshape"):
        BinaryAccuracy(0.0)(np.zeros((4, 1)), np.zeros(4))


def test_binary_accuracy_of_logits_and_of_probabilities_agree() -> None:
    logits = np.linspace(-3, 3, 8)[:, None]
    target = np.array([0, 0, 1, 0, 1, 1, 0, 1.0])[:, None]
    assert BinaryAccuracy(0.0)(logits, target) == 0.75
    assert BinaryAccuracy(0.5)(1 / (1 + np.exp(-logits)), target) == 0.75


def test_metrics_are_named_for_their_functions() -> None:
    def recall(output: object, target: object) -> float:
        return 0.0

    assert list(named([accuracy, recall])) == ["accuracy", "recall"]
    assert list(named([BinaryAccuracy(0.0)])) == ["accuracy"]


def test_a_string_is_an_error_that_says_to_pass_the_function() -> None:
    with pytest.raises(TypeError, match=r"metrics=\[training\.accuracy\]"):
        named(["accuracy"])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="put it into a list"):
        named("accuracy")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="put it into a list"):
        named(accuracy)  # type: ignore[arg-type]


def test_names_are_not_used_twice() -> None:
    with pytest.raises(ValueError, match="two metrics are called 'accuracy'"):
        named([accuracy, BinaryAccuracy(0.0)])

    def lr(output: object, target: object) -> float:
        return 0.0

    with pytest.raises(ValueError, match="cannot be called 'lr'"):
        named([lr])


def test_a_number_is_a_number() -> None:
    assert as_number("m", np.float32(0.5)) == 0.5
    assert as_number("m", np.array([2.0])) == 2.0
    assert as_number("m", 1) == 1.0
    with pytest.raises(ShapeError, match=r"m gives one number .* shape \(3,\)"):
        as_number("m", np.zeros(3))
    with pytest.raises(TypeError, match="m gives a number for a batch, got NoneType"):
        as_number("m", None)


def test_what_losses_ignore_does_not_count() -> None:
    output = np.zeros((1, 2, 4))
    output[:, 0] = 1.0
    assert accuracy(output, np.array([[-100, -100, 0, 1]])) == 0.5
    top = TopKAccuracy(1)
    assert top(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([0, -100])) == 1.0
    assert np.isnan(accuracy(output, np.full((1, 4), -100)))
