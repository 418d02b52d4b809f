"""Bernoulli cross-entropy of probabilities."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

import numpy as np

from neuropil.arrays import Array, namespace
from neuropil.graph import primitive
from neuropil.ops.arithmetic import maximum
from neuropil.ops.exponential import log

if TYPE_CHECKING:
    from jaxtyping import Float

_LOWEST = -100.0  # of a logarithm: what PyTorch takes for ln 0
_EXP_LOWEST = exp(_LOWEST)
_SMALLEST = float(np.float32(1e-12))  # of p(1 − p) under a fraction, again PyTorch's


def _probabilities_vjp(s: Array, y: Array, p: Array, targets: Array) -> Array:
    return s * ((p - targets) / maximum((1.0 - p) * p, _SMALLEST))


def _targets_vjp(s: Array, y: Array, p: Array, targets: Array) -> Array:
    return s * (log(maximum(1.0 - p, _EXP_LOWEST)) - log(maximum(p, _EXP_LOWEST)))


@primitive(vjps=(_probabilities_vjp, _targets_vjp))
def binary_cross_entropy(
    p: Float[Array, "..."], targets: Float[Array, "..."], /
) -> Float[Array, "..."]:
    """Bernoulli cross-entropy −t ln p − (1 − t) ln(1 − p), elementwise (notes 2.3.2).

    Logarithms end at −100 and p(1 − p) in the derivative at 10⁻¹², as in PyTorch, so that a wrong
    and certain answer costs much but not infinitely much. Outside [0, 1] the result is NaN.

    Example:
        >>> binary_cross_entropy(np.array([0.5, 0.0]), np.array([1.0, 1.0])).round(4).tolist()
        [0.6931, 100.0]
    """
    xp = namespace(p)
    with np.errstate(divide="ignore", invalid="ignore"):
        sure, unsure = xp.log(p), xp.log1p(-p)
    return -(targets * xp.maximum(sure, _LOWEST) + (1.0 - targets) * xp.maximum(unsure, _LOWEST))
