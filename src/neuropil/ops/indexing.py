"""Reading parts of an array, and its transpose: putting parts into zeros."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuropil.arrays import Array, extras, is_array, namespace
from neuropil.errors import DTypeError
from neuropil.graph import Variable, primitive

if TYPE_CHECKING:
    from jaxtyping import Integer, Shaped


@primitive(vjps=(lambda s, y, x, index: _putitem(s, shape=x.shape, index=index),))
def _getitem(x: Array, /, index: Any) -> Array:
    return x[index]


@primitive(vjps=(lambda s, y, values, shape, index: _getitem(s, index=index),))
def _putitem(values: Array, /, shape: tuple[int, ...], index: Any) -> Array:
    """Zeros of ``shape`` with ``values`` added at ``index``: the transpose of reading."""
    return extras(values).scatter_add(values, shape, index, unique=_is_unique(index))


def getitem(x: Shaped[Array, "..."], /, index: Any) -> Shaped[Array, "..."]:
    """``x[index]``: integers, slices, ellipsis, None, integer and boolean arrays as in NumPy.

    An element read twice receives both cotangents.

    Example:
        >>> import numpy as np
        >>> import neuropil as npl
        >>> x = npl.Variable([1.0, 2.0, 3.0])
        >>> npl.sum(x[np.array([0, 0, 2])]).backward()
        >>> x.grad.tolist()
        [2.0, 0.0, 1.0]
    """
    return _getitem(x, index=_plain(index))


def take(
    x: Shaped[Array, "..."], indices: Integer[Array, "..."], /, *, axis: int | None = None
) -> Shaped[Array, "..."]:
    """The slices of x at ``indices`` along ``axis``, which a vector may leave out."""
    if axis is None:
        if len(x.shape) != 1:
            raise ValueError(f"take needs an axis for an array of {len(x.shape)} axes")
        axis = 0
    return getitem(x, ((slice(None),) * (axis % len(x.shape)) + (indices,)))


def take_along_axis(
    x: Shaped[Array, "..."], indices: Integer[Array, "..."], /, *, axis: int = -1
) -> Shaped[Array, "..."]:
    """The elements of x at ``indices`` along ``axis``, the other places staying as they are."""
    indices = _plain(indices)
    axis %= len(x.shape)
    xp = namespace(indices)
    grid: list[Any] = [
        xp.reshape(xp.arange(n), (1,) * i + (n,) + (1,) * (len(x.shape) - i - 1))
        for i, n in enumerate(x.shape)
    ]
    grid[axis] = indices
    return getitem(x, tuple(grid))


def _plain(index: Any) -> Any:
    """An index without Variables or lists: what is selected by is a constant."""
    if isinstance(index, tuple):
        return tuple(map(_plain, index))
    if isinstance(index, Variable):
        index = index.value
    if isinstance(index, list):
        import numpy as np

        index = np.asarray(index)
    if is_array(index) and index.dtype.kind not in "iub":
        raise DTypeError(
            f"an index holds integers or booleans, got {index.dtype}: "
            "convert it (indices.astype('int64'))"
        )
    return index


def _is_unique(index: Any) -> bool:
    """Whether no element can be addressed twice: nothing but slices, numbers and masks."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(not is_array(part) or part.ndim == 0 or part.dtype.kind == "b" for part in parts)
