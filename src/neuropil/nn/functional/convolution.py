"""Convolution of signals and images."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from neuropil import ops
from neuropil.nn.functional.spatial import (
    Padding,
    PerAxis,
    channels_first,
    channels_last,
    check_fit,
    check_layout,
    margins_of,
    per_axis,
)

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


def conv1d(
    x: Float[Array, "batch in length"],
    weight: Float[Array, "out in/groups size"],
    bias: Float[Array, "out"] | None = None,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> Float[Array, "batch out places"]:
    """y[o, i] = b[o] + Σ w[o, c, p] x[c, i·stride + p·dilation] (notes 7.3).

    Arguments and errors are those of `conv2d`, with one axis.

    Example:
        >>> import numpy as np
        >>> signal = np.array([1.0, 2.0, 4.0, 8.0]).reshape(1, 1, 4)
        >>> conv1d(signal, np.array([-1.0, 1.0]).reshape(1, 1, 2)).tolist()
        [[[1.0, 2.0, 4.0]]]
    """
    return convolution("Conv1d", x, weight, bias, stride, padding, dilation, groups)


def conv2d(
    x: Float[Array, "batch in height width"],
    weight: Float[Array, "out in/groups kh kw"],
    bias: Float[Array, "out"] | None = None,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> Float[Array, "batch out rows columns"]:
    """y[o, i, j] = b[o] + Σ w[o, c, p, q] x[c, i·stride + p·dilation, j·stride + q·dilation].

    As everywhere in deep learning this is a correlation: the kernel is not mirrored, as it is in
    the convolution of notes 7.3. All windows become the rows of one matrix, which one matrix
    product multiplies with all kernels.

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
    return convolution("Conv2d", x, weight, bias, stride, padding, dilation, groups)


def convolution(
    layer: str,
    x: Float[Array, "batch in *space"],
    weight: Float[Array, "out in/groups *size"],
    bias: Float[Array, "out"] | None,
    stride: PerAxis,
    padding: Padding,
    dilation: PerAxis,
    groups: int,
) -> Float[Array, "batch out *places"]:
    """Convolution along as many axes as the weight has, for the layer of this name."""
    out_channels, group_channels, *lengths = weight.shape
    size, axes = tuple(lengths), len(lengths)
    stride, dilation = per_axis("stride", stride, axes), per_axis("dilation", dilation, axes)
    margins = margins_of(padding, size, stride, dilation)
    check_layout(layer, x, axes, group_channels * groups)
    check_fit(layer, x, size, margins, dilation)
    patches = ops.windows(channels_last(x, margins), size, stride=stride, dilation=dilation)
    y = _product(patches, weight, bias) if groups == 1 else _grouped(patches, weight, bias, groups)
    return channels_first(ops.reshape(y, (*patches.shape[: 1 + axes], out_channels)))


def _product(patches: Array, weight: Array, bias: Array | None) -> Array:
    """All windows, one a row, times all kernels, one a column."""
    axes, out = len(weight.shape) - 2, weight.shape[0]
    length = prod(weight.shape[1:])
    kernels = ops.reshape(ops.permute_dims(weight, (0, *range(2, 2 + axes), 1)), (out, length))
    rows = ops.reshape(patches, (prod(patches.shape[: 1 + axes]), length))
    return ops.linear(rows, kernels, bias)


def _grouped(patches: Array, weight: Array, bias: Array | None, groups: int) -> Array:
    """The same, group by group: one product with the groups as a batch."""
    out, of_group, *size = weight.shape
    axes, taps = len(size), prod(size)
    windows = prod(patches.shape[: 1 + axes])
    split = ops.reshape(patches, (windows, taps, groups, of_group))
    split = ops.reshape(ops.permute_dims(split, (2, 0, 1, 3)), (groups, windows, taps * of_group))
    kernels = ops.reshape(weight, (groups, out // groups, of_group, taps))
    kernels = ops.permute_dims(kernels, (0, 3, 2, 1))
    kernels = ops.reshape(kernels, (groups, taps * of_group, out // groups))
    y = ops.permute_dims(ops.matmul(split, kernels), (1, 0, 2))
    y = ops.reshape(y, (windows, out))
    return y if bias is None else y + bias
