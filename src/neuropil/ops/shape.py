"""Functions that rearrange elements without computing with them."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.arrays import Array, extras, namespace
from neuropil.errors import ShapeError
from neuropil.graph import primitive
from neuropil.ops.indexing import getitem, take

if TYPE_CHECKING:
    from jaxtyping import Integer, Shaped

Axes = int | tuple[int, ...] | None


@primitive(vjps=(lambda s, y, x, shape, copy=None: reshape(s, shape=x.shape),))
def reshape(
    x: Shaped[Array, "..."], /, shape: int | tuple[int, ...], *, copy: bool | None = None
) -> Shaped[Array, "..."]:
    """The same elements in another shape, in row-major order; one length may be −1.

    Example:
        >>> import numpy as np
        >>> reshape(np.arange(6), (2, -1)).tolist()
        [[0, 1, 2], [3, 4, 5]]
    """
    return namespace(x).reshape(x, shape, copy=copy) if copy else x.reshape(shape)


@primitive(vjps=(lambda s, y, x, shape: s,))  # the backward pass undoes broadcasting
def broadcast_to(x: Shaped[Array, "..."], /, shape: tuple[int, ...]) -> Shaped[Array, "..."]:
    """x repeated along new axes and axes of length 1 until it has ``shape``."""
    return namespace(x).broadcast_to(x, shape)


def broadcast_shapes(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that arrays of these shapes broadcast to."""
    return tuple(np.broadcast_shapes(*shapes))


def broadcast_arrays(*arrays: Shaped[Array, "..."]) -> list[Shaped[Array, "..."]]:
    """All arrays broadcast to their common shape."""
    shape = broadcast_shapes(*(tuple(x.shape) for x in arrays))
    return [broadcast_to(x, shape) for x in arrays]


def _inverse(axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(range(len(axes)), key=lambda axis: axes[axis] % len(axes)))


@primitive(vjps=(lambda s, y, x, axes: permute_dims(s, axes=_inverse(axes)),))
def permute_dims(x: Shaped[Array, "..."], /, axes: Sequence[int]) -> Shaped[Array, "..."]:
    """The axes of x in another order: axis i of the result is axis ``axes[i]`` of x."""
    return x.transpose(axes)


def matrix_transpose(x: Shaped[Array, "*b m n"], /) -> Shaped[Array, "*b n m"]:
    """The last two axes exchanged."""
    n = len(x.shape)
    if n < 2:
        raise ShapeError(f"matrix_transpose needs two axes or more, got shape {tuple(x.shape)}")
    return permute_dims(x, axes=(*range(n - 2), n - 1, n - 2))


def transpose(x: Shaped[Array, "m n"], /) -> Shaped[Array, "n m"]:
    """The transpose of a matrix (``x.T``); other ranks want `matrix_transpose`."""
    if len(x.shape) != 2:
        raise ShapeError(
            f"x.T is the transpose of a matrix, got shape {tuple(x.shape)}: "
            "use x.mT or permute_dims"
        )
    return permute_dims(x, axes=(1, 0))


def moveaxis(
    x: Shaped[Array, "..."], source: int | tuple[int, ...], destination: int | tuple[int, ...], /
) -> Shaped[Array, "..."]:
    """The axes ``source`` moved to the places ``destination``; the others keep their order."""
    n = len(x.shape)
    moved = dict(zip(normalised(destination, n), normalised(source, n), strict=True))
    rest = iter(axis for axis in range(n) if axis not in moved.values())
    return permute_dims(x, axes=tuple(moved[i] if i in moved else next(rest) for i in range(n)))


def expand_dims(x: Shaped[Array, "..."], /, axis: int = 0) -> Shaped[Array, "..."]:
    """A new axis of length 1 at place ``axis``."""
    shape = list(x.shape)
    if not -len(shape) - 1 <= axis <= len(shape):
        raise IndexError(f"axis {axis} is out of range for an array of {len(shape)} axes")
    shape.insert(axis if axis >= 0 else axis + len(shape) + 1, 1)
    return reshape(x, shape=tuple(shape))


