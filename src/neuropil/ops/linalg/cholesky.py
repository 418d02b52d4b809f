"""The Cholesky factor of a positive definite matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.arrays import Array, namespace
from neuropil.graph import primitive
from neuropil.ops.linalg.diagonal import diagonal, diagonal_matrix
from neuropil.ops.linalg.inverse import solve
from neuropil.ops.linalg.square import check_square
from neuropil.ops.linalg.symmetry import symmetric
from neuropil.ops.products import matmul
from neuropil.ops.shape import matrix_transpose, tril

if TYPE_CHECKING:
    from jaxtyping import Float


def _cholesky_vjp(s: Array, y: Array, x: Array) -> Array:
    """The symmetric part of L⁻ᵀ Φ(Lᵀ s) L⁻¹ (Murray 2016, arXiv:1602.07527).

    Φ takes the lower triangle and half of the diagonal.
    """
    inner = tril(matmul(matrix_transpose(y), s))
    inner = inner - 0.5 * diagonal_matrix(diagonal(inner))
    factor = matrix_transpose(y)
    left = solve(factor, inner)  # L⁻ᵀ Φ
    return symmetric(matrix_transpose(solve(factor, matrix_transpose(left))))


@primitive(vjps=(_cholesky_vjp,))
def _cholesky(x: Array, /) -> Array:
    check_square("cholesky", x)
    return namespace(x).linalg.cholesky(symmetric(x))


def cholesky(x: Float[Array, "*b n n"], /, *, upper: bool = False) -> Float[Array, "*b n n"]:
    """The lower triangular L with L Lᵀ = x, or with ``upper`` U = Lᵀ with Uᵀ U = x.

    Of x its symmetric part is taken, so that the derivative is symmetric.

    Raises:
        ShapeError: x is not square.
        numpy.linalg.LinAlgError: x is not positive definite.

    Example:
        >>> import numpy as np
        >>> cholesky(np.array([[4.0, 2.0], [2.0, 5.0]])).tolist()
        [[2.0, 0.0], [1.0, 2.0]]
    """
    lower = _cholesky(x)
    return matrix_transpose(lower) if upper else lower
