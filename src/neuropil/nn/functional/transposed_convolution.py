"""Transposed convolution of signals and images: what carries a gradient back through one."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from neuropil import ops
from neuropil.errors import ShapeError
from neuropil.nn.functional.spatial import (
    Lengths,
    PerAxis,
    channels_first,
    channels_last,
    check_layout,
    per_axis,
)

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


def conv_transpose1d(
    x: Float[Array, "batch in places"],
    weight: Float[Array, "in out/groups size"],
    bias: Float[Array, "out"] | None = None,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    output_padding: PerAxis = 0,
    groups: int = 1,
    dilation: PerAxis = 1,
) -> Float[Array, "batch out length"]:
    """y[o, i·stride + p·dilation − padding] += w[c, o, p] x[c, i], from y = b.

    Arguments and errors are those of `conv_transpose2d`, with one axis.

    Example:
        >>> import numpy as np
        >>> signal = np.array([1.0, 0.0, 2.0]).reshape(1, 1, 3)
        >>> conv_transpose1d(signal, np.array([1.0, 0.5]).reshape(1, 1, 2), stride=2).tolist()
        [[[1.0, 0.5, 0.0, 0.0, 2.0, 1.0]]]
    """
    return transposed_convolution(
        "ConvTranspose1d", x, weight, bias, stride, padding, output_padding, groups, dilation
    )


def conv_transpose2d(
    x: Float[Array, "batch in rows columns"],
    weight: Float[Array, "in out/groups kh kw"],
    bias: Float[Array, "out"] | None = None,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    output_padding: PerAxis = 0,
    groups: int = 1,
    dilation: PerAxis = 1,
) -> Float[Array, "batch out height width"]:
    """Each pixel of x writes its kernel, times itself, into the result, which is larger.

    y[o, i·stride + p·dilation − padding, …] += w[c, o, p, q] x[c, i, j], from y = b. Without bias
    it is the derivative of `conv2d` with the same weight and settings, applied to x: what a
    decoder makes images of codes with.

    Args:
        x: Images, channels first.
        weight: One kernel per input channel: (in, out/groups, kh, kw).
        bias: b.
        stride: Steps in the result from one pixel of x to the next.
        padding: How many pixels are cut off the result on every side.
        output_padding: How many more there are at the end of each axis: a convolution of stride
            2 makes 4 of 7 pixels and of 8, and this says of how many they were made.
        groups: Input channels in so many groups write only the output channels of their group.
        dilation: Steps in the result between the places of a kernel.

    Raises:
        ShapeError: ``x`` does not fit the weight, or no pixel is left of the result.
        ValueError: A setting cannot be used.

    Example:
        >>> import numpy as np
        >>> conv_transpose2d(np.ones((1, 1, 2, 2)), np.ones((1, 1, 2, 2))).tolist()
        [[[[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]]]
    """
    return transposed_convolution(
        "ConvTranspose2d", x, weight, bias, stride, padding, output_padding, groups, dilation
    )


def transposed_convolution(
    layer: str,
    x: Float[Array, "batch in *places"],
    weight: Float[Array, "in out/groups *size"],
    bias: Float[Array, "out"] | None,
    stride: PerAxis,
    padding: PerAxis,
    output_padding: PerAxis,
    groups: int,
    dilation: PerAxis,
) -> Float[Array, "batch out *space"]:
    """Transposed convolution along as many axes as the weight has, for the layer of this name."""
    in_channels, group_channels, *lengths = weight.shape
    size, axes = tuple(lengths), len(lengths)
    stride, dilation = per_axis("stride", stride, axes), per_axis("dilation", dilation, axes)
    cut = per_axis("padding", padding, axes, least=0)
    more = output_padding_of(output_padding, stride, dilation)
    check_layout(layer, x, axes, in_channels)
    places = tuple(x.shape[2:])
    rows = ops.reshape(channels_last(x, ((0, 0),) * axes), (prod((len(x), *places)), in_channels))
    patches = ops.reshape(
        _written(rows, weight, groups), (len(x), *places, *size, group_channels * groups)
    )
    span = tuple(
        s * (n - 1) + d * (k - 1) + 1
        for n, k, s, d in zip(places, size, stride, dilation, strict=True)
    )
    y = _trimmed(layer, ops.unwindows(patches, span, stride=stride, dilation=dilation), cut, more)
    return channels_first(y if bias is None else y + bias)


def output_padding_of(output_padding: PerAxis, stride: Lengths, dilation: Lengths) -> Lengths:
    """The output padding for each axis.

    Raises:
        ValueError: It is not below the stride, nor below the dilation: nothing would be there.
    """
    more = per_axis("output_padding", output_padding, len(stride), least=0)
    if any(n >= max(s, d) for n, s, d in zip(more, stride, dilation, strict=True)):
        raise ValueError(
            f"output_padding is below stride {stride} or dilation {dilation}, got {more}"
        )
    return more


def _written(rows: Array, weight: Array, groups: int) -> Array:
    """What each pixel, one a row, writes: a product with all kernels, group by group."""
    in_channels, of_group, *size = weight.shape
    pixels, taps, axes = rows.shape[0], prod(size), len(size)
    if groups == 1:
        kernels = ops.permute_dims(weight, (0, *range(2, 2 + axes), 1))
        return ops.matmul(rows, ops.reshape(kernels, (in_channels, taps * of_group)))
    split = ops.permute_dims(ops.reshape(rows, (pixels, groups, in_channels // groups)), (1, 0, 2))
    kernels = ops.reshape(weight, (groups, in_channels // groups, of_group, taps))
    kernels = ops.reshape(
        ops.permute_dims(kernels, (0, 1, 3, 2)), (groups, in_channels // groups, taps * of_group)
    )
    written = ops.reshape(ops.matmul(split, kernels), (groups, pixels, taps, of_group))
    return ops.permute_dims(written, (1, 2, 0, 3))


def _trimmed(layer: str, y: Array, cut: Lengths, more: Lengths) -> Array:
    """The result without its margins, and with zeros at the end."""
    space = tuple(n - 2 * c + m for n, c, m in zip(y.shape[1:-1], cut, more, strict=True))
    if min(space) < 1:
        raise ShapeError(
            f"{layer} has no pixel left of {tuple(y.shape[1:-1])}: padding {cut} cuts off all"
        )
    if any(more):
        y = ops.pad(y, ((0, 0), *((0, m) for m in more), (0, 0)))
    if any(cut):
        inner = (slice(c, c + n) for c, n in zip(cut, space, strict=True))
        y = y[(slice(None), *inner)]
    return y
