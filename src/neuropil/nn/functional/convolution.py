"""Convolution of images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from neuropil import ops
from neuropil.errors import ShapeError
from neuropil.nn.functional.pairs import pair
from neuropil.nn.refusals import shape_of

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array

Pair = int | tuple[int, int]
Padding = Pair | Literal["same", "valid"]
Margins = tuple[tuple[int, int], tuple[int, int]]

_TO_CHANNELS_LAST = (0, 2, 3, 1)
_TO_CHANNELS_FIRST = (0, 3, 1, 2)


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
    x = ops.permute_dims(x, _TO_CHANNELS_LAST)
    if margins != ((0, 0), (0, 0)):
        x = ops.pad(x, ((0, 0), *margins, (0, 0)))
    patches = ops.windows(x, tuple(size), stride=stride, dilation=dilation)
    y = _product(patches, weight, bias) if groups == 1 else _grouped(patches, weight, bias, groups)
    y = ops.reshape(y, (*patches.shape[:3], out_channels))
    return ops.permute_dims(y, _TO_CHANNELS_FIRST)


def margins_of(padding: Any, size: Any, stride: Any, dilation: Any) -> Margins:
    """How many zeros stand before and after each axis.

    Raises:
        ValueError: An unknown padding, or ``"same"`` with a stride.

    Example:
        >>> margins_of("same", (3, 2), (1, 1), (1, 1)), margins_of(1, (3, 3), (1, 1), (1, 1))
        (((1, 1), (0, 1)), ((1, 1), (1, 1)))
    """
    if padding == "valid":
        return (0, 0), (0, 0)
    if padding == "same":
        if stride != (1, 1):
            raise ValueError(f"padding='same' needs stride 1, got {stride}: give padding in pixels")
        height, width = (d * (k - 1) for k, d in zip(size, dilation, strict=True))
        return (height // 2, height - height // 2), (width // 2, width - width // 2)
    if isinstance(padding, str):
        raise ValueError(f"padding is 'same', 'valid', or zeros around the image, got {padding!r}")
    rows, columns = pair("padding", padding, least=0)
    return (rows, rows), (columns, columns)


def check_images(layer: str, x: Any, channels: int | None = None) -> None:
    """Raise unless ``x`` holds images (N, C, H, W) of so many channels.

    Raises:
        ShapeError: It does not.
        DTypeError: It is no array.
    """
    shape = shape_of(layer, x)
    if len(shape) == 4 and (channels is None or shape[1] == channels):
        return
    expected = f"images (N, {'C' if channels is None else channels}, H, W)"
    if len(shape) == 3 and shape[0] == channels:
        advice = "add the batch axis (x[None])"
    elif len(shape) == 3 and channels in (1, None):
        advice = "add the channel axis (x[:, None])"
    elif len(shape) == 4 and shape[3] == channels:
        advice = "put the channels first (npl.permute_dims(x, (0, 3, 1, 2)))"
    elif len(shape) == 4:
        advice = f"these have {shape[1]} channels; build the layer for as many"
    else:
        advice = "reshape the rows to images (x.reshape(N, C, H, W))"
    raise ShapeError(f"{layer} expects {expected}, got {shape}: {advice}")


def check_fit(
    layer: str, x: Any, size: tuple[int, ...], margins: Margins, dilation: tuple[int, int] = (1, 1)
) -> None:
    """Raise unless at least one window fits into the images with their margins.

    Raises:
        ShapeError: None fits.
    """
    padded = tuple(n + sum(margin) for n, margin in zip(x.shape[2:], margins, strict=True))
    span = tuple(d * (k - 1) + 1 for k, d in zip(size, dilation, strict=True))
    if any(k > n for k, n in zip(span, padded, strict=True)):
        raise ShapeError(
            f"{layer} expects images of at least {span} pixels with their padding, got {padded}: "
            "take larger images, smaller windows, or fewer layers that shrink them"
        )


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
