"""Transposed convolution is the transpose of convolution, and what it refuses."""

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


@st.composite
def settings(draw: st.DrawFn) -> dict[str, Any]:
    """For one axis or two; output_padding is what the convolution left at the end of the axis."""
    axes = draw(st.integers(1, 2))

    def each(low: int, high: int) -> tuple[int, ...]:
        return draw(st.tuples(*[st.integers(low, high)] * axes))

    return {
        "space": each(7, 9),
        "size": each(1, 3),
        "stride": each(1, 3),
        "padding": each(0, 2),
        "dilation": each(1, 3),
        "groups": draw(st.sampled_from([1, 2])),
    }


@given(settings())
def test_it_is_the_derivative_of_convolution(setting: dict[str, Any]) -> None:
    space, size, groups = setting.pop("space"), setting.pop("size"), setting["groups"]
    convolve, transpose = {
        1: (F.conv1d, F.conv_transpose1d),
        2: (F.conv2d, F.conv_transpose2d),
    }[len(space)]
    w = normal(4, 6 // groups, *size)
    x = Variable(normal(2, 6, *space))
    y = convolve(x, w, **setting)
    s = normal(*y.shape)
    y.backward(s)
    smallest = transpose(s, w, **setting).shape[2:]
    left = tuple(n - m for n, m in zip(space, smallest, strict=True))
    back = transpose(s, w, output_padding=left, **setting)
    np.testing.assert_allclose(back, x.grad, atol=1e-12)


@pytest.mark.parametrize(
    "setting",
    [{}, {"stride": 2, "padding": 1, "output_padding": 1}, {"dilation": 2}, {"groups": 2}],
)
def test_derivatives_of_first_and_second_order(setting: dict[str, int]) -> None:
    def conv(x: Any, w: Any, b: Any) -> Any:
        return F.conv_transpose2d(x, w, b, **setting)

    groups = setting.get("groups", 1)
    check_gradients(conv, normal(1, 2, 3, 2), normal(2, 2 // groups, 2, 2), normal(2), order=2)


def test_initial_values_are_uniform_within_one_over_root_of_what_pytorch_calls_fan_in() -> None:
    layer = nn.ConvTranspose2d(200, 4, 5, rng=0)
    bound = 1.0 / np.sqrt(4 * 5 * 5)
    assert 0.99 * bound < abs(layer.weight.value).max() <= bound
    assert layer.bias.shape == (4,)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"output_padding": 2, "stride": 2}, r"output_padding is below stride \(2, 2\)"),
        ({"padding": "same"}, "padding is an integer of at least 0"),
        ({"groups": 3}, "groups=3 divides"),
        ({"kernel_size": 0}, "kernel_size is an integer of at least 1"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(setting: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        nn.ConvTranspose2d(**({"in_channels": 2, "out_channels": 4, "kernel_size": 3} | setting))


def test_wrong_images_are_answered_with_advice() -> None:
    layer = nn.ConvTranspose2d(2, 1, 3)
    with pytest.raises(ShapeError, match=r"ConvTranspose2d expects images \(N, 2, H, W\)"):
        layer(np.zeros((5, 3, 8, 8), np.float32))
    with pytest.raises(ShapeError, match=r"expects signals \(N, 2, L\).* batch axis"):
        nn.ConvTranspose1d(2, 1, 3)(np.zeros((2, 8), np.float32))
    with pytest.raises(DTypeError, match="computes in float32, got float64"):
        layer(np.zeros((5, 2, 8, 8)))
    with pytest.raises(ShapeError, match="no pixel left"):
        nn.ConvTranspose2d(2, 1, 3, padding=2)(np.zeros((5, 2, 2, 2), np.float32))