def squeeze(x: Shaped[Array, "..."], /, axis: int | tuple[int, ...]) -> Shaped[Array, "..."]:
    """x without the axes ``axis``, which must have length 1."""
    axes = normalised(axis, len(x.shape))
    if any(x.shape[i] != 1 for i in axes):
        raise ShapeError(f"squeeze takes axes of length 1, got {axis} of shape {tuple(x.shape)}")
    return reshape(x, shape=tuple(n for i, n in enumerate(x.shape) if i not in axes))


@primitive(vjps=(lambda s, y, x, axis=None: flip(s, axis=axis),))
def flip(x: Shaped[Array, "..."], /, *, axis: Axes = None) -> Shaped[Array, "..."]:
    """The elements in reverse order along ``axis`` (None: along all)."""
    return namespace(x).flip(x, axis=axis)


def _roll_back(s: Array, y: Array, x: Array, shift: Any, axis: Axes = None) -> Array:
    back = tuple(-n for n in shift) if isinstance(shift, tuple) else -shift
    return roll(s, shift=back, axis=axis)


@primitive(vjps=(_roll_back,))
def roll(
    x: Shaped[Array, "..."], /, shift: int | tuple[int, ...], *, axis: Axes = None
) -> Shaped[Array, "..."]:
    """The elements moved by ``shift`` places, those pushed out coming in at the other end."""
    return namespace(x).roll(x, shift, axis=axis)


def _split(
    s: Array, y: Array, arrays: Sequence[Array], wanted: Sequence[bool], axis: int
) -> list[Array | None]:
    """The cotangents of the pieces of a concatenation."""
    before: tuple[slice, ...] = (slice(None),) * (axis % len(s.shape))
    pieces, start = [], 0
    for x, is_wanted in zip(arrays, wanted, strict=True):
        stop = start + x.shape[axis]
        pieces.append(getitem(s, (*before, slice(start, stop))) if is_wanted else None)
        start = stop
    return pieces


@primitive(joint=_split)
def _concat(*arrays: Array, axis: int) -> Array:
    return namespace(*arrays).concat(arrays, axis=axis)


def concat(
    arrays: Sequence[Shaped[Array, "..."]], /, *, axis: int | None = 0
) -> Shaped[Array, "..."]:
    """Arrays joined along an axis they have (None: flattened first).

    Example:
        >>> import numpy as np
        >>> concat([np.array([1.0]), np.array([2.0, 3.0])]).tolist()
        [1.0, 2.0, 3.0]
    """
    if len(arrays) == 0:
        raise ShapeError("concat needs at least one array, got none")
    if axis is None:
        arrays, axis = [reshape(x, shape=(-1,)) for x in arrays], 0
    return _concat(*arrays, axis=axis)


def stack(arrays: Sequence[Shaped[Array, "..."]], /, *, axis: int = 0) -> Shaped[Array, "..."]:
    """Arrays of one shape joined along a new axis."""
    shapes = {tuple(x.shape) for x in arrays}
    if len(shapes) != 1:
        raise ShapeError(f"stack needs arrays of one shape, got {sorted(shapes) or 'none'}")
    return concat([expand_dims(x, axis=axis) for x in arrays], axis=axis)


def tile(x: Shaped[Array, "..."], repetitions: tuple[int, ...], /) -> Shaped[Array, "..."]:
    """x laid side by side, ``repetitions[i]`` times along axis i."""
    n = max(len(x.shape), len(repetitions))
    shape = (1,) * (n - len(x.shape)) + tuple(x.shape)
    times = (1,) * (n - len(repetitions)) + tuple(repetitions)
    interleaved = tuple(length for pair in zip(times, shape, strict=True) for length in pair)
    spread = reshape(x, shape=tuple(k for length in shape for k in (1, length)))
    result = tuple(t * length for t, length in zip(times, shape, strict=True))
    return reshape(broadcast_to(spread, shape=interleaved), shape=result)


def repeat(
    x: Shaped[Array, "..."],
    repeats: int | Integer[Array, "n"],
    /,
    *,
    axis: int | None = None,
) -> Shaped[Array, "..."]:
    """Each element of x ``repeats`` times in a row along ``axis`` (None: x flattened).

    ``repeats`` is one number, or one for each place along the axis.

    Example:
        >>> import numpy as np
        >>> repeat(np.array([1.0, 2.0]), np.array([1, 3])).tolist()
        [1.0, 2.0, 2.0, 2.0]
    """
    if axis is None:
        x, axis = reshape(x, shape=(prod(x.shape),)), 0
    (axis,) = normalised(axis, len(x.shape))
    before, length, after = tuple(x.shape[:axis]), x.shape[axis], tuple(x.shape[axis + 1 :])
    if not isinstance(repeats, int):
        return take(x, np.repeat(np.arange(length), np.asarray(repeats)), axis=axis)
    spread = broadcast_to(expand_dims(x, axis=axis + 1), shape=(*before, length, repeats, *after))
    return reshape(spread, shape=(*before, length * repeats, *after))


