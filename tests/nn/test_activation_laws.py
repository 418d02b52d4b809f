"""Laws of the activation functions of notes 1.5 and Lecture 17, and of those that came later."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import neuropil as npl
from neuropil import Variable, nn
from neuropil.errors import DTypeError, ShapeError

currents = hnp.arrays(
    np.float64, hnp.array_shapes(min_dims=2, max_dims=3, max_side=5), elements=st.floats(-1e3, 1e3)
)
LAYERS = [
    nn.Arctan(),
    nn.ELU(),
    nn.ELU(0.3),
    nn.GELU(),
    nn.GELU("tanh"),
    nn.Hardmax(),
    nn.Hardmax(0),
    nn.Hardtanh(),
    nn.Hardtanh(-2.0, 0.5),
    nn.Heaviside(),
    nn.LeakyReLU(),
    nn.LeakyReLU(0.2),
    nn.PReLU(),
    nn.PReLU(4, 0.1),
    nn.ReLU6(),
    nn.SiLU(),
    nn.Sigmoid(),
    nn.Sign(),
    nn.Softplus(),
    nn.Softplus(3.0),
    nn.Threshold(0.1, 20.0),
]


@given(currents)
@pytest.mark.parametrize(
    "layer", [nn.GELU(), nn.GELU("tanh"), nn.SiLU(), nn.Softplus(2.0)], ids=repr
)
def test_the_smooth_relus_differ_by_x_on_both_sides(layer: nn.Module, x: Any) -> None:
    np.testing.assert_allclose(layer(x) - layer(-x), x, rtol=1e-12, atol=1e-12)


@given(currents, st.floats(0.0, 1.0))
def test_leaky_relus_are_the_larger_of_two_lines(x: Any, slope: float) -> None:
    expected = np.maximum(x, slope * x)
    np.testing.assert_array_equal(nn.LeakyReLU(slope)(x), expected)
    np.testing.assert_array_equal(nn.PReLU(init=slope, dtype=np.float64)(x).value, expected)


@given(currents)
def test_prelu_of_slope_0_is_relu_and_of_slope_1_nothing(x: Any) -> None:
    channels = x.shape[1]
    for slope, expected in ((0.0, nn.ReLU()(x)), (1.0, x)):
        layer = nn.PReLU(channels, slope, dtype=np.float64)
        np.testing.assert_array_equal(layer(x).value, expected)


@given(currents, st.floats(0.1, 3.0))
def test_elu_is_relu_above_and_ends_at_minus_alpha(x: Any, alpha: float) -> None:
    y = nn.ELU(alpha)(x)
    np.testing.assert_array_equal(y[x > 0], x[x > 0])
    assert (y >= -alpha).all()
    np.testing.assert_allclose(y[x < -50], -alpha)


@given(currents)
def test_the_bounded_lines_are_clipped(x: Any) -> None:
    np.testing.assert_array_equal(nn.Hardtanh(-0.5, 2.0)(x), np.clip(x, -0.5, 2.0))
    np.testing.assert_array_equal(nn.ReLU6()(x), np.clip(x, 0.0, 6.0))
    np.testing.assert_array_equal(nn.Threshold(0.5, -7.0)(x), np.where(x > 0.5, x, -7.0))
    np.testing.assert_array_equal(nn.Arctan()(x), np.arctan(x))


@given(currents)
def test_sign_and_threshold_are_limits_of_tanh_and_logistic(x: Any) -> None:
    far = np.abs(x) > 1e-3
    np.testing.assert_allclose(nn.Sign()(x)[far], np.tanh(1e5 * x[far]), atol=1e-12)
    np.testing.assert_allclose(nn.Heaviside()(x)[far], nn.Sigmoid()(1e5 * x[far]), atol=1e-12)
    np.testing.assert_array_equal(nn.Heaviside()(0.0 * x), np.ones_like(x))
    np.testing.assert_array_equal(npl.heaviside(0.0 * x, at_zero=0.25), np.full_like(x, 0.25))


@given(currents, st.sampled_from([0, 1, -1]))
def test_hardmax_is_a_one_at_the_first_of_the_largest(x: Any, dim: int) -> None:
    y = nn.Hardmax(dim)(x)
    np.testing.assert_array_equal(y.sum(axis=dim), 1.0)
    np.testing.assert_array_equal(y.argmax(axis=dim), x.argmax(axis=dim))
    classes = x.argmax(axis=dim)
    rows = nn.functional.one_hot(classes, x.shape[dim])
    np.testing.assert_array_equal(y, np.moveaxis(rows, -1, dim))


@pytest.mark.parametrize("layer", [nn.Heaviside(), nn.Sign(), nn.Hardmax()], ids=repr)
def test_nothing_is_learned_through_a_jump(layer: nn.Module) -> None:
    x = Variable(np.random.default_rng(0).normal(size=(3, 4)))
    layer(x).backward(np.full((3, 4), np.inf))
    np.testing.assert_array_equal(x.grad, np.zeros((3, 4)))


def test_nothing_overflows_with_a_warning() -> None:
    x = Variable(np.array([[-1e30, -800.0, 0.0, 800.0, 1e30]]))
    for layer in (nn.ELU(), nn.GELU(), nn.SiLU(), nn.Softplus(), nn.LeakyReLU()):
        y = layer(x)
        y.backward(np.ones(y.shape))
        assert np.isfinite(y.value).all()
        assert np.isfinite(x.grad).all()


@pytest.mark.parametrize("layer", LAYERS, ids=repr)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_dtype_stays(layer: nn.Module, dtype: Any) -> None:
    x = Variable(np.random.default_rng(0).normal(size=(3, 4)).astype(dtype))
    y = nn.build(nn.describe(layer)).astype(dtype)(x)
    y.backward(np.ones(y.shape))
    assert (y.dtype, x.grad.dtype) == (dtype, dtype)


@pytest.mark.parametrize("layer", LAYERS, ids=repr)
def test_a_layer_built_from_its_description_is_the_same(layer: nn.Module) -> None:
    built = nn.build(json.loads(json.dumps(nn.describe(layer))))
    assert repr(built) == repr(layer)
    x = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    np.testing.assert_array_equal(npl.predict(built, x), npl.predict(layer, x))


def test_gelus_approximation_is_as_good_as_it_says() -> None:
    x = np.linspace(-10.0, 10.0, 2001)
    error = np.abs(nn.GELU("tanh")(x) - nn.GELU()(x)).max()
    assert 1e-4 < error < 1e-3


def test_softplus_is_exact_where_pytorch_takes_a_line() -> None:
    x = np.array([20.5, 25.0])
    surplus = nn.Softplus()(x) - x
    np.testing.assert_allclose(surplus, np.exp(-x), rtol=1e-4)
    assert surplus.max() < 2.1e-9


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"slopes \(3,\) expects as many channels .* \(2, 4\)"):
        nn.PReLU(3)(np.zeros((2, 4), np.float32))
    with pytest.raises(ShapeError, match="give num_parameters=1"):
        nn.PReLU(3)(np.zeros(3, np.float32))
    with pytest.raises(DTypeError, match="PReLU computes in float32"):
        nn.PReLU()(np.zeros(3))
    with pytest.raises(ValueError, match="num_parameters of at least 1"):
        nn.PReLU(0)
    with pytest.raises(ValueError, match="'none' or 'tanh', got 'erf'"):
        nn.GELU("erf")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="'none' or 'tanh', got 'erf'"):
        nn.functional.gelu(np.zeros(2), "erf")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="min_val < max_val, got 1 and 1"):
        nn.Hardtanh(1, 1)
    with pytest.raises(ValueError, match="beta other than 0"):
        nn.Softplus(0.0)


@pytest.mark.parametrize("layer", [nn.Threshold(0.0, 5.0), nn.ELU(), nn.Hardtanh(), nn.LeakyReLU()])
def test_nan_is_not_hidden(layer: nn.Module) -> None:
    assert np.isnan(layer(np.array([np.nan]))).all()


@pytest.mark.parametrize("layer", [nn.ELU(), nn.PReLU(dtype=np.float64), nn.LeakyReLU()])
def test_what_is_infinite_passes_its_derivative_on(layer: nn.Module) -> None:
    x = Variable(np.array([np.inf, 1.0]))
    layer(x).backward(np.ones(2))
    assert x.grad is not None
    assert x.grad.tolist() == [1.0, 1.0]
    assert all(p.grad is not None and not p.grad.any() for p in layer.parameters())
