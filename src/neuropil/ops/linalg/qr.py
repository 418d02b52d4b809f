"""The QR decomposition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from neuropil.arrays import Array, namespace
from neuropil.graph import pick, primitive
from neuropil.ops.linalg.inverse import solve
from neuropil.ops.no_derivative import no_derivative
from neuropil.ops.products import matmul
from neuropil.ops.shape import concat, matrix_transpose, tril

if TYPE_CHECKING:
    from jaxtyping import Float


class QRResult(NamedTuple):
    """What `qr` returns."""

    Q: Float[Array, "*b m k"]
    R: Float[Array, "*b k n"]


def _qr_vjp(s: dict[int, Array], y: Array, x: Array) -> Array:
    """(s_Q + Q M) R⁻ᵀ, where M is symmetric with the lower triangle of R s_Rᵀ − s_Qᵀ Q.

    Walter and Lehmann 2018, "Algorithmic differentiation of linear algebra functions", 4.1.
    """
    q, r = pick(y, 0), pick(y, 1)
    inner = matmul(r, matrix_transpose(s[1])) if 1 in s else 0.0
    if 0 in s:
        inner = inner - matmul(matrix_transpose(s[0]), q)
    right = matmul(q, tril(inner) + matrix_transpose(tril(inner, k=-1)))
    if 0 in s:
        right = right + s[0]
    return matrix_transpose(solve(r, matrix_transpose(right)))


@primitive(vjps=(_qr_vjp,))
def _qr(x: Array, /) -> tuple[Array, Array]:
    return tuple(namespace(x).linalg.qr(x))


@primitive(vjps=(no_derivative("qr of a tall matrix in complete mode", 'use mode="reduced"'),))
def _complete_qr(x: Array, /) -> tuple[Array, Array]:
    return tuple(namespace(x).linalg.qr(x, mode="complete"))


def qr(x: Float[Array, "*b m n"], /, *, mode: Any = "reduced") -> QRResult:
    """Q with orthonormal columns and an upper triangular R with Q R = x.

    With k = min(m, n): Q (m, k) and R (k, n), or in ``mode="complete"`` (m, m) and (m, n), which
    has a derivative only if m ≤ n (else asking for it raises a GraphError). The first k columns
    of x must be independent for a derivative.

    Example:
        >>> import numpy as np
        >>> q, r = qr(np.array([[3.0, 1.0], [4.0, 2.0]]))
        >>> np.allclose(q @ r, [[3.0, 1.0], [4.0, 2.0]])
        True
    """
    if mode not in ("reduced", "complete"):
        raise ValueError(f'qr takes the mode "reduced" or "complete", got {mode!r}')
    m, n = x.shape[-2:]
    if m < n:  # Q belongs to the leading square, and is then applied to the other columns
        q, r = qr(x[..., :m])
        return QRResult(q, concat([r, matmul(matrix_transpose(q), x[..., m:])], axis=-1))
    outputs = _complete_qr(x) if mode == "complete" and m > n else _qr(x)
    return QRResult(pick(outputs, 0), pick(outputs, 1))
