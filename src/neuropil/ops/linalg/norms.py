"""Norms of vectors and matrices. At 0 their derivative is taken as 0, as PyTorch has it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from neuropil.arrays import Array, namespace
from neuropil.graph import primitive
from neuropil.ops.arithmetic import abs, pow, sign
from neuropil.ops.comparison import equal, not_equal
from neuropil.ops.dtypes import astype
from neuropil.ops.linalg.singular_values import svdvals
from neuropil.ops.reduction import euclidean_norm, kept, max, min, sum
from neuropil.ops.selection import where
from neuropil.ops.shape import Axes

if TYPE_CHECKING:
    from jaxtyping import Float


def _power_vjp(s: Array, y: Array, x: Array, axis: Axes, keepdims: bool, ord: float) -> Array:
    """s sign(x) (|x| / ‖x‖)^(p − 1), and 0 for elements that are 0."""
    s, y = kept(s, x, axis, keepdims), kept(y, x, axis, keepdims)
    share = abs(x) / where(equal(y, 0), 1.0, y)
    return s * sign(x) * pow(where(equal(x, 0), 1.0, share), ord - 1.0)


@primitive(vjps=(_power_vjp,))
def _power_norm(x: Array, /, axis: Axes, keepdims: bool, ord: float) -> Array:
    return namespace(x).linalg.vector_norm(x, axis=axis, keepdims=keepdims, ord=ord)


def vector_norm(
    x: Float[Array, "..."], /, *, axis: Axes = None, keepdims: bool = False, ord: float = 2
) -> Float[Array, "..."]:
    """The norm (Σ |x|^p)^(1/p) over ``axis`` (None: over all elements), with p = ``ord``.

    ∞ gives the largest magnitude, −∞ the smallest (equal ones share the derivative), 0 the number
    of elements that are not 0.

    Example:
        >>> import numpy as np
        >>> x = np.array([3.0, -4.0])
        >>> [float(vector_norm(x, ord=p)) for p in (1, 2, np.inf)]
        [7.0, 5.0, 4.0]
    """
    if ord == 2:
        return euclidean_norm(x, axis=axis, keepdims=keepdims)
    if ord == 0:
        return sum(astype(not_equal(x, 0), x.dtype), axis=axis, keepdims=keepdims)
    if math.isinf(ord):
        extreme = max if ord > 0 else min
        return extreme(abs(x), axis=axis, keepdims=keepdims)
    return _power_norm(x, axis=axis, keepdims=keepdims, ord=ord)


def matrix_norm(
    x: Float[Array, "*b m n"], /, *, keepdims: bool = False, ord: Any = "fro"
) -> Float[Array, "*b"]:
    """A norm of each matrix.

    "fro" (or None) is the Frobenius norm, "nuc" the sum of the singular values, 2 and −2 the
    largest and smallest of them, 1 and −1 the largest and smallest sum of magnitudes of a column,
    ∞ and −∞ of a row.

    Example:
        >>> import numpy as np
        >>> x = np.array([[3.0, 0.0], [0.0, -4.0]])
        >>> [float(matrix_norm(x, ord=p)) for p in ("fro", "nuc", 2, 1)]
        [5.0, 7.0, 4.0, 4.0]
    """
    if ord is None or ord == "fro":
        return euclidean_norm(x, axis=(-2, -1), keepdims=keepdims)
    if ord not in ("nuc", 1, -1, 2, -2, math.inf, -math.inf):
        raise ValueError(
            f'matrix_norm takes ord "fro", "nuc", 1, -1, 2, -2, inf or -inf, got {ord!r}'
        )
    if ord in ("nuc", 2, -2):
        parts = svdvals(x)
    else:
        parts = sum(abs(x), axis=-2 if ord in (1, -1) else -1)
    choose = sum if ord == "nuc" else max if ord > 0 else min
    norm = choose(parts, axis=-1)
    return norm[..., None, None] if keepdims else norm
