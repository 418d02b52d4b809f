"""Matrix exponentials."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from neuropil.graph import plain
from neuropil.ops.creation import eye
from neuropil.ops.linalg.square import check_square
from neuropil.ops.products import matmul

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array

_TERMS = 18
_NORM = 0.5
"""Of the matrix whose series is summed: the first term left out is then below 1e-22."""

_HALVINGS_UNSEEN = 10
"""How often a matrix is halved whose size nobody knows while a program is made of it."""


def expm(x: Float[Array, "*b n n"], /) -> Float[Array, "*b n n"]:
    """The exponential Σ Aᵏ/k! of each matrix: Y(1) for dY/dt = A Y, Y(0) = I.

    By the series of A/2ˢ, squared s times.

    Raises:
        ShapeError: x is not square.

    References:
        C. Moler and C. Van Loan, Nineteen dubious ways to compute the exponential of a matrix,
        twenty-five years later, 2003, method 3.

    Example:
        >>> import numpy as np
        >>> expm(np.array([[0.0, 1.0], [0.0, 0.0]])).tolist()
        [[1.0, 1.0], [0.0, 1.0]]
    """
    check_square("expm", x)
    halvings = _halvings(plain(x))
    scaled = x * 0.5**halvings
    identity = eye(x.shape[-1], dtype=x.dtype)
    result = identity + scaled / _TERMS
    for k in range(_TERMS - 1, 0, -1):
        result = identity + matmul(scaled / k, result)
    for _ in range(halvings):
        result = matmul(result, result)
    return result


def _halvings(x: Array) -> int:
    if not isinstance(x, np.ndarray):
        return _HALVINGS_UNSEEN
    norm = float(np.abs(x).sum(axis=-1).max(initial=0.0))
    return max(0, math.ceil(math.log2(norm / _NORM))) if 0.0 < norm < math.inf else 0
