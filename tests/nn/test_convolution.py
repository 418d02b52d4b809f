"""Laws of convolution, and what it refuses."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neuropil as npl
from neuropil import Variable, check_gradients, nn
from neuropil.errors import DTypeError, ShapeError
from neuropil.nn import functional as F

RNG = np.random.default_rng(0)


def normal(*shape: int) -> Any:
    return RNG.standard_normal(shape)


@st.composite
def settings(draw: st.DrawFn) -> dict[str, Any]:
    def pair(low: int, high: int) -> tuple[int, int]:
        return draw(st.tuples(st.integers(low, high), st.integers(low, high)))

    return {
        "size": pair(1, 3),
        "stride": pair(1, 3),
        "padding": pair(0, 2),
        "dilation": pair(1, 2),
        "groups": draw(st.sampled_from([1, 2])),
    }


def by_definition(x: Any, w: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    """The sum of the docstring, term by term."""
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    out, of_group, kh, kw = w.shape
    rows, columns = (
        (n - d * (k - 1) - 1) // s + 1
        for n, k, s, d in zip(x.shape[2:], (kh, kw), stride, dilation, strict=True)
    )
    y = np.zeros((len(x), out, rows, columns))
    for o, i, j in product(range(out), range(rows), range(columns)):
        first = o // (out // groups) * of_group
        for c, p, q in product(range(of_group), range(kh), range(kw)):
            row, column = i * stride[0] + p * dilation[0], j * stride[1] + q * dilation[1]
            y[:, o, i, j] += w[o, c, p, q] * x[:, first + c, row, column]
    return y


@given(settings())
def test_it_is_the_sum_it_is_defined_by(setting: dict[str, Any]) -> None:
    size, groups = setting.pop("size"), setting["groups"]
    x, w = normal(2, 2, 6, 7), normal(4, 2 // groups, *size)
    expected = by_definition(x, w, **setting)
    np.testing.assert_allclose(F.conv2d(x, w, **setting), expected, atol=1e-12)


@given(settings())
def test_it_is_linear_in_images_and_in_kernels(setting: dict[str, Any]) -> None:
    size, groups = setting.pop("size"), setting["groups"]
    x, z = normal(2, 2, 6, 6), normal(2, 2, 6, 6)
    w, v = normal(2, 2 // groups, *size), normal(2, 2 // groups, *size)

    def conv(images: Any, kernels: Any) -> Any:
        return F.conv2d(images, kernels, **setting)

    np.testing.assert_allclose(conv(2 * x - z, w), 2 * conv(x, w) - conv(z, w), atol=1e-12)
    np.testing.assert_allclose(conv(x, 2 * w - v), 2 * conv(x, w) - conv(x, v), atol=1e-12)


@given(st.integers(-2, 2), st.integers(-2, 2))
def test_a_shifted_image_gives_a_shifted_result(down: int, right: int) -> None:
    image = np.zeros((1, 2, 12, 12))
    image[:, :, 4:8, 4:8] = normal(1, 2, 4, 4)
    w = normal(3, 2, 3, 3)
    shifted = np.roll(image, (down, right), axis=(2, 3))
    expected = np.roll(F.conv2d(image, w, padding=1), (down, right), axis=(2, 3))
    np.testing.assert_allclose(F.conv2d(shifted, w, padding=1), expected, atol=1e-12)


@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 2))
def test_same_keeps_the_size_of_the_image(kh: int, kw: int, dilation: int) -> None:
    layer = nn.Conv2d(1, 1, (kh, kw), padding="same", dilation=dilation)
    assert layer(np.zeros((1, 1, 6, 7), np.float32)).shape == (1, 1, 6, 7)


@pytest.mark.parametrize(
    "setting", [{}, {"stride": 2, "padding": 1}, {"dilation": 2}, {"groups": 2}]
)
def test_derivatives_of_first_and_second_order(setting: dict[str, int]) -> None:
    def conv(x: Any, w: Any, b: Any) -> Any:
        return F.conv2d(x, w, b, **setting)

    check_gradients(
        conv, normal(1, 2, 4, 5), normal(2, 2 // setting.get("groups", 1), 2, 2), normal(2)
    )


def test_initial_values_are_uniform_within_one_over_root_of_a_kernels_size() -> None:
    layer = nn.Conv2d(4, 200, 5, rng=0)
    bound = 1.0 / np.sqrt(4 * 5 * 5)
    assert 0.99 * bound < abs(layer.weight.value).max() <= bound
    assert abs(layer.bias.value).max() <= bound


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((28, 28, 3), r"got \(28, 28, 3\)"),
        ((3, 28, 28), r"add the batch axis \(x\[None\]\)"),
        ((5, 28, 28, 3), r"put the channels first"),
        ((5, 4, 28, 28), r"these have 4 channels"),
        ((5, 784), r"reshape the rows to images"),
        ((5, 3, 4, 4), r"at least \(5, 5\) pixels with their padding, got \(4, 4\)"),
    ],
)
def test_wrong_images_are_answered_with_advice(shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        nn.Conv2d(3, 2, 5)(np.zeros(shape, np.float32))


def test_one_channel_may_have_been_left_out() -> None:
    with pytest.raises(ShapeError, match=r"expects images \(N, 1, H, W\).* channel axis"):
        nn.Conv2d(1, 2, 3)(np.zeros((5, 8, 8), np.float32))


def test_a_wrong_dtype_is_refused() -> None:
    with pytest.raises(DTypeError, match="Conv2d computes in float32, got uint8"):
        nn.Conv2d(1, 2, 3)(np.zeros((5, 1, 8, 8), np.uint8))


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"kernel_size": 0}, "kernel_size is an integer of at least 1"),
        ({"kernel_size": (3, 3, 3)}, r"two of them \(height, width\), got \(3, 3, 3\)"),
        ({"stride": 0}, "stride is an integer of at least 1"),
        ({"padding": -1}, "padding is an integer of at least 0"),
        ({"padding": "full"}, "'same', 'valid'"),
        ({"padding": "same", "stride": 2}, "padding='same' needs stride 1"),
        ({"groups": 2}, "groups=2 divides, got 3 in"),
        ({"out_channels": 0}, "Conv2d needs out_channels of at least 1"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(setting: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        nn.Conv2d(**({"in_channels": 3, "out_channels": 4, "kernel_size": 3} | setting))


@given(size=st.integers(1, 4), groups=st.sampled_from([1, 2]), stride=st.integers(1, 3))
def test_a_signal_is_an_image_of_one_row(size: int, groups: int, stride: int) -> None:
    x, w, b = normal(2, 2, 9), normal(4, 2 // groups, size), normal(4)
    found = F.conv1d(x, w, b, stride, padding=1, dilation=2, groups=groups)
    row = F.conv2d(x[:, :, None], w[:, :, None], b, (1, stride), (0, 1), (1, 2), groups)
    np.testing.assert_allclose(found, row[:, :, 0], atol=1e-13)


def test_signals_are_answered_with_advice_of_their_own() -> None:
    with pytest.raises(ShapeError, match=r"expects signals \(N, 3, L\).* batch axis"):
        nn.Conv1d(3, 2, 5)(np.zeros((3, 28), np.float32))
    with pytest.raises(ShapeError, match=r"channels first \(npl.permute_dims\(x, \(0, 2, 1\)\)"):
        nn.Conv1d(3, 2, 5)(np.zeros((5, 28, 3), np.float32))
    with pytest.raises(ValueError, match=r"stride is an integer of at least 1, got \(1, 2\)"):
        nn.Conv1d(3, 2, 5, stride=(1, 2))


@pytest.mark.fast
def test_all_sliding_layers_compile() -> None:
    jax = pytest.importorskip("jax")
    net = nn.Sequential(
        nn.Conv1d(1, 4, 3, stride=2, padding=1, rng=0),
        nn.LocallyConnected1d(4, 2, 8, 3, rng=0),
        nn.MaxPool1d(2),
        nn.ConvTranspose1d(2, 3, 3, stride=2, output_padding=1, rng=0),
        nn.AvgPool1d(2),
        nn.AdaptiveAvgPool1d(2),
    )
    x = normal(5, 1, 16).astype(np.float32)

    def gradients(x: Any) -> Any:
        y = net(Variable(x))
        return y.value, npl.gradients(npl.sum(y**2), list(net.parameters()))

    for found, expected in zip(
        jax.tree.leaves(jax.jit(gradients)(x)), jax.tree.leaves(gradients(x)), strict=True
    ):
        np.testing.assert_allclose(found, expected, rtol=2e-4, atol=1e-5)
