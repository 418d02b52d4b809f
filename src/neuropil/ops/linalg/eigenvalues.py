"""Eigenvalues and eigenvectors of symmetric matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from neuropil.arrays import Array, namespace
from neuropil.graph import pick, primitive
from neuropil.ops.creation import eye
from neuropil.ops.linalg.diagonal import diagonal_matrix
from neuropil.ops.linalg.square import check_square
from neuropil.ops.linalg.symmetry import symmetric
from neuropil.ops.products import matmul
from neuropil.ops.shape import expand_dims, matrix_transpose

if TYPE_CHECKING:
    from jaxtyping import Float


class EighResult(NamedTuple):
    """What `eigh` returns."""

    eigenvalues: Float[Array, "*b n"]
    eigenvectors: Float[Array, "*b n n"]


def inverse_differences(x: Float[Array, "*b n"]) -> Float[Array, "*b n n"]:
    """1 / (x_j − x_i) for i ≠ j, and 0 for i = j."""
    identity = eye(x.shape[-1], dtype=x.dtype)
    differences = expand_dims(x, axis=-2) - expand_dims(x, axis=-1)
    return (1.0 - identity) / (differences + identity)


def _eigh_vjp(s: dict[int, Array], y: Array, x: Array) -> Array:
    """The symmetric part of V (diag s_w + (Vᵀ s_V) ∘ F) Vᵀ with F_ij = 1 / (w_j − w_i).

    Giles 2008, "Collected matrix derivative results", 3.1.
    """
    w, v = pick(y, 0), pick(y, 1)
    inner = diagonal_matrix(s[0]) if 0 in s else 0.0
    if 1 in s:
        inner = inner + matmul(matrix_transpose(v), s[1]) * inverse_differences(w)
    return symmetric(matmul(matmul(v, inner), matrix_transpose(v)))


@primitive(vjps=(_eigh_vjp,))
def _eigh(x: Array, /) -> tuple[Array, Array]:
    check_square("eigh", x)
    return tuple(namespace(x).linalg.eigh(symmetric(x)))


def eigh(x: Float[Array, "*b n n"], /) -> EighResult:
    """The eigenvalues w in ascending order and orthonormal eigenvectors V: x = V diag(w) Vᵀ.

    Of x its symmetric part is taken. The derivative of the eigenvectors, and the second one of
    the eigenvalues, exists where all eigenvalues differ.

    Raises:
        ShapeError: x is not square.

    Example:
        >>> import numpy as np
        >>> eigh(np.array([[2.0, 1.0], [1.0, 2.0]])).eigenvalues.round(12).tolist()
        [1.0, 3.0]
    """
    outputs = _eigh(x)
    return EighResult(pick(outputs, 0), pick(outputs, 1))


def _eigvalsh_vjp(s: Array, y: Array, x: Array) -> Array:
    v = eigh(x).eigenvectors
    return matmul(v * expand_dims(s, axis=-2), matrix_transpose(v))


@primitive(vjps=(_eigvalsh_vjp,))
def eigvalsh(x: Float[Array, "*b n n"], /) -> Float[Array, "*b n"]:
    """The eigenvalues of a symmetric matrix (of x its symmetric part) in ascending order.

    Raises:
        ShapeError: x is not square.
    """
    check_square("eigvalsh", x)
    return namespace(x).linalg.eigvalsh(symmetric(x))
