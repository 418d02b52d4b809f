"""Pooling of images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil import ops
from neuropil.arrays import namespace
from neuropil.nn.functional.convolution import Margins, Pair, check_fit, check_images
from neuropil.nn.functional.pairs import pair
from neuropil.ops.pooling import window_max, window_sum

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

    from neuropil.arrays import Array

_TO_CHANNELS_LAST = (0, 2, 3, 1)
_TO_CHANNELS_FIRST = (0, 3, 1, 2)


def max_pool2d(
    x: Float[Array, "batch channels height width"],
    kernel_size: Pair,
    stride: Pair | None = None,
    padding: Pair = 0,
) -> Float[Array, "batch channels rows columns"]:
    """The largest pixel of each window, channel by channel.

    Of equal ones the first takes the whole derivative, as in PyTorch.

    Args:
        x: Images, channels first.
        kernel_size: The size of a window, for both axes or each.
        stride: Steps between windows; by default their size, so that they do not overlap. What is
            left at the end of an axis and fills no window is left out.
        padding: A margin of −∞ around the image, at most half a window.

    Raises:
        ShapeError: ``x`` does not hold images, or one is smaller than a window.
        ValueError: A setting cannot be used.

    Example:
        >>> import numpy as np
        >>> max_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2).tolist()
        [[[[5.0, 7.0], [13.0, 15.0]]]]
    """
    size, steps, margins = _settings(kernel_size, stride, padding)
    check_images("MaxPool2d", x)
    check_fit("MaxPool2d", x, size, margins)
    if margins != ((0, 0), (0, 0)):
        inside = _inside(x, margins)
        x = ops.where(inside, _padded(x, margins), -float("inf"))
    else:
        x = ops.permute_dims(x, _TO_CHANNELS_LAST)
    return ops.permute_dims(window_max(x, size=size, stride=steps), _TO_CHANNELS_FIRST)


def avg_pool2d(
    x: Float[Array, "batch channels height width"],
    kernel_size: Pair,
    stride: Pair | None = None,
    padding: Pair = 0,
    *,
    count_include_pad: bool = True,
) -> Float[Array, "batch channels rows columns"]:
    """The mean of each window, channel by channel.

    Args:
        x: Images, channels first.
        kernel_size: The size of a window, for both axes or each.
        stride: Steps between windows; by default their size.
        padding: A margin of zeros around the image, at most half a window.
        count_include_pad: Whether these zeros count in the mean.

    Raises:
        ShapeError: ``x`` does not hold images, or one is smaller than a window.
        ValueError: A setting cannot be used.

    Example:
        >>> import numpy as np
        >>> avg_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2).tolist()
        [[[[2.5, 4.5], [10.5, 12.5]]]]
    """
    size, steps, margins = _settings(kernel_size, stride, padding)
    check_images("AvgPool2d", x)
    check_fit("AvgPool2d", x, size, margins)
    share = 1.0 / (size[0] * size[1])
    if margins != ((0, 0), (0, 0)):
        if not count_include_pad:
            pixels = _inside(x, margins).astype(x.dtype)
            share = 1.0 / window_sum(pixels, size=size, stride=steps)
        x = _padded(x, margins)
    else:
        x = ops.permute_dims(x, _TO_CHANNELS_LAST)
    means = window_sum(x, size=size, stride=steps) * share
    return ops.permute_dims(means, _TO_CHANNELS_FIRST)


def _settings(
    kernel_size: Pair, stride: Pair | None, padding: Pair
) -> tuple[tuple[int, int], tuple[int, int], Margins]:
    size = pair("kernel_size", kernel_size)
    steps = size if stride is None else pair("stride", stride)
    rows, columns = pair("padding", padding, least=0)
    if 2 * rows > size[0] or 2 * columns > size[1]:
        raise ValueError(f"padding is at most half of kernel_size {size}, got {(rows, columns)}")
    return size, steps, ((rows, rows), (columns, columns))


def _padded(x: Array, margins: Margins) -> Array:
    return ops.pad(ops.permute_dims(x, _TO_CHANNELS_LAST), ((0, 0), *margins, (0, 0)))


def _inside(x: Array, margins: Margins) -> Bool[Array, "1 height width 1"]:
    """Which pixels of a padded image are its own."""
    own = namespace(x).ones((1, *x.shape[2:], 1), dtype=bool)
    return ops.pad(own, ((0, 0), *margins, (0, 0)))
