"""Reading parts of an array, and its transpose: putting parts into zeros."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.arrays import Array, extras, is_array, namespace
from neuropil.errors import DTypeError, ShapeError
from neuropil.graph import Variable, pick, primitive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Integer, Shaped

Index = tuple[Any, ...]
"""An index whose Variables were taken out: ``None`` stands in the places ``at``."""


def _getitem_vjp(
    s: Array,
    y: Array,
    args: Sequence[Array],
    wanted: Sequence[bool],
    index: Index,
    at: tuple[int, ...],
) -> list[Array | None]:
    x, *selectors = args
    part = _putitem(s, *selectors, shape=x.shape, index=index, at=at) if wanted[0] else None
    return [part] + [None] * len(selectors)


@primitive(joint=_getitem_vjp)
def _getitem(*args: Array, index: Index, at: tuple[int, ...]) -> Array:
    x, *selectors = args
    if at:  # an array of NumPy cannot be read at an index of JAX
        x = namespace(*args).asarray(x)
    return x[_filled(index, selectors, at)]


def _putitem_vjp(
    s: Array,
    y: Array,
    args: Sequence[Array],
    wanted: Sequence[bool],
    shape: tuple[int, ...],
    index: Index,
    at: tuple[int, ...],
) -> list[Array | None]:
    _, *selectors = args
    part = _getitem(s, *selectors, index=index, at=at) if wanted[0] else None
    return [part] + [None] * len(selectors)


@primitive(joint=_putitem_vjp)
def _putitem(*args: Array, shape: tuple[int, ...], index: Index, at: tuple[int, ...]) -> Array:
    """Zeros of ``shape`` with the first argument added at ``index``: the transpose of reading."""
    values, *selectors = args
    filled = _filled(index, selectors, at)
    return extras(*args).scatter_add(values, shape, filled, unique=_is_unique(filled))


def getitem(x: Shaped[Array, "..."], /, index: Any) -> Shaped[Array, "..."]:
    """``x[index]``: integers, slices, ellipsis, None, integer and boolean arrays as in NumPy.

    An element read twice receives both cotangents. Variables in the index belong to the graph
    (`evaluate` selects anew) but have no derivative.

    Raises:
        DTypeError: An array in the index holds neither integers nor booleans.

    Example:
        >>> import neuropil as npl
        >>> x = npl.Variable([1.0, 2.0, 3.0])
        >>> npl.sum(x[[0, 0, 2]]).backward()
        >>> x.grad.tolist()
        [2.0, 0.0, 1.0]
    """
    parts = [_checked(part) for part in (index if isinstance(index, tuple) else (index,))]
    at = tuple(place for place, part in enumerate(parts) if isinstance(part, Variable))
    selectors = [parts[place] for place in at]
    for place in at:
        parts[place] = None
    return _getitem(x, *selectors, index=tuple(parts), at=at)


def take(
    x: Shaped[Array, "..."], indices: Integer[Array, "..."], /, *, axis: int | None = None
) -> Shaped[Array, "..."]:
    """The slices of x at ``indices`` along ``axis``, which a vector may leave out."""
    if axis is None:
        if len(x.shape) != 1:
            raise ShapeError(f"take from shape {tuple(x.shape)} needs an axis: pass axis=")
        axis = 0
    if not -len(x.shape) <= axis < len(x.shape):
        raise IndexError(f"axis {axis} is out of range for an array of {len(x.shape)} axes")
    return getitem(x, (*(slice(None),) * (axis % len(x.shape)), indices))


def take_along_axis(
    x: Shaped[Array, "..."], indices: Integer[Array, "..."], /, *, axis: int = -1
) -> Shaped[Array, "..."]:
    """The elements of x at ``indices`` along ``axis``, the other places staying as they are."""
    ndim = len(x.shape)
    index: list[Any] = [
        np.arange(n).reshape((1,) * place + (n,) + (1,) * (ndim - place - 1))
        for place, n in enumerate(x.shape)
    ]
    index[axis] = indices
    return getitem(x, tuple(index))


@primitive()
def _nonzero(x: Array, /) -> tuple[Array, ...]:
    return tuple(namespace(x).nonzero(x))


def nonzero(x: Shaped[Array, "..."], /) -> tuple[Integer[Array, "n"], ...]:
    """The indices of the elements that are not 0 (or true), one array per axis."""
    found = _nonzero(x)
    return tuple(pick(found, axis) for axis in range(len(x.shape)))


def _filled(index: Index, selectors: Sequence[Array], at: tuple[int, ...]) -> Index:
    """The index with the selecting arrays back in their places."""
    if not at:
        return index
    parts = list(index)
    for place, selector in zip(at, selectors, strict=True):
        parts[place] = selector
    return tuple(parts)


def _checked(part: Any) -> Any:
    """A part of an index, sequences as arrays."""
    if isinstance(part, list | tuple | range):
        part = np.asarray(part, dtype=None if len(part) else np.int64)
    if is_array(part) and part.dtype.kind not in "iub":
        raise DTypeError(
            f"an index holds integers or booleans, got {part.dtype}: "
            "convert it (indices.astype('int64'))"
        )
    return part


def _is_unique(index: Index) -> bool:
    """Whether no element can be addressed twice: nothing but slices, numbers and masks."""
    return all(not is_array(part) or part.ndim == 0 or part.dtype.kind == "b" for part in index)
