"""Metrics against scikit-learn, an independent witness, and their own laws."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuropil.errors import DataError, ShapeError
from neuropil.training import (
    F1,
    R2,
    ROCAUC,
    OverallMetric,
    Precision,
    Recall,
    RootMeanSquaredError,
    TopKAccuracy,
    accuracy,
    confusion_matrix,
    mean_absolute_error,
)
from neuropil.training.metrics import check_measured

# Its class, UndefinedMetricWarning, cannot be named where scikit-learn is missing.
pytestmark = pytest.mark.filterwarnings(r"ignore:.*(ill-defined|not defined|not well-defined)")
Numpy = np.ndarray[Any, Any]
seeds = st.integers(0, 2**32 - 1)
OF_CLASSES = [(Precision, "precision_score"), (Recall, "recall_score"), (F1, "f1_score")]


def sklearn_metrics() -> Any:
    return pytest.importorskip("sklearn.metrics")


def classified(seed: int, n: int, classes: int) -> tuple[Numpy, Numpy]:
    """Scores with ties, and labels that now and then leave a class out."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 4, (n, classes)) / 4, rng.integers(classes, size=n)


@pytest.mark.peer
@settings(max_examples=25)
@given(seed=seeds, n=st.integers(1, 40), classes=st.integers(2, 5))
def test_precision_recall_and_f1(seed: int, n: int, classes: int) -> None:
    output, target = classified(seed, n, classes)
    chosen = output.argmax(axis=1)
    for metric, name in OF_CLASSES:
        theirs = getattr(sklearn_metrics(), name)
        macro = theirs(target, chosen, average="macro", zero_division=0.0)
        each = theirs(target, chosen, average=None, labels=range(classes), zero_division=0.0)
        assert metric()(output, target) == pytest.approx(macro)
        assert metric().per_class(output, target) == pytest.approx(each)
        assert metric(1)(output, np.eye(classes)[target]) == pytest.approx(each[1])


