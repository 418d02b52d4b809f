"""Pooling of signals and images."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import ops
from neuropil.arrays import namespace
from neuropil.nn.functional.spatial import (
    Lengths,
    Margins,
    PerAxis,
    channels_first,
    channels_last,
    check_fit,
    check_layout,
    per_axis,
)

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

    from neuropil.arrays import Array


def max_pool1d(
    x: Float[Array, "batch channels length"],
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
) -> Float[Array, "batch channels places"]:
    """The largest element of each window, channel by channel; see `max_pool2d`.

    Example:
        >>> import numpy as np
        >>> max_pool1d(np.array([[[3.0, 1.0, 2.0, 5.0]]]), 2).tolist()
        [[[3.0, 5.0]]]
    """
    return max_pooling("MaxPool1d", 1, x, kernel_size, stride, padding)


def max_pool2d(
    x: Float[Array, "batch channels height width"],
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
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
    return max_pooling("MaxPool2d", 2, x, kernel_size, stride, padding)


def avg_pool1d(
    x: Float[Array, "batch channels length"],
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
    *,
    count_include_pad: bool = True,
) -> Float[Array, "batch channels places"]:
    """The mean of each window, channel by channel; see `avg_pool2d`.

    Example:
        >>> import numpy as np
        >>> avg_pool1d(np.array([[[3.0, 1.0, 2.0, 5.0]]]), 2).tolist()
        [[[2.0, 3.5]]]
    """
    return average_pooling("AvgPool1d", 1, x, kernel_size, stride, padding, count_include_pad)


def avg_pool2d(
    x: Float[Array, "batch channels height width"],
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
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
    return average_pooling("AvgPool2d", 2, x, kernel_size, stride, padding, count_include_pad)


def adaptive_avg_pool1d(
    x: Float[Array, "batch channels length"], output_size: PerAxis
) -> Float[Array, "batch channels places"]:
    """The means of ``output_size`` windows that cover the signal; see `adaptive_avg_pool2d`.

    Example:
        >>> import numpy as np
        >>> adaptive_avg_pool1d(np.array([[[3.0, 1.0, 2.0, 6.0]]]), 1).tolist()
        [[[3.0]]]
    """
    return adaptive_average_pooling("AdaptiveAvgPool1d", 1, x, output_size)


def adaptive_avg_pool2d(
    x: Float[Array, "batch channels height width"], output_size: PerAxis
) -> Float[Array, "batch channels rows columns"]:
    """The means of so many windows that cover the image, whatever its size.

    Window i of m along an axis of n pixels holds those from ⌊i·n/m⌋ up to ⌈(i + 1)·n/m⌉. An
    ``output_size`` of 1 is global average pooling: the mean of each channel.

    Args:
        x: Images, channels first.
        output_size: The size of the result, for both axes or each.

    Raises:
        ShapeError: ``x`` does not hold images.
        ValueError: ``output_size`` cannot be used.

    Example:
        >>> import numpy as np
        >>> adaptive_avg_pool2d(np.arange(6.0).reshape(1, 1, 2, 3), (1, 2)).tolist()
        [[[[2.0, 3.0]]]]
    """
    return adaptive_average_pooling("AdaptiveAvgPool2d", 2, x, output_size)


def max_pooling(
    layer: str, axes: int, x: Array, kernel_size: PerAxis, stride: PerAxis | None, padding: PerAxis
) -> Array:
    """The largest element of windows along so many axes, for the layer of this name."""
    size, steps, margins = _checked(layer, axes, x, kernel_size, stride, padding)
    pixels = channels_last(x, margins)
    if any(map(any, margins)):
        pixels = ops.where(_inside(x, margins), pixels, -float("inf"))
    return channels_first(ops.window_max(pixels, size=size, stride=steps))


def average_pooling(
    layer: str,
    axes: int,
    x: Array,
    kernel_size: PerAxis,
    stride: PerAxis | None,
    padding: PerAxis,
    count_include_pad: bool,
) -> Array:
    """The mean of windows along so many axes, for the layer of this name."""
    size, steps, margins = _checked(layer, axes, x, kernel_size, stride, padding)
    share: Any = 1.0 / prod(size)
    if any(map(any, margins)) and not count_include_pad:
        own = _inside(x, margins).astype(x.dtype)
        share = 1.0 / ops.window_sum(own, size=size, stride=steps)
    sums = ops.window_sum(channels_last(x, margins), size=size, stride=steps)
    return channels_first(sums * share)


def adaptive_average_pooling(layer: str, axes: int, x: Array, output_size: PerAxis) -> Array:
    """The means of windows that cover so many axes, for the layer of this name."""
    many = per_axis("output_size", output_size, axes)
    check_layout(layer, x, axes)
    for axis, count in zip(range(2, 2 + axes), many, strict=True):  # a window's mean, axis by axis
        weights = _window_weights(x.shape[axis], count).astype(x.dtype)
        x = ops.moveaxis(ops.matmul(ops.moveaxis(x, axis, -1), weights), -1, axis)
    return x


def _window_weights(length: int, count: int) -> Float[np.ndarray, "length count"]:
    """For each of ``count`` windows that cover an axis, a column of shares that add up to 1."""
    first = np.arange(count) * length // count
    behind = -(-np.arange(1, count + 1) * length // count)
    place = np.arange(length)[:, np.newaxis]
    return ((place >= first) & (place < behind)) / (behind - first)


def _checked(
    layer: str, axes: int, x: Array, kernel_size: PerAxis, stride: PerAxis | None, padding: PerAxis
) -> tuple[Lengths, Lengths, Margins]:
    """The size of a window, the steps between windows and the margins, which fit the images."""
    size = per_axis("kernel_size", kernel_size, axes)
    steps = size if stride is None else per_axis("stride", stride, axes)
    pads = per_axis("padding", padding, axes, least=0)
    if any(2 * n > k for n, k in zip(pads, size, strict=True)):
        raise ValueError(f"padding is at most half of kernel_size {size}, got {pads}")
    margins = tuple((n, n) for n in pads)
    check_layout(layer, x, axes)
    check_fit(layer, x, size, margins, (1,) * axes)
    return size, steps, margins


def _inside(x: Array, margins: Margins) -> Bool[Array, "1 *space 1"]:
    """Which pixels of a padded image are its own."""
    own = namespace(x).ones((1, *x.shape[2:], 1), dtype=bool)
    return ops.pad(own, ((0, 0), *margins, (0, 0)))
