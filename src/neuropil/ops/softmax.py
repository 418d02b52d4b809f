"""Softmax and the losses that are stable only when fused with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.arrays import Array, namespace
from neuropil.graph import primitive
from neuropil.ops.exponential import exp, sigmoid
from neuropil.ops.reduction import kept, sum
from neuropil.ops.shape import Axes

if TYPE_CHECKING:
    from jaxtyping import Float


def _logsumexp_vjp(s: Array, y: Array, x: Array, axis: Axes = None, keepdims: bool = False) -> Array:
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


def _cross_entropy_vjp(s: Array, y: Array, logits: Array, targets: Array) -> Array:
    """(softmax(z)·Σt − t): the output error y − t of the notes."""
    total = sum(targets, axis=-1, keepdims=True)
    return (s.reshape((*s.shape, 1))) * (softmax(logits) * total - targets)


@primitive(
    vjps=(
        _cross_entropy_vjp,
        lambda s, y, logits, targets: -s.reshape((*s.shape, 1)) * log_softmax(logits),
    )
)
def cross_entropy_with_logits(
    logits: Float[Array, "*batch classes"], targets: Float[Array, "*batch classes"], /
) -> Float[Array, "*batch"]:
    """Categorical cross-entropy −Σ t ln softmax(z) of each sample (notes 2.3.3).

    ``targets`` are distributions over the classes, one-hot for known classes.

    Example:
        >>> import numpy as np
        >>> print(cross_entropy_with_logits(np.zeros(4), np.eye(4)[0]).round(4))  # ln 4
        1.3863
    """
    return -(targets * log_softmax.formula(logits)).sum(axis=-1)


@primitive(
    vjps=(
        lambda s, y, logits, targets: s * (sigmoid(logits) - targets),
        lambda s, y, logits, targets: -s * logits,
    )
)
def binary_cross_entropy_with_logits(
    logits: Float[Array, "..."], targets: Float[Array, "..."], /
) -> Float[Array, "..."]:
    """Bernoulli cross-entropy −t ln σ(z) − (1 − t) ln(1 − σ(z)), elementwise (notes 2.3.2).

    Example:
        >>> import numpy as np
        >>> print(binary_cross_entropy_with_logits(np.array(0.0), np.array(1.0)).round(4))  # ln 2
        0.6931
    """
    xp = namespace(logits)
    return xp.maximum(logits, 0.0) - logits * targets + xp.log1p(xp.exp(-xp.abs(logits)))
