"""The symmetric and antisymmetric parts of matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.ops.shape import matrix_transpose

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


def symmetric(x: Float[Array, "*b n n"]) -> Float[Array, "*b n n"]:
    """(A + Aᵀ) / 2."""
    return (x + matrix_transpose(x)) * 0.5


def antisymmetric(x: Float[Array, "*b n n"]) -> Float[Array, "*b n n"]:
    """(A − Aᵀ) / 2."""
    return (x - matrix_transpose(x)) * 0.5
