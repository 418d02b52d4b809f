"""Local connections without shared weights: a topographic map of signals and images."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from neuropil import ops
from neuropil.errors import ShapeError
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


def locally_connected(
    x: Float[Array, "batch in *space"],
    weight: Float[Array, "*places out in *size"],
    bias: Float[Array, "*places out"] | None = None,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
) -> Float[Array, "batch out *places"]:
    """A convolution whose kernels differ from place to place (notes 7.2).

    y[o, i, j] = b[i, j, o] + Σ w[i, j, o, c, p, q] x[c, i·stride + p·dilation, j·stride + …], for
    one spatial axis or two. Neighbours in x excite neighbours in y and nobody else, as between
    retina and visual cortex; equal weights at all places make it a convolution. One matrix
    product with the places as a batch.

    Args:
        x: Signals or images, channels first.
        weight: For each place that of a convolution.
        bias: b, for each place.
        stride: Steps between windows, for all axes or each.
        padding: Zeros around the image; ``"same"`` or ``"valid"``.
        dilation: Steps between the places of a window.

    Raises:
        ShapeError: ``x`` does not fit the weight.
        ValueError: A setting cannot be used.

    Example:
        >>> import numpy as np
        >>> weight = np.array([[1.0, 0.0], [0.0, 1.0]]).reshape(2, 1, 1, 2)  # first, then last
        >>> locally_connected(np.array([[[1.0, 2.0, 3.0]]]), weight).tolist()
        [[[1.0, 3.0]]]
    """
    axes = (len(weight.shape) - 2) // 2
    layer = f"LocallyConnected{axes}d"
    places, (out, channels, *lengths) = tuple(weight.shape[:axes]), weight.shape[axes:]
    size = tuple(lengths)
    stride, dilation = per_axis("stride", stride, axes), per_axis("dilation", dilation, axes)
    margins = margins_of(padding, size, stride, dilation)
    check_layout(layer, x, axes, channels)
    check_fit(layer, x, size, margins, dilation)
    patches = ops.windows(channels_last(x, margins), size, stride=stride, dilation=dilation)
    if tuple(patches.shape[1 : 1 + axes]) != places:
        raise ShapeError(
            f"{layer} has weights for {places} places, got {tuple(x.shape)} with "
            f"{tuple(patches.shape[1 : 1 + axes])}: build it for an input_size of "
            f"{tuple(x.shape[2:])}"
        )
    y = _product(patches, weight)
    if bias is not None:
        y = y + ops.reshape(bias, (*places, 1, out))
    return channels_first(ops.permute_dims(y, (axes, *range(axes), axes + 1)))


def _product(patches: Array, weight: Array) -> Float[Array, "*places batch out"]:
    """At each place, the windows of all images, one a row, times the kernels of that place."""
    axes = (len(weight.shape) - 2) // 2
    places, (out, channels, *size) = weight.shape[:axes], weight.shape[axes:]
    length = channels * prod(size)
    before, after = range(1, 1 + axes), range(1 + axes, 2 + 2 * axes)
    rows = ops.permute_dims(patches, (*before, 0, *after))
    rows = ops.reshape(rows, (*places, patches.shape[0], length))
    taps = range(axes + 2, 2 + 2 * axes)
    kernels = ops.permute_dims(weight, (*range(axes), *taps, axes + 1, axes))
    return ops.matmul(rows, ops.reshape(kernels, (*places, length, out)))
