"""Softmax and its relatives, computed without overflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.arrays import Array, namespace
from neuropil.graph import primitive
from neuropil.ops.exponential import exp
from neuropil.ops.reduction import kept, sum
from neuropil.ops.shape import Axes

if TYPE_CHECKING:
    from jaxtyping import Float


def _logsumexp_vjp(
    s: Array, y: Array, x: Array, axis: Axes = None, keepdims: bool = False
) -> Array:
    return kept(s, x, axis, keepdims) * exp(x - kept(y, x, axis, keepdims))


@primitive(vjps=(_logsumexp_vjp,))
def logsumexp(
    x: Float[Array, "..."], /, *, axis: Axes = None, keepdims: bool = False
) -> Float[Array, "..."]:
    """ln Σ eˣ over ``axis``, without overflow.

    Example:
        >>> import numpy as np
        >>> print(logsumexp(np.array([1000.0, 1000.0])))
        1000.6931471805599
    """
    xp = namespace(x)
    top = x.max(axis=axis, keepdims=True)
    top = xp.where(xp.isfinite(top), top, 0.0)
    total = xp.log(xp.exp(x - top).sum(axis=axis, keepdims=True)) + top
    return total if keepdims else total.sum(axis=axis)


def _softmax_vjp(s: Array, y: Array, x: Array, axis: int = -1) -> Array:
    weighted = s * y
    return weighted - y * sum(weighted, axis=axis, keepdims=True)


@primitive(vjps=(_softmax_vjp,))
def softmax(x: Float[Array, "..."], /, axis: int = -1) -> Float[Array, "..."]:
    """eˣ / Σ eˣ along ``axis``: positive numbers that add up to 1 (notes 1.5).

    Example:
        >>> import numpy as np
        >>> softmax(np.array([0.6, 3.4, -1.2, 0.05])).round(3).tolist()
        [0.055, 0.904, 0.009, 0.032]
    """
    e = namespace(x).exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@primitive(
    vjps=(lambda s, y, x, axis=-1: s - exp(y) * sum(s, axis=axis, keepdims=True),),
)
def log_softmax(x: Float[Array, "..."], /, axis: int = -1) -> Float[Array, "..."]:
    """The logarithm of `softmax`, computed without it."""
    xp = namespace(x)
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - xp.log(xp.exp(shifted).sum(axis=axis, keepdims=True))
