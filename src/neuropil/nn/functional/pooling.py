"""Pooling of images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil import ops
from neuropil.arrays import namespace
from neuropil.nn.functional.images import (
    NO_MARGINS,
    Margins,
    Pair,
    channels_first,
    channels_last,
    check_fit,
    check_images,
    pair,
)

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

    from neuropil.arrays import Array


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
    size, steps, margins = _checked("MaxPool2d", x, kernel_size, stride, padding)
    pixels = channels_last(x, margins)
    if margins != NO_MARGINS:
        pixels = ops.where(_inside(x, margins), pixels, -float("inf"))
    return channels_first(ops.window_max(pixels, size=size, stride=steps))


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
    size, steps, margins = _checked("AvgPool2d", x, kernel_size, stride, padding)
    share = 1.0 / (size[0] * size[1])
    if margins != NO_MARGINS and not count_include_pad:
        own = _inside(x, margins).astype(x.dtype)
        share = 1.0 / ops.window_sum(own, size=size, stride=steps)
    sums = ops.window_sum(channels_last(x, margins), size=size, stride=steps)
    return channels_first(sums * share)


def _checked(
    layer: str, x: Array, kernel_size: Pair, stride: Pair | None, padding: Pair
) -> tuple[tuple[int, int], tuple[int, int], Margins]:
    """The size of a window, the steps between windows and the margins, which fit the images."""
    size = pair("kernel_size", kernel_size)
    steps = size if stride is None else pair("stride", stride)
    rows, columns = pair("padding", padding, least=0)
    if 2 * rows > size[0] or 2 * columns > size[1]:
        raise ValueError(f"padding is at most half of kernel_size {size}, got {(rows, columns)}")
    margins = (rows, rows), (columns, columns)
    check_images(layer, x)
    check_fit(layer, x, size, margins)
    return size, steps, margins


def _inside(x: Array, margins: Margins) -> Bool[Array, "1 height width 1"]:
    """Which pixels of a padded image are its own."""
    own = namespace(x).ones((1, *x.shape[2:], 1), dtype=bool)
    return ops.pad(own, ((0, 0), *margins, (0, 0)))
