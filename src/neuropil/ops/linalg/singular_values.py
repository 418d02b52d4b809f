"""Singular values and vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from neuropil.arrays import Array, namespace
from neuropil.errors import GraphError
from neuropil.graph import pick, primitive
from neuropil.ops.linalg.diagonal import diagonal_matrix
from neuropil.ops.linalg.eigenvalues import inverse_differences
from neuropil.ops.linalg.symmetry import antisymmetric
from neuropil.ops.products import matmul
from neuropil.ops.shape import expand_dims, matrix_transpose

if TYPE_CHECKING:
    from jaxtyping import Float


class SVDResult(NamedTuple):
    """What `svd` returns."""

    U: Float[Array, "*b m r"]
    S: Float[Array, "*b k"]
    Vh: Float[Array, "*b q n"]


def _svd_vjp(s: dict[int, Array], y: Array, x: Array) -> Array:
    """U (K_U S + S K_V + diag s_S) Vᵀ with K_U = (Uᵀs_U − s_UᵀU) ∘ F, F_ij = 1 / (S_j² − S_i²).

    K_V likewise. What of s_U lies outside the space that U spans adds (1 − U Uᵀ) s_U S⁻¹ Vᵀ, and
    so for V (Townsend 2016, "Differentiating the singular value decomposition").
    """
    u, values, vh = (pick(y, i) for i in range(3))
    row, column = expand_dims(values, axis=-2), expand_dims(values, axis=-1)
    inner = diagonal_matrix(s[1]) if 1 in s else 0.0
    outside: Array = 0.0
    if 0 in s:
        along = matmul(matrix_transpose(u), s[0])
        inner = inner + _rotation(along, values) * row
        if x.shape[-2] > x.shape[-1]:
            outside = matmul((s[0] - matmul(u, along)) / row, vh)
    if 2 in s:
        along = matmul(s[2], matrix_transpose(vh))
        inner = inner - column * _rotation(along, values)
        if x.shape[-2] < x.shape[-1]:
            outside = matmul(u, (s[2] - matmul(along, vh)) / column)
    return matmul(matmul(u, inner), vh) + outside


def _rotation(along: Array, values: Array) -> Array:
    """(K − Kᵀ) ∘ F."""
    return 2.0 * antisymmetric(along) * inverse_differences(values * values)


@primitive(vjps=(_svd_vjp,))
def _svd(x: Array, /) -> tuple[Array, Array, Array]:
    return tuple(namespace(x).linalg.svd(x, full_matrices=False))


def _full_svd_vjp(s: dict[int, Array], y: Array, x: Array) -> Array:
    if set(s) != {1}:
        raise GraphError(
            f"the full singular vectors of a matrix {tuple(x.shape)} are not unique and have no "
            "derivative: use svd(x, full_matrices=False)"
        )
    return _svd_vjp(s, _svd(x), x)


@primitive(vjps=(_full_svd_vjp,))
def _full_svd(x: Array, /) -> tuple[Array, Array, Array]:
    return tuple(namespace(x).linalg.svd(x, full_matrices=True))


def svd(x: Float[Array, "*b m n"], /, *, full_matrices: bool = True) -> SVDResult:
    """Orthonormal U, singular values S in descending order, and Vᵀ with x = U diag(S) Vᵀ.

    With k = min(m, n): U (m, k) and Vᵀ (k, n), or with ``full_matrices`` (m, m) and (n, n). The
    derivative of the singular vectors exists where all singular values differ and none is 0, and
    for ``full_matrices`` only of a square x (else it raises a GraphError). That of S always does.

    Example:
        >>> import numpy as np
        >>> svd(np.array([[3.0, 0.0], [0.0, -4.0]])).S.tolist()
        [4.0, 3.0]
    """
    decompose = _full_svd if full_matrices and x.shape[-1] != x.shape[-2] else _svd
    outputs = decompose(x)
    return SVDResult(*(pick(outputs, i) for i in range(3)))


def _svdvals_vjp(s: Array, y: Array, x: Array) -> Array:
    u, _, vh = svd(x, full_matrices=False)
    return matmul(u * expand_dims(s, axis=-2), vh)


@primitive(vjps=(_svdvals_vjp,))
def svdvals(x: Float[Array, "*b m n"], /) -> Float[Array, "*b k"]:
    """The singular values in descending order, without the vectors."""
    return namespace(x).linalg.svd(x, full_matrices=False, compute_uv=False)
