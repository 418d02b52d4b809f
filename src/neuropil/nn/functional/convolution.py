"""Convolution of images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil import ops
from neuropil.nn.functional.images import (
    Padding,
    Pair,
    channels_first,
    channels_last,
    check_fit,
    check_images,
    margins_of,
    pair,
)

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


def conv2d(
    x: Float[Array, "batch in height width"],
    weight: Float[Array, "out in/groups kh kw"],
    bias: Float[Array, "out"] | None = None,
    stride: Pair = 1,
    padding: Padding = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> Float[Array, "batch out rows columns"]:
    """y[o, i, j] = b[o] + Σ w[o, c, p, q] x[c, i·stride + p·dilation, j·stride + q·dilation].

    As everywhere in deep learning this is a correlation: the kernel is not mirrored. All windows
    become the rows of one matrix, which one matrix product multiplies with all kernels.

    Args:
        x: Images, channels first.
        weight: One kernel per output channel.
        bias: b.
        stride: Steps between windows, for both axes or each.
        padding: Zeros around the image, for both axes or each; ``"same"`` for as many as keep its
            size at stride 1, ``"valid"`` for none.
        dilation: Steps between the places of a window.
        groups: Output channels in so many groups see only the input channels of their group.

    Raises:
        ShapeError: ``x`` does not fit the weight, or an image is smaller than a window.
        ValueError: A setting cannot be used.

    Example:
        >>> import numpy as np
        >>> image = np.arange(9.0).reshape(1, 1, 3, 3)
        >>> conv2d(image, np.ones((1, 1, 2, 2))).tolist()
        [[[[8.0, 12.0], [20.0, 24.0]]]]
    """
    out_channels, group_channels, *size = weight.shape
    stride, dilation = pair("stride", stride), pair("dilation", dilation)
    margins = margins_of(padding, tuple(size), stride, dilation)
    check_images("Conv2d", x, group_channels * groups)
    check_fit("Conv2d", x, tuple(size), margins, dilation)
    x = channels_last(x, margins)
    patches = ops.windows(x, tuple(size), stride=stride, dilation=dilation)
    y = _product(patches, weight, bias) if groups == 1 else _grouped(patches, weight, bias, groups)
    y = ops.reshape(y, (*patches.shape[:3], out_channels))
    return channels_first(y)


def _product(patches: Array, weight: Array, bias: Array | None) -> Array:
    """All windows, one a row, times all kernels, one a column."""
    n, rows, columns, *window = patches.shape
    length = window[0] * window[1] * window[2]
    kernels = ops.reshape(ops.permute_dims(weight, (0, 2, 3, 1)), (weight.shape[0], length))
    return ops.linear(ops.reshape(patches, (n * rows * columns, length)), kernels, bias)


def _grouped(patches: Array, weight: Array, bias: Array | None, groups: int) -> Array:
    """The same, group by group: one product with the groups as a batch."""
    n, rows, columns, kh, kw, channels = patches.shape
    out, of_group = weight.shape[0], channels // groups
    windows, length = n * rows * columns, kh * kw * of_group
    split = ops.reshape(patches, (windows, kh * kw, groups, of_group))
    split = ops.reshape(ops.permute_dims(split, (2, 0, 1, 3)), (groups, windows, length))
    kernels = ops.reshape(weight, (groups, out // groups, of_group, kh, kw))
    kernels = ops.reshape(
        ops.permute_dims(kernels, (0, 3, 4, 2, 1)), (groups, length, out // groups)
    )
    y = ops.permute_dims(ops.matmul(split, kernels), (1, 0, 2))
    y = ops.reshape(y, (windows, out))
    return y if bias is None else y + bias