@pytest.mark.peer
@settings(max_examples=25)
@given(seed=seeds, n=st.integers(1, 40))
def test_of_a_single_output(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    output, target = rng.normal(size=(n, 1)), rng.integers(0, 2, (n, 1)).astype(float)
    chosen, right = (output > 0).ravel(), target.ravel()
    for metric, name in OF_CLASSES:
        expected = getattr(sklearn_metrics(), name)(right, chosen, zero_division=0.0)
        assert metric(1, threshold=0.0)(output, target) == pytest.approx(expected)
    counts = sklearn_metrics().confusion_matrix(right, chosen, labels=[0, 1])
    assert confusion_matrix(output, target, threshold=0.0).tolist() == counts.tolist()


@pytest.mark.peer
@settings(max_examples=25)
@given(seed=seeds, n=st.integers(1, 40), classes=st.integers(2, 5))
def test_confusion_matrix_and_top_k(seed: int, n: int, classes: int) -> None:
    output, target = classified(seed, n, classes)
    theirs = sklearn_metrics().confusion_matrix(
        target, output.argmax(axis=1), labels=range(classes)
    )
    found = confusion_matrix(output, target)
    assert found.tolist() == theirs.tolist()
    assert np.trace(found) / n == pytest.approx(accuracy(output, target))
    untied = np.random.default_rng(seed).normal(size=(n, classes))
    for k in range(1, classes + 1):
        best = np.argsort(-untied, axis=1)[:, :k]
        expected = np.mean([label in row for label, row in zip(target, best, strict=True)])
        assert TopKAccuracy(k)(untied, target) == pytest.approx(expected)
    assert TopKAccuracy(1)(output, target) == accuracy(output, target)
    assert TopKAccuracy(classes)(output, target) == 1.0


@pytest.mark.peer
@settings(max_examples=25)
@given(seed=seeds, n=st.integers(2, 40), classes=st.integers(2, 5))
def test_roc_auc(seed: int, n: int, classes: int) -> None:
    output, target = classified(seed, n, classes)
    shares = (output + 0.25) / (output + 0.25).sum(axis=1, keepdims=True)
    single, labels = output[:, :1], (target == 0)[:, None]
    if labels.all() or not labels.any():
        assert math.isnan(ROCAUC()(single, labels))
    else:
        theirs = sklearn_metrics().roc_auc_score(labels, single)
        assert ROCAUC()(single, labels) == pytest.approx(theirs)
        assert ROCAUC()(np.tanh(3 * single), labels) == pytest.approx(theirs)
        assert ROCAUC()(-single, labels) == pytest.approx(1 - theirs)
    if classes == 2 and len(np.unique(target)) == 2:
        theirs = sklearn_metrics().roc_auc_score(target, shares[:, 1])
        assert ROCAUC()(shares, target) == pytest.approx(theirs)
        assert ROCAUC()(np.log(shares), target) == pytest.approx(theirs)  # logits rank alike
    elif len(np.unique(target)) == classes:
        theirs = sklearn_metrics().roc_auc_score(target, shares, multi_class="ovr")
        assert ROCAUC()(shares, target) == pytest.approx(theirs)
    else:
        assert math.isnan(ROCAUC()(shares, target))


@pytest.mark.peer
@settings(max_examples=25)
@given(seed=seeds, n=st.integers(2, 40), outputs=st.integers(1, 3))
def test_errors_of_numbers(seed: int, n: int, outputs: int) -> None:
    rng = np.random.default_rng(seed)
    output, target = rng.normal(size=(2, n, outputs)).astype(np.float32)
    theirs = sklearn_metrics()
    expected = theirs.r2_score(target, output)
    assert R2()(output, target) == pytest.approx(expected, rel=1e-4, abs=1e-6)  # of float32
    expected = theirs.mean_absolute_error(target, output)
    assert mean_absolute_error(output, target) == pytest.approx(expected, rel=1e-5)
    expected = math.sqrt(theirs.mean_squared_error(target, output))
    assert RootMeanSquaredError()(output, target) == pytest.approx(expected, rel=1e-5)


def test_r2_of_the_mean_is_0_and_of_constant_targets_undefined() -> None:
    target = np.array([[1.0], [2.0], [6.0]])
    assert R2()(target, target) == 1.0
    assert R2()(np.full((3, 1), 3.0), target) == 0.0
    assert math.isnan(R2()(target, np.ones((3, 1))))


def test_names() -> None:
    named: list[Any] = [Precision(), Recall(2), F1(), ROCAUC(), R2(), RootMeanSquaredError()]
    assert [metric.__name__ for metric in named] == [
        *("precision", "recall_2", "f1", "roc_auc", "r2", "root_mean_squared_error")
    ]
    assert TopKAccuracy().__name__ == "top_5_accuracy"


@pytest.mark.parametrize(
    ("metric", "shapes", "error", "match"),
    [
        (F1(), [(4, 1), (4, 1)], ShapeError, r"F1 expects two or more .* F1\(threshold=0.0\)"),
        (F1(), [(4, 3), (4, 2)], ShapeError, "one class per output"),
        (F1(7), [(4, 3), (4,)], DataError, r"F1\(of=7\) expects one of the classes 0 … 2"),
        (F1(threshold=0.0), [(4, 1), (4,)], ShapeError, "reshape"),
        (ROCAUC(), [(4, 3, 2), (4, 2)], ShapeError, r"\(n, classes\) or \(n, 1\)"),
        (ROCAUC(), [(4, 1), (4,)], ShapeError, "reshape"),
        (R2(), [(4, 1), (4,)], ShapeError, r"R2 expects .* \(4, 1\), got \(4,\)"),
        (mean_absolute_error, [(4,), (4, 1)], ShapeError, "reshape"),
        (TopKAccuracy(5), [(4, 3), (4,)], ShapeError, "at least 5 classes"),
    ],
)
def test_shapes_that_do_not_fit(metric: Any, shapes: Any, error: Any, match: str) -> None:
    output, target = (np.zeros(shape) for shape in shapes)
    with pytest.raises(error, match=match):
        metric(output, target)


@pytest.mark.parametrize("label", [-1, 3, 0.5])
def test_a_target_that_is_no_class_is_refused(label: float) -> None:
    with pytest.raises(DataError, match=r"among the classes 0 … 2, got"):
        confusion_matrix(np.zeros((2, 3)), np.array([0, label]))


def test_what_is_no_mean_needs_validation_data() -> None:
    class Widest(OverallMetric):
        __name__ = "widest"

        def __call__(self, output: Numpy, target: Numpy, /) -> float:
            return float(np.ptp(output))

    check_measured({"widest": Widest()}, validated=True)
    check_measured({"accuracy": accuracy}, validated=False)
    with pytest.raises(ValueError, match="widest is no mean over batches"):
        check_measured({"widest": Widest()}, validated=False)
    with pytest.raises(ValueError, match="k >= 1"):
        TopKAccuracy(0)


def test_outputs_that_are_no_numbers_rank_nothing() -> None:
    labels = np.array([[1.0], [0.0], [1.0]])
    assert math.isnan(ROCAUC()(np.array([[np.nan], [0.1], [0.2]]), labels))
