"""Inverse matrices, and linear systems solved without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.arrays import Array, namespace
from neuropil.graph import primitive
from neuropil.ops.creation import eye
from neuropil.ops.linalg.square import check_square
from neuropil.ops.products import matmul
from neuropil.ops.shape import broadcast_to, expand_dims, matrix_transpose, squeeze

if TYPE_CHECKING:
    from jaxtyping import Float


def _inv_vjp(s: Array, y: Array, x: Array) -> Array:
    """−A⁻ᵀ s A⁻ᵀ, since d(A⁻¹) = −A⁻¹ dA A⁻¹."""
    transposed = matrix_transpose(y)
    return -matmul(matmul(transposed, s), transposed)


@primitive(vjps=(_inv_vjp,))
def inv(x: Float[Array, "*b n n"], /) -> Float[Array, "*b n n"]:
    """The inverse A⁻¹ of each matrix. To multiply by it, `solve` is faster and more exact.

    Raises:
        ShapeError: x is not square.
        numpy.linalg.LinAlgError: x is singular.

    Example:
        >>> import numpy as np
        >>> inv(np.array([[2.0, 0.0], [0.0, 4.0]])).tolist()
        [[0.5, 0.0], [0.0, 0.25]]
    """
    check_square("inv", x)
    return namespace(x).linalg.inv(x)


def _solve_matrix_vjp(s: Array, y: Array, a: Array, b: Array) -> Array:
    """−A⁻ᵀ s Yᵀ, since A dY = dB − dA Y."""
    return -matmul(_solve(matrix_transpose(a), s), matrix_transpose(y))


@primitive(vjps=(_solve_matrix_vjp, lambda s, y, a, b: _solve(matrix_transpose(a), s)))
def _solve(a: Array, b: Array, /) -> Array:
    check_square("solve", a)
    return namespace(a, b).linalg.solve(a, b)


def solve(
    x1: Float[Array, "*b n n"], x2: Float[Array, "*b n k"] | Float[Array, " n"], /
) -> Float[Array, "*b n k"] | Float[Array, "*b n"]:
    """The solution Y of A Y = B, for A = ``x1`` and B = ``x2``, a vector or (stacked) matrices.

    Raises:
        ShapeError: ``x1`` is not square, or ``x2`` has another number of rows.
        numpy.linalg.LinAlgError: ``x1`` is singular.

    Example:
        >>> import numpy as np
        >>> solve(np.array([[2.0, 0.0], [0.0, 4.0]]), np.array([1.0, 1.0])).tolist()
        [0.5, 0.25]
    """
    if len(x2.shape) == 1:
        return squeeze(_solve(x1, expand_dims(x2, axis=1)), axis=-1)
    return _solve(x1, x2)


def matrix_power(x: Float[Array, "*b n n"], n: int, /) -> Float[Array, "*b n n"]:
    """The product of ``n`` factors x, by repeated squaring; of the inverse if ``n`` is negative.

    Example:
        >>> import numpy as np
        >>> matrix_power(np.array([[1, 1], [0, 1]]), 5).tolist()
        [[1, 5], [0, 1]]
    """
    check_square("matrix_power", x)
    if n < 0:
        return matrix_power(inv(x), -n)
    if n == 0:
        return broadcast_to(eye(x.shape[-1], dtype=x.dtype), shape=tuple(x.shape))
    if n == 1:
        return x
    half = matrix_power(x, n // 2)
    even = matmul(half, half)
    return matmul(even, x) if n % 2 else even
