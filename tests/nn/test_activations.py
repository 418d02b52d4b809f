"""Laws of the activation functions as layers, of Flatten and of Dropout."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from neuropil import Variable, nn, random
from neuropil.errors import DTypeError, ShapeError

logits = hnp.arrays(
    np.float64, hnp.array_shapes(min_dims=2, max_dims=3, max_side=5), elements=st.floats(-1e3, 1e3)
)


@given(logits, st.sampled_from([0, 1, -1]))
def test_softmax_is_a_distribution_along_its_axis(x: Any, dim: int) -> None:
    y = nn.Softmax(dim)(x)
    assert (y >= 0.0).all()
    np.testing.assert_allclose(y.sum(axis=dim), 1.0, rtol=1e-12)


@given(logits, st.floats(-1e3, 1e3))
def test_softmax_does_not_see_a_constant(x: Any, constant: float) -> None:
    np.testing.assert_allclose(nn.Softmax(1)(x + constant), nn.Softmax(1)(x), atol=1e-9)


@given(logits)
def test_log_softmax_is_its_logarithm(x: Any) -> None:
    np.testing.assert_allclose(np.exp(nn.LogSoftmax(1)(x)), nn.Softmax(1)(x), atol=1e-12)


@given(logits)
def test_sigmoid_and_tanh_are_one_function(x: Any) -> None:
    np.testing.assert_allclose(2 * nn.Sigmoid()(2 * x) - 1, nn.Tanh()(x), atol=1e-12)


@given(logits)
def test_relu_is_the_positive_part(x: Any) -> None:
    np.testing.assert_array_equal(nn.ReLU()(x) - nn.ReLU()(-x), x)


def test_flatten_keeps_the_order_of_elements() -> None:
    x = np.arange(24.0).reshape(2, 3, 4)
    np.testing.assert_array_equal(nn.Flatten()(x), x.reshape(2, 12))
    np.testing.assert_array_equal(nn.Flatten(0, 1)(x), x.reshape(6, 4))
    vectors = x[:, :, 0]
    assert nn.Flatten()(vectors) is vectors
    with pytest.raises(ShapeError, match=r"Flatten expects axes 1 to -1, got \(24,\): add the"):
        nn.Flatten()(x.reshape(-1))
    with pytest.raises(DTypeError, match="Flatten expects an array, got list"):
        nn.Flatten()([[1.0]])


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_dropout_keeps_the_expected_value(p: float) -> None:
    n = 200_000
    y = nn.Dropout(p, rng=0)(np.ones(n))
    assert set(np.unique(y)) == {0.0, 1.0 / (1.0 - p)}
    error_of_the_mean = np.sqrt(p / (1.0 - p) / n)
    assert abs(y.mean() - 1.0) < 4.0 * error_of_the_mean


def test_dropout_passes_gradients_where_it_passed_values() -> None:
    x = Variable(np.full(100, 3.0))
    y = nn.Dropout(0.5, rng=0)(x)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, y.value / 3.0)


def test_dropout_draws_anew_each_time_and_the_same_from_the_same_seed() -> None:
    layer, x = nn.Dropout(0.5, rng=7), np.ones(100, np.float32)
    first, second = layer(x), layer(x)
    assert not np.array_equal(first, second)
    assert first.dtype == np.float32
    np.testing.assert_array_equal(nn.Dropout(0.5, rng=7)(x), first)


def test_dropout_without_a_generator_draws_from_the_default_of_the_moment() -> None:
    layer, x = nn.Dropout(0.5), np.ones(100)
    with random.use(7):
        first = layer(x)
    np.testing.assert_array_equal(nn.Dropout(0.5, rng=7)(x), first)


def test_dropout_lets_everything_pass_in_eval_mode_and_nothing_for_p_1() -> None:
    x = np.ones(10)
    assert nn.Dropout(0.9).eval()(x) is x
    assert not nn.Dropout(1.0)(x).any()
    with pytest.raises(ValueError, match=r"probability p between 0 and 1, got 1\.5"):
        nn.Dropout(1.5)


@pytest.mark.parametrize("p", [-0.1, 1.5, float("nan")])
@pytest.mark.parametrize("training", [True, False])
def test_functional_dropout_refuses_what_is_no_probability(p: float, training: bool) -> None:
    with pytest.raises(ValueError, match="probability p between 0 and 1"):
        nn.functional.dropout(np.ones(2), p, training=training, rng=0)
