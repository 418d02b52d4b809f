"""Laws of pooling, and what it refuses."""

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
IMAGES = RNG.standard_normal((2, 3, 6, 8))

pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))


def windows(x: Any, size: Any, stride: Any) -> Any:
    """All windows, their pixels on the last two axes."""
    view = np.lib.stride_tricks.sliding_window_view(x, size, axis=(2, 3))
    return view[:, :, :: stride[0], :: stride[1]]


@given(size=pairs, stride=pairs)
def test_they_are_maximum_and_mean_of_each_window(size: Any, stride: Any) -> None:
    expected = windows(IMAGES, size, stride)
    np.testing.assert_array_equal(F.max_pool2d(IMAGES, size, stride), expected.max(axis=(4, 5)))
    np.testing.assert_allclose(
        F.avg_pool2d(IMAGES, size, stride), expected.mean(axis=(4, 5)), atol=1e-15
    )


@given(size=pairs, stride=pairs)
def test_each_window_gives_its_whole_cotangent_to_its_pixels(size: Any, stride: Any) -> None:
    flat = Variable(np.zeros((1, 1, 6, 6)))  # all pixels are equal, so all are maxima
    for pool in (F.max_pool2d, F.avg_pool2d):
        flat.grad = None
        y = pool(flat, size, stride)
        y.sum().backward()
        np.testing.assert_allclose(flat.grad.sum(), y.size)


def test_of_equal_pixels_the_first_takes_the_derivative() -> None:
    x = Variable(np.ones((1, 1, 2, 4)))
    F.max_pool2d(x, 2).sum().backward()
    assert x.grad[0, 0].tolist() == [[1.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0]]


def test_nan_is_not_hidden() -> None:
    x = IMAGES.copy()
    x[0, 0, 1, 1] = np.nan
    assert np.isnan(F.max_pool2d(x, 2)[0, 0, 0, 0])
    assert np.isnan(F.max_pool2d(x, 2)).sum() == 1


def test_padding_never_wins_and_zeros_may_or_may_not_count() -> None:
    x: Any = np.full((1, 1, 2, 2), -4.0)
    assert F.max_pool2d(x, 2, padding=1).tolist() == [[[[-4.0, -4.0], [-4.0, -4.0]]]]
    assert F.avg_pool2d(x, 2, padding=1).tolist() == [[[[-1.0, -1.0], [-1.0, -1.0]]]]
    uncounted = F.avg_pool2d(x, 2, padding=1, count_include_pad=False)
    assert uncounted.tolist() == [[[[-4.0, -4.0], [-4.0, -4.0]]]]


@pytest.mark.parametrize("setting", [{}, {"stride": 1}, {"padding": 1}])
def test_derivatives_of_first_and_second_order(setting: dict[str, Any]) -> None:
    distinct = RNG.permutation(50).reshape(1, 2, 5, 5).astype(float)
    check_gradients(lambda x: F.max_pool2d(x, 2, **setting), distinct)
    check_gradients(lambda x: F.avg_pool2d(x, 2, **setting), distinct)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("padding", [0, 1])
def test_the_dtype_stays(dtype: type, padding: int) -> None:
    x: Any = IMAGES.astype(dtype)
    assert nn.MaxPool2d(2, padding=padding)(x).dtype == dtype
    assert nn.AvgPool2d(2, padding=padding)(x).dtype == dtype
    assert nn.AvgPool2d(2, padding=padding, count_include_pad=False)(x).dtype == dtype


@pytest.mark.parametrize("layer", [nn.MaxPool2d(3), nn.AvgPool2d(3)])
def test_wrong_images_are_refused_by_name(layer: nn.Module) -> None:
    name = type(layer).__name__
    with pytest.raises(ShapeError, match=rf"{name} expects images \(N, C, H, W\), got \(5, 8\)"):
        layer(np.zeros((5, 8)))
    with pytest.raises(ShapeError, match=rf"{name} expects images of at least \(3, 3\) pixels"):
        layer(np.zeros((5, 1, 2, 2)))
    with pytest.raises(DTypeError, match=f"{name} expects an array, got list"):
        layer([[1.0]])


def test_padding_is_at_most_half_a_window() -> None:
    with pytest.raises(ValueError, match="at most half of kernel_size"):
        F.max_pool2d(IMAGES, 2, padding=2)
    with pytest.raises(ValueError, match="stride is an integer of at least 1"):
        nn.MaxPool2d(2, stride=0)


@given(size=st.integers(1, 4), stride=st.integers(1, 3), padding=st.integers(0, 1))
def test_a_signal_is_an_image_of_one_row(size: int, stride: int, padding: int) -> None:
    signal = IMAGES[:, :, 0]
    padding = min(padding, size // 2)
    for one, two in ((F.max_pool1d, F.max_pool2d), (F.avg_pool1d, F.avg_pool2d)):
        row = two(signal[:, :, None], (1, size), (1, stride), (0, padding))
        np.testing.assert_array_equal(one(signal, size, stride, padding), row[:, :, 0])


def test_adaptive_pooling_is_pooling_where_windows_divide_the_axis() -> None:
    expected = F.avg_pool2d(IMAGES, (3, 2))
    np.testing.assert_allclose(F.adaptive_avg_pool2d(IMAGES, (2, 4)), expected, rtol=1e-14)
    everything = IMAGES.mean(axis=(2, 3), keepdims=True)
    np.testing.assert_allclose(nn.AdaptiveAvgPool2d(1)(IMAGES), everything, rtol=1e-14)
    check_gradients(lambda x: F.adaptive_avg_pool2d(x, (4, 3)), IMAGES[:1, :1])


def test_adaptive_pooling_keeps_the_dtype_and_refuses_what_has_no_space() -> None:
    assert nn.AdaptiveAvgPool1d(3)(IMAGES[0].astype(np.float32)).dtype == np.float32
    with pytest.raises(ShapeError, match=r"AdaptiveAvgPool2d expects images \(N, C, H, W\)"):
        nn.AdaptiveAvgPool2d(1)(IMAGES[0])
    with pytest.raises(ValueError, match="output_size is an integer of at least 1"):
        nn.AdaptiveAvgPool1d(0)


@pytest.mark.fast
@pytest.mark.parametrize(
    "layer", [nn.MaxPool2d(2, padding=1), nn.AvgPool2d(2, padding=1, count_include_pad=False)]
)
def test_padded_pooling_compiles(layer: nn.Module) -> None:
    jax = pytest.importorskip("jax")
    with jax.enable_x64():
        compiled = jax.jit(layer.forward)(IMAGES)
        np.testing.assert_allclose(compiled, layer(IMAGES), rtol=1e-15)
