"""Arrays taken apart along an axis; their derivative puts all parts together at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuropil.arrays import Array
from neuropil.errors import ShapeError
from neuropil.graph import pick, primitive
from neuropil.ops.creation import zeros_like
from neuropil.ops.shape import concat, normalised, squeeze

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jaxtyping import Shaped


def _joined(
    s: Mapping[int, Array],
    outputs: Any,
    args: Sequence[Array],
    wanted: Sequence[bool],
    ends: tuple[int, ...],
    axis: int,
) -> list[Array]:
    """The cotangents of the parts, one behind the other; zeros where there is none."""
    parts = [s[i] if i in s else zeros_like(pick(outputs, i)) for i in range(len(ends))]
    return [concat(parts, axis=axis)]


@primitive(joint=_joined)
def _split(x: Array, /, ends: tuple[int, ...], axis: int) -> tuple[Array, ...]:
    before = (slice(None),) * axis
    starts = (0, *ends[:-1])
    return tuple(x[(*before, slice(start, end))] for start, end in zip(starts, ends, strict=True))


def split(
    x: Shaped[Array, "..."], parts: int | Sequence[int], /, *, axis: int = 0
) -> tuple[Shaped[Array, "..."], ...]:
    """x in pieces along ``axis``: so many equal ones, or those that end at the given places.

    As ``np.split``; the last piece reaches to the end of x.

    Raises:
        ShapeError: The axis is not divisible into so many parts, or places do not ascend.

    Example:
        >>> import numpy as np
        >>> [part.tolist() for part in split(np.arange(6), 3)]
        [[0, 1], [2, 3], [4, 5]]
        >>> [part.tolist() for part in split(np.arange(6), [1, 4])]
        [[0], [1, 2, 3], [4, 5]]
    """
    (place,) = normalised(axis, len(x.shape))
    length = x.shape[place]
    if not isinstance(parts, int):
        ends = (*map(int, parts), length)
        if list(ends) != sorted(ends) or ends[0] < 0:
            raise ShapeError(f"split needs ascending places from 0 to {length}, got {list(parts)}")
    elif parts < 1 or length % parts:
        raise ShapeError(
            f"split of {length} places into {parts} equal parts leaves a rest: give the places "
            "where parts end"
        )
    else:
        ends = tuple(length // parts * (i + 1) for i in range(parts))
    outputs = _split(x, ends=ends, axis=place)
    return tuple(pick(outputs, i) for i in range(len(ends)))


def unstack(x: Shaped[Array, "..."], /, *, axis: int = 0) -> tuple[Shaped[Array, "..."], ...]:
    """The slices of x along ``axis``, without that axis."""
    (place,) = normalised(axis, len(x.shape))
    if x.shape[place] == 0:
        return ()
    return tuple(squeeze(part, axis=place) for part in split(x, x.shape[place], axis=place))
