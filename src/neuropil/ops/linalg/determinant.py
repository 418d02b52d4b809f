"""Determinants, and their logarithms."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from neuropil.arrays import Array, namespace
from neuropil.graph import pick, primitive
from neuropil.ops.cumulative import product_of_others
from neuropil.ops.linalg.inverse import inv
from neuropil.ops.linalg.square import check_square
from neuropil.ops.products import matmul
from neuropil.ops.reduction import sum
from neuropil.ops.shape import matrix_transpose, reshape

if TYPE_CHECKING:
    from jaxtyping import Float


def _cofactor_vjp(s: Array, y: Array, x: Array) -> Array:
    """(⟨s, C⟩ C − C sᵀ C) / det A, from C = det(A) A⁻ᵀ."""
    overlap = _scalars(sum(s * y, axis=(-2, -1)))
    return (overlap * y - matmul(matmul(y, matrix_transpose(s)), y)) / _scalars(det(x))


@primitive(vjps=(_cofactor_vjp,))
def _cofactor(x: Array, /) -> Array:
    """The cofactors C = ∂det A/∂A from A = U S Vᵀ: det(U Vᵀ) U diag(Π_{j≠i} s_j) Vᵀ.

    Right for singular matrices, where det(A) A⁻ᵀ is 0·∞.
    """
    xp = namespace(x)
    u, s, vh = xp.linalg.svd(x, full_matrices=False)
    orientation = xp.linalg.det(u) * xp.linalg.det(vh)
    return (u * (orientation[..., None] * product_of_others(s))[..., None, :]) @ vh


@primitive(vjps=(lambda s, y, x: _scalars(s) * _cofactor(x),))
def det(x: Float[Array, "*b n n"], /) -> Float[Array, "*b"]:
    """The determinant of each matrix.

    The first derivative, the matrix of cofactors, is right for singular matrices too; the
    second exists here for invertible ones.

    Raises:
        ShapeError: x is not square.

    Example:
        >>> import neuropil as npl
        >>> x = npl.Variable([[1.0, 0.0], [0.0, 0.0]])
        >>> det(x).backward()
        >>> x.grad.tolist()
        [[0.0, 0.0], [0.0, 1.0]]
    """
    check_square("det", x)
    return namespace(x).linalg.det(x)


class SlogdetResult(NamedTuple):
    """What `slogdet` returns: det A = sign · exp(logabsdet)."""

    sign: Float[Array, "*b"]
    logabsdet: Float[Array, "*b"]


def _slogdet_vjp(s: dict[int, Array], y: Array, x: Array) -> Array:
    """s A⁻ᵀ for ln |det A|; the sign is constant between its jumps."""
    inverse = matrix_transpose(inv(x))
    return _scalars(s[1]) * inverse if 1 in s else 0.0 * inverse


@primitive(vjps=(_slogdet_vjp,))
def _slogdet(x: Array, /) -> tuple[Array, Array]:
    check_square("slogdet", x)
    return tuple(namespace(x).linalg.slogdet(x))


def slogdet(x: Float[Array, "*b n n"], /) -> SlogdetResult:
    """The sign of the determinant and the logarithm of its magnitude, which cannot overflow.

    Of a singular matrix 0 and −∞. The derivative exists for invertible matrices.

    Raises:
        ShapeError: x is not square.

    Example:
        >>> import numpy as np
        >>> sign, logabsdet = slogdet(np.diag([-1e200, 1e200]))
        >>> print(sign, logabsdet.round(2))
        -1.0 921.03
    """
    outputs = _slogdet(x)
    return SlogdetResult(pick(outputs, 0), pick(outputs, 1))


def _scalars(x: Array) -> Array:
    """One number per matrix, to multiply matrices with."""
    return reshape(x, shape=(*x.shape, 1, 1))
