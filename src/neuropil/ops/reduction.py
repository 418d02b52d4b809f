"""Sums, means, extremes over axes.

Equal extremes share the derivative, as PyTorch's ``amax`` and ``amin`` have it; the product's
derivative is right where factors are 0.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from neuropil.arrays import Array, namespace
from neuropil.errors import ShapeError
from neuropil.graph import primitive
from neuropil.ops.arithmetic import square
from neuropil.ops.comparison import equal
from neuropil.ops.cumulative import product_of_others
from neuropil.ops.dtypes import astype
from neuropil.ops.selection import where
from neuropil.ops.shape import Axes, broadcast_to, moveaxis, normalised, reshape

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Integer, Num, Shaped


def _spread(s: Array, x: Array, axis: Axes, keepdims: bool) -> Array:
    """A reduced array broadcast back to the shape of what it was reduced from."""
    return broadcast_to(kept(s, x, axis, keepdims), shape=x.shape)


def kept(s: Array, x: Array, axis: Axes, keepdims: bool) -> Array:
    """A reduced array with the reduced axes as axes of length 1."""
    if keepdims or len(s.shape) in {0, len(x.shape)}:  # a number broadcasts as it is
        return s
    axes = normalised(axis, len(x.shape))
    return reshape(s, shape=tuple(1 if i in axes else n for i, n in enumerate(x.shape)))


@primitive(vjps=(lambda s, y, x, axis=None, keepdims=False: _spread(s, x, axis, keepdims),))
def _sum(x: Array, /, axis: Axes = None, keepdims: bool = False) -> Array:
    return x.sum(axis=axis, keepdims=keepdims)


def sum(
    x: Num[Array, "..."], /, *, axis: Axes = None, dtype: Any = None, keepdims: bool = False
) -> Num[Array, "..."]:
    """The sum over ``axis`` (None: over all elements), of x converted to ``dtype`` first.

    Example:
        >>> import numpy as np
        >>> sum(np.array([[1.0, 2.0], [3.0, 4.0]]), axis=0).tolist()
        [4.0, 6.0]
    """
    return _sum(x if dtype is None else astype(x, dtype), axis=axis, keepdims=keepdims)


def _prod_vjp(s: Array, y: Array, x: Array, axis: Axes = None, keepdims: bool = False) -> Array:
    """The product of all other factors."""
    axes = normalised(axis, len(x.shape))
    last = tuple(range(-len(axes), 0))
    moved = moveaxis(x, axes, last)
    factors = reshape(moved, shape=(*moved.shape[: len(x.shape) - len(axes)], _count(x, axis)))
    others = reshape(product_of_others(factors), shape=moved.shape)
    return kept(s, x, axis, keepdims) * moveaxis(others, last, axes)


@primitive(vjps=(_prod_vjp,))
def _prod(x: Array, /, axis: Axes = None, keepdims: bool = False) -> Array:
    return x.prod(axis=axis, keepdims=keepdims)


def prod(
    x: Num[Array, "..."], /, *, axis: Axes = None, dtype: Any = None, keepdims: bool = False
) -> Num[Array, "..."]:
    """The product over ``axis`` (None: over all elements), of x converted to ``dtype`` first.

    Example:
        >>> import neuropil as npl
        >>> x = npl.Variable([2.0, 0.0, 3.0])
        >>> npl.prod(x).backward()
        >>> x.grad.tolist()
        [0.0, 6.0, 0.0]
    """
    return _prod(x if dtype is None else astype(x, dtype), axis=axis, keepdims=keepdims)


def _mean_vjp(s: Array, y: Array, x: Array, axis: Axes = None, keepdims: bool = False) -> Array:
    return _spread(s * (1.0 / _count(x, axis)), x, axis, keepdims)


@primitive(vjps=(_mean_vjp,))
def mean(
    x: Float[Array, "..."], /, *, axis: Axes = None, keepdims: bool = False
) -> Float[Array, "..."]:
    """The arithmetic mean over ``axis`` (None: over all elements)."""
    count = _count(x, axis)
    if count == 0:
        raise ShapeError(
            f"a mean takes one element or more, got shape {tuple(x.shape)} and axis {axis}: "
            "leave empty batches out"
        )
    if x.dtype.itemsize == 2:  # a sum of float16 ends at 65504
        return namespace(x).mean(x, axis=axis, keepdims=keepdims)
    return x.sum(axis=axis, keepdims=keepdims) / count


def var(
    x: Float[Array, "..."], /, *, axis: Axes = None, correction: float = 0.0, keepdims: bool = False
) -> Float[Array, "..."]:
    """The variance over ``axis``: Σ(x − x̄)² / (n − correction)."""
    deviation = x - mean(x, axis=axis, keepdims=True)
    total = sum(square(deviation), axis=axis, keepdims=keepdims)
    return total * (1.0 / _degrees_of_freedom(x, axis, correction))


def std(
    x: Float[Array, "..."], /, *, axis: Axes = None, correction: float = 0.0, keepdims: bool = False
) -> Float[Array, "..."]:
    """The standard deviation over ``axis``, the root of `var`.

    Of equal elements its derivative is taken as 0, as PyTorch has it.
    """
    deviation = x - mean(x, axis=axis, keepdims=True)
    size = math.sqrt(_degrees_of_freedom(x, axis, correction))
    return euclidean_norm(deviation, axis=axis, keepdims=keepdims) * (1.0 / size)


def _degrees_of_freedom(x: Array, axis: Axes, correction: float) -> float:
    freedom = _count(x, axis) - correction
    if freedom <= 0:
        raise ShapeError(
            f"the variance of {_count(x, axis)} elements with correction {correction} does not "
            "exist: take more elements, or a smaller correction"
        )
    return freedom


def _euclidean_vjp(
    s: Array, y: Array, x: Array, axis: Axes = None, keepdims: bool = False
) -> Array:
    """s x / ‖x‖, and 0 where x is 0."""
    s, y = kept(s, x, axis, keepdims), kept(y, x, axis, keepdims)
    at_zero = equal(y, 0)
    return where(at_zero, 0.0, s / where(at_zero, 1.0, y)) * x


@primitive(vjps=(_euclidean_vjp,))
def euclidean_norm(
    x: Float[Array, "..."], /, *, axis: Axes = None, keepdims: bool = False
) -> Float[Array, "..."]:
    """√(Σ x²) over ``axis`` (None: over all elements); its derivative at 0 is taken as 0."""
    return namespace(x).linalg.vector_norm(x, axis=axis, keepdims=keepdims)


def _extreme_vjp(s: Array, y: Array, x: Array, axis: Axes = None, keepdims: bool = False) -> Array:
    """Each of k equal extremes gets 1/k of the cotangent."""
    hits = astype(equal(x, kept(y, x, axis, keepdims)), s.dtype)
    ties = sum(hits, axis=axis, keepdims=True)
    return (kept(s, x, axis, keepdims) / ties) * hits


@primitive(vjps=(_extreme_vjp,))
def max(x: Num[Array, "..."], /, *, axis: Axes = None, keepdims: bool = False) -> Num[Array, "..."]:
    """The largest element over ``axis``; several equal ones share the derivative."""
    return x.max(axis=axis, keepdims=keepdims)


@primitive(vjps=(_extreme_vjp,))
def min(x: Num[Array, "..."], /, *, axis: Axes = None, keepdims: bool = False) -> Num[Array, "..."]:
    """The smallest element over ``axis``; several equal ones share the derivative."""
    return x.min(axis=axis, keepdims=keepdims)


@primitive()
def argmax(
    x: Num[Array, "..."], /, *, axis: int | None = None, keepdims: bool = False
) -> Integer[Array, "..."]:
    """The index of the largest element, of several the first."""
    return namespace(x).argmax(x, axis=axis, keepdims=keepdims)


@primitive()
def argmin(
    x: Num[Array, "..."], /, *, axis: int | None = None, keepdims: bool = False
) -> Integer[Array, "..."]:
    """The index of the smallest element, of several the first."""
    return namespace(x).argmin(x, axis=axis, keepdims=keepdims)


@primitive()
def all(
    x: Shaped[Array, "..."], /, *, axis: Axes = None, keepdims: bool = False
) -> Bool[Array, "..."]:
    """Whether all elements over ``axis`` are true (not 0)."""
    return namespace(x).all(x, axis=axis, keepdims=keepdims)


@primitive()
def any(
    x: Shaped[Array, "..."], /, *, axis: Axes = None, keepdims: bool = False
) -> Bool[Array, "..."]:
    """Whether any element over ``axis`` is true (not 0)."""
    return namespace(x).any(x, axis=axis, keepdims=keepdims)


@primitive()
def count_nonzero(
    x: Shaped[Array, "..."], /, *, axis: Axes = None, keepdims: bool = False
) -> Integer[Array, "..."]:
    """How many elements over ``axis`` are not 0."""
    return namespace(x).count_nonzero(x, axis=axis, keepdims=keepdims)


def _count(x: Array, axis: Axes) -> int:
    """How many elements a reduction over ``axis`` takes together."""
    if axis is None:
        return math.prod(x.shape)
    return math.prod(x.shape[i] for i in normalised(axis, len(x.shape)))
