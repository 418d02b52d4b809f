"""Laws of local connections, and what they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil import Variable, check_gradients, nn
from neuropil.errors import DTypeError, ShapeError
from neuropil.nn import functional as F

RNG = np.random.default_rng(0)


def normal(*shape: int) -> Any:
    return RNG.standard_normal(shape)


@given(
    size=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    stride=st.tuples(st.integers(1, 2), st.integers(1, 2)),
    padding=st.sampled_from([0, 1, (2, 1)]),
    dilation=st.integers(1, 2),
)
def test_equal_weights_at_all_places_make_it_a_convolution(**setting: Any) -> None:
    size = setting.pop("size")
    x, w, b = normal(2, 2, 6, 7), normal(3, 2, *size), normal(3)
    expected = F.conv2d(x, w, b, **setting)
    places = expected.shape[2:]
    weights = np.broadcast_to(w, (*places, *w.shape))
    biases = np.broadcast_to(b, (*places, 3))
    found = F.locally_connected(x, weights, biases, **setting)
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_its_gradients_add_up_to_those_of_the_convolution() -> None:
    x, w, b = Variable(normal(2, 2, 6)), Variable(normal(3, 2, 3)), Variable(normal(3))
    y = F.conv1d(x, w, b, stride=2)
    s = normal(*y.shape)
    y.backward(s)
    z = Variable(x.value)
    weights = Variable(np.tile(w.value, (2, 1, 1, 1)))
    biases = Variable(np.tile(b.value, (2, 1)))
    F.locally_connected(z, weights, biases, stride=2).backward(s)
    np.testing.assert_allclose(weights.grad.sum(axis=0), w.grad, rtol=1e-12)
    np.testing.assert_allclose(biases.grad.sum(axis=0), b.grad, rtol=1e-12)
    np.testing.assert_allclose(z.grad, x.grad, rtol=1e-12)


@given(row=st.integers(0, 3), column=st.integers(0, 4))
def test_neurons_far_from_a_pixel_do_not_see_it(row: int, column: int) -> None:
    layer = nn.LocallyConnected2d(1, 2, (6, 7), 3, rng=0, dtype=np.float64)
    x = Variable(normal(1, 1, 6, 7))
    s = np.zeros((1, 2, 4, 5))
    s[0, :, row, column] = 1.0
    layer(x).backward(s)
    seen = np.zeros((6, 7), bool)
    seen[row : row + 3, column : column + 3] = True
    np.testing.assert_array_equal(x.grad[0, 0] != 0, seen)


@pytest.mark.parametrize("setting", [{}, {"stride": 2, "padding": 1}, {"dilation": 2}])
def test_derivatives_of_first_and_second_order(setting: Any) -> None:
    layer = nn.LocallyConnected2d(2, 2, (4, 3), 2, **setting)

    def local(x: Any, w: Any, b: Any) -> Any:
        return F.locally_connected(x, w, b, **setting)

    shapes = layer.weight.shape, layer.bias.shape
    check_gradients(local, normal(1, 2, 4, 3), normal(*shapes[0]), normal(*shapes[1]), order=2)


def test_a_layer_has_the_shapes_it_says() -> None:
    layer = nn.LocallyConnected2d(2, 3, input_size=(8, 6), kernel_size=(3, 2), padding="same")
    assert layer.weight.shape == (8, 6, 3, 2, 3, 2)
    assert layer(np.zeros((4, 2, 8, 6), np.float32)).shape == (4, 3, 8, 6)
    bound = 1.0 / np.sqrt(2 * 3 * 2)
    assert 0.98 * bound < abs(layer.weight.value).max() <= bound
    bare = nn.LocallyConnected1d(1, 1, 5, 3, bias=False)
    assert bare.bias is None
    assert bare(np.zeros((4, 1, 5), np.float32)).shape == (4, 1, 3)


def test_what_it_refuses() -> None:
    with pytest.raises(ValueError, match="needs an input_size into which a kernel fits"):
        nn.LocallyConnected1d(1, 1, input_size=2, kernel_size=3)
    with pytest.raises(ValueError, match="needs out_channels of at least 1"):
        nn.LocallyConnected1d(1, 0, input_size=4, kernel_size=3)
    layer = nn.LocallyConnected2d(1, 2, input_size=8, kernel_size=3)
    with pytest.raises(ShapeError, match=r"weights for \(6, 6\) places.* input_size of \(9, 9\)"):
        layer(np.zeros((5, 1, 9, 9), np.float32))
    with pytest.raises(ShapeError, match=r"LocallyConnected2d expects images \(N, 1, H, W\)"):
        layer(np.zeros((5, 2, 8, 8), np.float32))
    with pytest.raises(DTypeError, match="LocallyConnected2d computes in float32"):
        layer(np.zeros((5, 1, 8, 8)))
