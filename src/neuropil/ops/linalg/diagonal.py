"""Diagonals and their sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuropil.arrays import Array, extras, namespace
from neuropil.graph import primitive
from neuropil.ops.reduction import sum

if TYPE_CHECKING:
    from jaxtyping import Num, Shaped


@primitive(vjps=(lambda s, y, x, offset=0: _on_diagonal(s, shape=tuple(x.shape), offset=offset),))
def diagonal(x: Shaped[Array, "*b m n"], /, *, offset: int = 0) -> Shaped[Array, "*b k"]:
    """The elements ``x[..., i, i + offset]``.

    Example:
        >>> import numpy as np
        >>> diagonal(np.array([[1, 2], [3, 4]])).tolist()
        [1, 4]
    """
    return namespace(x).linalg.diagonal(x, offset=offset)


@primitive(vjps=(lambda s, y, elements, shape, offset: diagonal(s, offset=offset),))
def _on_diagonal(elements: Array, /, shape: tuple[int, ...], offset: int) -> Array:
    """Zeros with these elements on a diagonal: the transpose of reading it."""
    rows = namespace(elements).arange(elements.shape[-1]) + max(-offset, 0)
    index = (..., rows, rows + offset)
    return extras(elements).scatter_add(elements, shape, index, unique=True)


def diagonal_matrix(elements: Num[Array, "*b n"]) -> Num[Array, "*b n n"]:
    """The square matrix with these elements on its main diagonal and zeros elsewhere."""
    n = elements.shape[-1]
    return _on_diagonal(elements, shape=(*elements.shape, n), offset=0)


def trace(x: Num[Array, "*b m n"], /, *, offset: int = 0, dtype: Any = None) -> Num[Array, "*b"]:
    """The sum Σ x[..., i, i + offset] over a diagonal.

    Example:
        >>> import numpy as np
        >>> trace(np.array([[1.0, 2.0], [3.0, 4.0]])).item()
        5.0
    """
    return sum(diagonal(x, offset=offset), axis=-1, dtype=dtype)
