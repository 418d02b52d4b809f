"""Sliding windows and their transpose: what convolution and pooling are written with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.arrays import Array, extras
from neuropil.arrays.on_numpy import window_places
from neuropil.errors import ShapeError
from neuropil.graph import primitive

if TYPE_CHECKING:
    from jaxtyping import Shaped

Lengths = tuple[int, ...]


@primitive(
    vjps=(
        lambda s, y, x, size, stride, dilation: _unwindows(
            s, space=x.shape[1:-1], stride=stride, dilation=dilation
        ),
    )
)
def _windows(x: Array, /, size: Lengths, stride: Lengths, dilation: Lengths) -> Array:
    return extras(x).windows(x, size, stride, dilation)


@primitive(
    vjps=(
        lambda s, y, patches, space, stride, dilation: _windows(
            s,
            size=patches.shape[1 + len(space) : 1 + 2 * len(space)],
            stride=stride,
            dilation=dilation,
        ),
    )
)
def _unwindows(patches: Array, /, space: Lengths, stride: Lengths, dilation: Lengths) -> Array:
    return extras(patches).unwindows(patches, space, stride, dilation)


def windows(
    x: Shaped[Array, "batch *space channels"],
    /,
    size: Lengths,
    *,
    stride: Lengths | None = None,
    dilation: Lengths | None = None,
) -> Shaped[Array, "batch *places *size channels"]:
    """All windows of ``size`` of images with channels last.

    ``result[n, i, j, p, q, c] = x[n, i·stride + p·dilation, j·stride + q·dilation, c]``, and so
    for any number of spatial axes.

    Raises:
        ShapeError: ``size`` has not one length per spatial axis, or no window fits.

    Example:
        >>> import numpy as np
        >>> windows(np.arange(5.0).reshape(1, 5, 1), (3,)).reshape(3, 3).tolist()
        [[0.0, 1.0, 2.0], [1.0, 2.0, 3.0], [2.0, 3.0, 4.0]]
    """
    space = tuple(x.shape[1:-1])
    stride, dilation = stride or (1,) * len(size), dilation or (1,) * len(size)
    if not len(space) == len(size) == len(stride) == len(dilation):
        raise ShapeError(
            f"windows of {len(size)} axes need x (batch, {len(size)} axes, channels), "
            f"got {tuple(x.shape)}"
        )
    span = tuple(d * (k - 1) + 1 for k, d in zip(size, dilation, strict=True))
    if min((*size, *stride, *dilation), default=1) < 1 or any(
        k > n for k, n in zip(span, space, strict=True)
    ):
        raise ShapeError(
            f"windows of {span} do not fit into {space}: pad x, or take smaller windows"
        )
    return _windows(x, size=tuple(size), stride=tuple(stride), dilation=tuple(dilation))


def unwindows(
    patches: Shaped[Array, "batch *places *size channels"],
    /,
    space: Lengths,
    *,
    stride: Lengths | None = None,
    dilation: Lengths | None = None,
) -> Shaped[Array, "batch *space channels"]:
    """The transpose of `windows`: each element added back to the place it was read from.

    Raises:
        ShapeError: Images of ``space`` have not so many windows of this size.

    Example:
        >>> import numpy as np
        >>> unwindows(np.ones((1, 3, 3, 1)), (5,)).reshape(5).tolist()
        [1.0, 2.0, 3.0, 2.0, 1.0]
    """
    n = len(space)
    stride, dilation = tuple(stride or (1,) * n), tuple(dilation or (1,) * n)
    places, size = tuple(patches.shape[1 : 1 + n]), tuple(patches.shape[1 + n : -1])
    if len(size) != n or places != window_places(space, size, stride, dilation):
        raise ShapeError(
            f"unwindows of {tuple(patches.shape)} into {tuple(space)} needs "
            "(batch, places, size, channels) with as many places as windows of that size have there"
        )
    return _unwindows(patches, space=tuple(space), stride=stride, dilation=dilation)
