"""Rank and pseudoinverse: what counts as a singular value of 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.arrays import Array, namespace
from neuropil.graph import primitive
from neuropil.ops.dtypes import finfo
from neuropil.ops.products import matmul
from neuropil.ops.shape import matrix_transpose

if TYPE_CHECKING:
    from jaxtyping import Float, Int


def _pinv_vjp(s: Array, y: Array, x: Array, rtol: Array) -> Array:
    """−Pᵀ s Pᵀ + (1 − A P) sᵀ P Pᵀ + Pᵀ P sᵀ (1 − P A), where the rank stays as it is.

    Golub and Pereyra 1973, "The differentiation of pseudo-inverses", for P = A⁺.
    """
    transposed, turned = matrix_transpose(y), matrix_transpose(s)
    right = matmul(matmul(turned, y), transposed)  # sᵀ P Pᵀ
    left = matmul(matmul(transposed, y), turned)  # Pᵀ P sᵀ
    return (
        right
        - matmul(x, matmul(y, right))
        + left
        - matmul(matmul(left, y), x)
        - matmul(matmul(transposed, s), transposed)
    )


@primitive(vjps=(_pinv_vjp,))
def _pinv(x: Array, /, rtol: Array) -> Array:
    return namespace(x).linalg.pinv(x, rtol=rtol)


def pinv(
    x: Float[Array, "*b m n"], /, *, rtol: Float[Array, "*b"] | float | None = None
) -> Float[Array, "*b n m"]:
    """The Moore-Penrose pseudoinverse A⁺.

    Singular values up to ``rtol`` times the largest count as 0; by default max(m, n)·ε. The
    derivative supposes that their number does not change.

    Example:
        >>> import numpy as np
        >>> pinv(np.array([[2.0], [0.0]])).tolist()
        [[0.5, 0.0]]
    """
    return _pinv(x, rtol=_tolerance(x) if rtol is None else rtol)


@primitive()
def _matrix_rank(x: Array, /, rtol: Array) -> Array:
    return namespace(x).linalg.matrix_rank(x, rtol=rtol)


def matrix_rank(
    x: Float[Array, "*b m n"], /, *, rtol: Float[Array, "*b"] | float | None = None
) -> Int[Array, "*b"]:
    """How many singular values exceed ``rtol`` times the largest, by default max(m, n)·ε."""
    return _matrix_rank(x, rtol=_tolerance(x) if rtol is None else rtol)


def _tolerance(x: Array) -> float:
    return float(max(x.shape[-2:]) * finfo(x.dtype).eps)
