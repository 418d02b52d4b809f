"""Maximum and sum over sliding windows: what pooling is made of.

Both go through the places of a window one after the other, each a strided slice of the whole
image, where `windows` would be reduced over short axes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import product
from typing import TYPE_CHECKING

from neuropil.arrays import Array, extras, namespace
from neuropil.errors import ShapeError
from neuropil.graph import primitive
from neuropil.ops.shape import broadcast_to, reshape
from neuropil.ops.windows import unwindows

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Shaped

Lengths = tuple[int, ...]


@primitive(vjps=(lambda s, y, x, size, stride: _to_winners(s, x, y, size=size, stride=stride),))
def window_max(
    x: Float[Array, "batch *space channels"], /, size: Lengths, stride: Lengths
) -> Float[Array, "batch *places channels"]:
    """The largest element of each window of images with channels last.

    Of several equal ones the first in row-major order takes the whole derivative, as in PyTorch's
    pooling (`max` shares it): in images, equal neighbours are common.

    Example:
        >>> import numpy as np
        >>> x = np.array([1.0, 3.0, 2.0, 0.0]).reshape(1, 4, 1)
        >>> window_max(x, (2,), (2,)).reshape(-1).tolist()
        [3.0, 2.0]
    """
    return reduce(namespace(x).maximum, _places_in_window(x, size, stride))


@primitive(
    vjps=(
        lambda t, g, s, x, y, size, stride: _from_winners(t, x, y, size=size, stride=stride),
        None,
        None,
    )
)
def _to_winners(
    s: Array, x: Array, y: Array, /, size: Lengths, stride: Lengths
) -> Float[Array, "batch *space channels"]:
    """Each window's cotangent at the place of its maximum."""
    return extras(x).at_winners(s, _winners(x, y, size, stride), x.shape[1:-1], size, stride)


@primitive(
    vjps=(
        lambda s, z, t, x, y, size, stride: _to_winners(s, x, y, size=size, stride=stride),
        None,
        None,
    )
)
def _from_winners(
    t: Array, x: Array, y: Array, /, size: Lengths, stride: Lengths
) -> Float[Array, "batch *places channels"]:
    """The element of ``t`` at the place of each window's maximum: the transpose of the above."""
    masked = extras(x).masked
    pairs = zip(_places_in_window(t, size, stride), _winners(x, y, size, stride), strict=True)
    return sum(masked(part, hit) for part, hit in pairs)


def _spread(s: Array, y: Array, x: Array, size: Lengths, stride: Lengths) -> Array:
    """Each window's cotangent at all of its places."""
    n = len(size)
    batch_and_places, channels = tuple(s.shape[: n + 1]), s.shape[n + 1]
    patches = broadcast_to(
        reshape(s, shape=(*batch_and_places, *(1,) * n, channels)),
        shape=(*batch_and_places, *size, channels),
    )
    return unwindows(patches, tuple(x.shape[1:-1]), stride=stride)


@primitive(vjps=(_spread,))
def window_sum(
    x: Float[Array, "batch *space channels"], /, size: Lengths, stride: Lengths
) -> Float[Array, "batch *places channels"]:
    """The sum of each window of images with channels last.

    Example:
        >>> import numpy as np
        >>> window_sum(np.arange(5.0).reshape(1, 5, 1), (3,), (1,)).reshape(-1).tolist()
        [3.0, 6.0, 9.0]
    """
    return sum(_places_in_window(x, size, stride))


def _places_in_window(
    x: Shaped[Array, "batch *space channels"], size: Lengths, stride: Lengths
) -> Iterator[Shaped[Array, "batch *places channels"]]:
    """For each place in a window, in row-major order, the elements all windows have there."""
    space = tuple(x.shape[1:-1])
    if len(size) != len(space) or any(k > n for k, n in zip(size, space, strict=True)):
        raise ShapeError(
            f"windows of {tuple(size)} do not fit into {space}: pad x, or take smaller windows"
        )
    spans = [(n - k) // step * step + 1 for n, k, step in zip(space, size, stride, strict=True)]
    for offset in product(*map(range, size)):
        slices = (
            slice(start, start + span, step)
            for start, span, step in zip(offset, spans, stride, strict=True)
        )
        yield x[(slice(None), *slices)]


def _winners(
    x: Array, y: Array, size: Lengths, stride: Lengths
) -> Iterator[Bool[Array, "batch *places channels"]]:
    """For each place in a window, where it holds the first of the window's largest elements."""
    free = None
    for part in _places_in_window(x, size, stride):
        hit = part == y
        if free is None:
            free = ~hit
        else:
            hit, free = hit & free, free & ~hit
        yield hit
