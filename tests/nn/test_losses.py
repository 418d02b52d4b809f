"""Laws of the losses, and what they refuse (their numbers: tests/reference)."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from neuropil import Variable, check_gradients, nn
from neuropil.errors import DataError, DTypeError, ShapeError

RNG = np.random.default_rng(0)
LOGITS = RNG.standard_normal((6, 4))
LABELS = np.array([0, 3, 1, 1, 2, 0])
PROBABILITIES = RNG.uniform(0.1, 0.9, (6, 4))
SHARES = PROBABILITIES / PROBABILITIES.sum(axis=1, keepdims=True)
WEIGHT = np.array([0.5, 1.0, 2.0, 0.25])
REDUCTIONS = ["mean", "sum", "none"]

rows = hnp.arrays(np.float64, (5, 3), elements=st.floats(-30.0, 30.0))


@given(rows)
def test_cross_entropy_is_the_negative_log_likelihood(z: Any) -> None:
    labels = np.array([0, 2, 1, 0, 2])
    np.testing.assert_allclose(
        nn.CrossEntropyLoss()(z, labels), nn.NLLLoss()(nn.LogSoftmax(1)(z), labels), atol=1e-12
    )


@given(rows)
def test_a_label_is_the_distribution_with_all_on_it(z: Any) -> None:
    labels = np.array([0, 2, 1, 0, 2])
    one_hot = np.eye(3)[labels]
    for loss in (nn.CrossEntropyLoss(), nn.CrossEntropyLoss(label_smoothing=0.3)):
        np.testing.assert_allclose(loss(z, labels), loss(z, one_hot), atol=1e-12)


@given(rows)
def test_two_classes_are_one_logit(z: Any) -> None:
    labels = (z[:, 2] > 0).astype(int)
    binary = nn.BCEWithLogitsLoss()(z[:, 1] - z[:, 0], labels)
    np.testing.assert_allclose(nn.CrossEntropyLoss()(z[:, :2], labels), binary, atol=1e-12)


@given(rows)
def test_logits_and_probabilities_give_one_loss(z: Any) -> None:
    t = np.broadcast_to([0.0, 1.0, 0.25], z.shape)
    through_sigmoid = nn.BCELoss()(nn.Sigmoid()(z / 3.0), t)
    np.testing.assert_allclose(nn.BCEWithLogitsLoss()(z / 3.0, t), through_sigmoid, rtol=1e-9)


@pytest.mark.parametrize(
    ("loss", "activation"),
    [(nn.CrossEntropyLoss(), nn.Softmax(1)), (nn.BCEWithLogitsLoss(), nn.Sigmoid())],
)
def test_the_output_error_is_y_minus_t(loss: nn.Module, activation: nn.Module) -> None:
    """Notes 2.3: logistic with cross-entropy, softmax with categorical cross-entropy."""
    z = Variable(LOGITS)
    loss(z, SHARES).backward()
    samples = len(LOGITS) if isinstance(activation, nn.Softmax) else LOGITS.size
    np.testing.assert_allclose(z.grad, (activation(LOGITS) - SHARES) / samples, atol=1e-15)


def test_half_squared_error_is_that_of_the_notes() -> None:
    y = Variable(LOGITS)
    loss = nn.HalfSquaredError()(y, SHARES)
    per_sample = [0.5 * np.linalg.norm(a - b) ** 2 for a, b in zip(LOGITS, SHARES, strict=True)]
    np.testing.assert_allclose(loss.value, np.mean(per_sample))
    loss.backward()
    np.testing.assert_allclose(y.grad, (LOGITS - SHARES) / len(LOGITS))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(
    ("kind", "settings", "output", "target"),
    [
        (nn.MSELoss, {}, LOGITS, SHARES),
        (nn.HalfSquaredError, {}, LOGITS, SHARES),
        (nn.BCELoss, {}, PROBABILITIES, SHARES),
        (nn.BCELoss, {"weight": WEIGHT}, PROBABILITIES, SHARES),
        (nn.BCEWithLogitsLoss, {}, LOGITS, SHARES),
        (nn.BCEWithLogitsLoss, {"weight": WEIGHT, "pos_weight": WEIGHT}, LOGITS, SHARES),
        (nn.NLLLoss, {"weight": WEIGHT, "ignore_index": 1}, LOGITS, LABELS),
        (nn.CrossEntropyLoss, {}, LOGITS, LABELS),
        (nn.CrossEntropyLoss, {"weight": WEIGHT, "label_smoothing": 0.1}, LOGITS, LABELS),
        (nn.CrossEntropyLoss, {"ignore_index": 0}, LOGITS, LABELS),
        (nn.CrossEntropyLoss, {"weight": WEIGHT, "label_smoothing": 0.1}, LOGITS, SHARES),
    ],
)
def test_derivatives_of_first_and_second_order(
    kind: Any, settings: dict[str, Any], output: Any, target: Any, reduction: str
) -> None:
    check_gradients(kind(**settings, reduction=reduction), output, target)


@pytest.mark.parametrize("loss", [nn.MSELoss, nn.BCELoss, nn.BCEWithLogitsLoss, nn.NLLLoss])
def test_float32_stays_float32_whatever_the_weights(loss: Any) -> None:
    settings = {} if loss is nn.MSELoss else {"weight": WEIGHT}
    target: Any = LABELS if loss is nn.NLLLoss else SHARES.astype(np.float32)
    assert loss(**settings)(PROBABILITIES.astype(np.float32), target).dtype == np.float32


def test_a_masked_class_costs_nothing() -> None:
    log_p = np.array([[0.0, -np.inf], [-np.inf, 0.0]])
    assert nn.NLLLoss()(log_p, np.array([0, 1])) == 0.0


def test_certain_answers_cost_a_finite_amount_without_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y = Variable(np.array([0.0, 1.0, 0.0, 1.0]))
        loss = nn.BCELoss(reduction="none")(y, np.array([0.0, 1.0, 1.0, 0.0]))
        loss.backward(np.ones(4))
    assert loss.value.tolist() == [0.0, 0.0, 100.0, 100.0]
    assert np.isfinite(y.grad).all()


# ------------------------------------------------------------------ what they refuse


@pytest.mark.parametrize(
    "kind", [nn.MSELoss, nn.HalfSquaredError, nn.BCELoss, nn.BCEWithLogitsLoss]
)
def test_targets_are_not_broadcast(kind: Any) -> None:
    name = kind.__name__
    with pytest.raises(
        ShapeError, match=rf"{name} expects .* \(4, 1\), got \(4,\): .*t\.reshape\(4, 1\)"
    ):
        kind()(np.full((4, 1), 0.5), np.zeros(4))
    with pytest.raises(ShapeError, match="as many outputs as a target has elements"):
        kind()(np.full((4, 1), 0.5), np.zeros((4, 3)))
    with pytest.raises(DTypeError, match=f"{name} expects an array, got list"):
        kind()(np.full((4, 1), 0.5), [[0.0]] * 4)


@pytest.mark.parametrize("kind", [nn.CrossEntropyLoss, nn.NLLLoss])
@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1, 2, 3, 4, 0], "got the label 4, but there are 4 classes, 0 to 3: correct"),
        ([1, 1, 2, 3, 4, 4], r"got the label 4, .* count the classes from 0 \(labels - 1\)"),
        ([0, 1, 2, 3, -1, 0], "got the label -1, but there are 4 classes"),
        ([-100] * 6, "got no label but -100, which is ignored"),
    ],
)
def test_labels_out_of_range_are_refused(kind: Any, labels: list[int], message: str) -> None:
    with pytest.raises(DataError, match=f"{kind.__name__} {message}"):
        kind()(LOGITS, np.array(labels))


@pytest.mark.parametrize("kind", [nn.CrossEntropyLoss, nn.NLLLoss])
def test_without_a_label_to_ignore_every_label_is_a_class(kind: Any) -> None:
    loss = kind(ignore_index=None)
    assert loss(LOGITS, LABELS) == kind()(LOGITS, LABELS)
    with pytest.raises(DataError, match="got the label -100, but there are 4 classes"):
        loss(LOGITS, np.array([0, 1, 2, 3, -100, 0]))


@pytest.mark.parametrize("kind", [nn.CrossEntropyLoss, nn.NLLLoss])
def test_what_is_no_label_is_refused(kind: Any) -> None:
    with pytest.raises(DTypeError, match=r"integer labels \(6,\), got float64 \(6,\): convert"):
        kind()(LOGITS, LABELS.astype(float))
    with pytest.raises(ShapeError, match=r"one-hot rows become labels with t\.argmax\(axis=1\)"):
        kind()(LOGITS, np.eye(4, dtype=int)[LABELS])
    with pytest.raises(ShapeError, match=r"labels \(6,\) for outputs \(6, 4\), got \(6, 1\)"):
        kind()(LOGITS, LABELS[:, None])
    with pytest.raises(DTypeError, match="expects an array, got list"):
        kind()(LOGITS, LABELS.tolist())
    with pytest.raises(ShapeError, match=r"one weight per class, \(4,\), got \(3,\)"):
        kind(WEIGHT[:3])(LOGITS, LABELS)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("wrong", [-0.25, 1.5])
def test_bce_of_what_is_no_probability_points_to_logits(wrong: float, reduction: Any) -> None:
    y = np.full((3, 1), 0.5)
    y[1] = wrong
    with pytest.raises(DataError, match=rf"got {wrong:g}: .*nn\.BCEWithLogitsLoss"):
        nn.BCELoss(reduction=reduction)(y, np.ones((3, 1)))


def test_a_nan_among_probabilities_is_the_networks() -> None:
    assert np.isnan(nn.BCELoss()(np.array([np.nan, 0.5]), np.ones(2)))


@pytest.mark.parametrize("kind", [nn.MSELoss, nn.CrossEntropyLoss, nn.HalfSquaredError])
def test_unknown_settings_are_refused(kind: Any) -> None:
    with pytest.raises(ValueError, match="reduction is 'mean', 'sum' or 'none', got 'average'"):
        kind(reduction="average")
    with pytest.raises(ValueError, match="label_smoothing lies between 0 and 1"):
        nn.CrossEntropyLoss(label_smoothing=1.5)