def meshgrid(*arrays: Shaped[Array, "_"], indexing: Any = "xy") -> tuple[Shaped[Array, "..."], ...]:
    """The coordinates of a grid over vectors: result i varies as ``arrays[i]`` along axis i.

    With ``indexing="xy"`` (plots; the other is ``"ij"``, matrices) the first two axes change
    places.
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f'meshgrid takes indexing "xy" or "ij", got {indexing!r}')
    if any(len(x.shape) > 1 for x in arrays):
        raise ShapeError(f"meshgrid takes vectors, got {[tuple(x.shape) for x in arrays]}")
    places = list(range(len(arrays)))
    if indexing == "xy":
        places[:2] = places[:2][::-1]
    ones = (1,) * len(arrays)
    aligned = [
        reshape(x, shape=(*ones[:place], -1, *ones[place + 1 :]))
        for x, place in zip(arrays, places, strict=True)
    ]
    return tuple(broadcast_arrays(*aligned))


@primitive(vjps=(lambda s, y, x, k=0: tril(s, k=k),))
def tril(x: Shaped[Array, "*b m n"], /, *, k: int = 0) -> Shaped[Array, "*b m n"]:
    """x with zeros above diagonal ``k``."""
    return namespace(x).tril(x, k=k)


@primitive(vjps=(lambda s, y, x, k=0: triu(s, k=k),))
def triu(x: Shaped[Array, "*b m n"], /, *, k: int = 0) -> Shaped[Array, "*b m n"]:
    """x with zeros below diagonal ``k``."""
    return namespace(x).triu(x, k=k)


@primitive(vjps=(lambda s, y, x, widths: getitem(s, _inner(x.shape, widths)),))
def pad(x: Shaped[Array, "..."], /, widths: Sequence[tuple[int, int]]) -> Shaped[Array, "..."]:
    """x with ``widths[i] = (before, after)`` zeros around it along axis i."""
    if len(widths) != len(x.shape) or min((n for pair in widths for n in pair), default=0) < 0:
        raise ShapeError(
            f"pad takes (before, after), 0 or more, for each axis of {tuple(x.shape)}, got "
            f"{tuple(widths)}: to cut elements off, slice"
        )
    shape = tuple(low + n + high for n, (low, high) in zip(x.shape, widths, strict=True))
    return extras(x).scatter_add(x, shape, _inner(x.shape, widths), unique=True)


def _inner(shape: tuple[int, ...], widths: Sequence[tuple[int, int]]) -> tuple[slice, ...]:
    return tuple(slice(low, low + n) for n, (low, _) in zip(shape, widths, strict=True))


def flatten(x: Shaped[Array, "..."], /, start: int = 0, end: int = -1) -> Shaped[Array, "..."]:
    """The axes from ``start`` to ``end`` (included) as one."""
    shape = tuple(x.shape)
    if not shape:
        return reshape(x, shape=(1,))
    first, last = normalised((start, end), len(shape))
    if first > last:
        raise ShapeError(f"flatten joins axes up to a later one, got {start} to {end} of {shape}")
    joined = prod(shape[first : last + 1])
    return reshape(x, shape=(*shape[:first], joined, *shape[last + 1 :]))


def normalised(axis: Axes, ndim: int) -> tuple[int, ...]:
    """Axes as a tuple of numbers from 0; None is all of them."""
    if axis is None:
        return tuple(range(ndim))
    axes = _as_tuple(axis)
    for i in axes:
        if not -ndim <= i < ndim:
            raise IndexError(f"axis {i} is out of range for an array of {ndim} axes")
    return tuple(i % ndim for i in axes)


def _as_tuple(value: int | Sequence[int]) -> tuple[int, ...]:
    return (int(value),) if not isinstance(value, Sequence) else tuple(value)
