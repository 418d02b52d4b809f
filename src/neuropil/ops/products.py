"""Products that contract axes: matrices, vectors, affine maps."""

from __future__ import annotations

import operator
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from neuropil.arrays import Array, extras, namespace
from neuropil.arrays.costly import costly
from neuropil.errors import ShapeError
from neuropil.graph import primitive
from neuropil.ops.reduction import sum
from neuropil.ops.shape import (
    broadcast_arrays,
    concat,
    expand_dims,
    matrix_transpose,
    moveaxis,
    normalised,
    reshape,
    roll,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float, Num


def _matmul_left(s: Array, y: Array, a: Array, b: Array) -> Array:
    if len(b.shape) == 1:
        return expand_dims(s, axis=-1) * b
    if len(a.shape) == 1:
        return sum(expand_dims(s, axis=-2) * b, axis=-1)
    return matmul(s, matrix_transpose(b))


def _matmul_right(s: Array, y: Array, a: Array, b: Array) -> Array:
    if len(a.shape) == 1:
        return expand_dims(a, axis=-1) * expand_dims(s, axis=-2) if len(b.shape) > 1 else s * a
    if len(b.shape) == 1:
        return sum(a * expand_dims(s, axis=-1), axis=tuple(range(len(a.shape) - 1)))
    if len(b.shape) == 2:  # one product over all leading axes, where a batched one must be summed
        return _transposed_times(_rows(a), _rows(s))
    return matmul(matrix_transpose(a), s)


@primitive(vjps=(_matmul_left, _matmul_right))
def matmul(a: Num[Array, "*b m k"], b: Num[Array, "*b k n"], /) -> Num[Array, "*b m n"]:
    """The matrix product; leading axes are batches and broadcast (notes 4.2.3).

    Example:
        >>> import numpy as np
        >>> matmul(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]])).tolist()
        [[11.0]]
    """
    return costly(operator.matmul, a, b)


@primitive(vjps=(lambda s, y, a, b, summed=False: b @ s.T, lambda s, y, a, b, summed=False: a @ s))
def _transposed_times(a: Array, b: Array, /, *, summed: bool = False) -> Array:
    """aᵀ b: what is summed over samples, and then, perhaps, over the steps of a loop."""
    return extras(a, b).transposed_times(a, b, summed=summed)


def _linear_bias(s: Array, y: Array, x: Array, weight: Array, bias: Array) -> Array:
    """The sum of all rows; NumPy adds many faster as a matrix product, which does so in blocks."""
    rows = _rows(s)
    if len(rows) < 512 or namespace(rows) is not np:
        return rows.sum(axis=0)
    return np.ones(len(rows), dtype=rows.dtype) @ rows


@primitive(vjps=(lambda s, y, value, other: s, None))
def _after(value: Array, other: Array, /) -> Array:
    """The value, computed after the other."""
    return extras(value, other).after(value, other)


def _undo_linear(
    s: Array, y: Array, args: Sequence[Array], wanted: Sequence[bool]
) -> list[Array | None]:
    """That of x comes before that of the weight, which an optimizer overwrites then."""
    x, weight, bias = args
    of_x = s @ weight if wanted[0] else None
    of_weight = _transposed_times(_rows(s), _rows(x)) if wanted[1] else None
    if of_x is not None and of_weight is not None:
        of_weight = _after(of_weight, of_x)
    return [of_x, of_weight, _linear_bias(s, y, x, weight, bias) if wanted[2] else None]


@primitive(joint=_undo_linear)
def _linear(x: Array, weight: Array, bias: Array, /) -> Array:
    return costly(_affine, x, weight, bias)


def _affine(x: Array, weight: Array, bias: Array) -> Array:
    y = extras(x, weight).rows_times(x, weight)
    if bias is None:
        return y
    if bias.dtype != y.dtype:
        return y + bias
    y += bias
    return y


def linear(
    x: Float[Array, "*batch features"],
    weight: Float[Array, "units features"],
    bias: Float[Array, " units"] | None = None,
    /,
) -> Float[Array, "*batch units"]:
    """The affine map x Wᵀ + b: the input current of a layer (notes 1.7, z = Wx + b).

    Raises:
        ShapeError: The last axis of ``x`` is not as long as a row of ``weight``.

    Example:
        >>> import numpy as np
        >>> linear(np.array([1.0, 2.0]), np.array([[3.0, 4.0]]), np.array([0.5])).tolist()
        [11.5]
    """
    if len(weight.shape) != 2 or len(x.shape) == 0 or x.shape[-1] != weight.shape[1]:
        raise ShapeError(
            f"linear expects x (..., {weight.shape[-1]}) for a weight {tuple(weight.shape)}, "
            f"got {tuple(x.shape)}"
        )
    return _linear(x, weight, bias)


@primitive(
    vjps=(
        lambda s, y, x, state, weight, bias: s @ weight[:, : x.shape[-1]],
        lambda s, y, x, state, weight, bias: s @ weight[:, x.shape[-1] :],
        lambda s, y, x, state, weight, bias: _transposed_times(
            _rows(s), _rows(concat([x, state], axis=-1)), summed=True
        ),
        lambda s, y, x, state, weight, bias: _linear_bias(s, y, x, weight, bias),
    )
)
def linear_beside(
    x: Float[Array, "*batch features"],
    state: Float[Array, "*batch size"],
    weight: Float[Array, "units features+size"],
    bias: Float[Array, " units"] | None,
    /,
) -> Float[Array, "*batch units"]:
    """`linear` of x and a state side by side, for loops over time: one product.

    Each has its own derivative, so that the backward pass leaves out that of an x which needs none.

    Example:
        >>> row, weight = np.array([[3.0, 4.0]]), np.array([[10.0, 1.0, 2.0]])
        >>> linear_beside(np.array([[1.0]]), row, weight, None).tolist()
        [[21.0]]
    """
    return costly(_affine, concat([x, state], axis=-1), weight, bias)


def outer(a: Num[Array, " m"], b: Num[Array, " n"], /) -> Num[Array, "m n"]:
    """The outer product a bᵀ of two vectors."""
    if len(a.shape) != 1 or len(b.shape) != 1:
        raise ShapeError(f"outer takes two vectors, got {tuple(a.shape)} and {tuple(b.shape)}")
    return expand_dims(a, axis=1) * b


def cross(a: Num[Array, "..."], b: Num[Array, "..."], /, *, axis: int = -1) -> Num[Array, "..."]:
    """The vector product a × b of vectors of three elements along ``axis``; others broadcast.

    Example:
        >>> import numpy as np
        >>> cross(np.array([1, 0, 0]), np.array([0, 1, 0])).tolist()
        [0, 0, 1]
    """
    if a.shape[axis] != 3 or b.shape[axis] != 3:
        raise ShapeError(
            f"cross takes three elements along axis {axis}, got {tuple(a.shape)} "
            f"and {tuple(b.shape)}"
        )
    a, b = broadcast_arrays(a, b)
    ahead, behind = roll(a, -1, axis=axis) * roll(b, -2, axis=axis), roll(a, -2, axis=axis)
    return ahead - behind * roll(b, -1, axis=axis)


def vecdot(a: Num[Array, "..."], b: Num[Array, "..."], /, *, axis: int = -1) -> Num[Array, "..."]:
    """The dot product along ``axis``, counted from the end. Other axes broadcast."""
    if a.shape[axis] != b.shape[axis]:
        raise ShapeError(
            f"vecdot needs equal lengths along axis {axis}, got {tuple(a.shape)} "
            f"and {tuple(b.shape)}"
        )
    return sum(a * b, axis=axis)


def tensordot(
    a: Num[Array, "..."],
    b: Num[Array, "..."],
    /,
    *,
    axes: int | tuple[Sequence[int], Sequence[int]] = 2,
) -> Num[Array, "..."]:
    """The product summed over pairs of axes, or over the last ``axes`` of a and first of b."""
    n, m = len(a.shape), len(b.shape)
    if isinstance(axes, int):
        left, right = tuple(range(n - axes, n)), tuple(range(axes))
    else:
        left, right = normalised(tuple(axes[0]), n), normalised(tuple(axes[1]), m)
    if [a.shape[i] for i in left] != [b.shape[j] for j in right]:
        raise ShapeError(
            f"tensordot over axes {left} of {tuple(a.shape)} and {right} of {tuple(b.shape)}: "
            "the lengths differ"
        )
    a = moveaxis(a, left, tuple(range(n - len(left), n)))
    b = moveaxis(b, right, tuple(range(len(right))))
    contracted = prod(b.shape[: len(right)])
    free = (*a.shape[: n - len(left)], *b.shape[len(right) :])
    flat = matmul(
        reshape(a, shape=(prod(a.shape[: n - len(left)]), contracted)),
        reshape(b, shape=(contracted, prod(b.shape[len(right) :]))),
    )
    return reshape(flat, shape=free)


def _rows(x: Array) -> Array:
    """All axes but the last as one."""
    if len(x.shape) == 2:
        return x
    return x.reshape((prod(x.shape[:-1]), x.shape[-1]))
