"""Activation functions x·g(x) whose gate g rises smoothly from 0 to 1."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from neuropil.arrays import Array, extras, namespace
from neuropil.graph import primitive
from neuropil.ops.exponential import exp, sigmoid
from neuropil.ops.trigonometric import tanh

if TYPE_CHECKING:
    from jaxtyping import Float

    Approximation = Literal["none", "tanh"]

_ROOT = math.sqrt(2.0 / math.pi)
_CUBIC = 0.044715


@primitive(vjps=(lambda s, y, x: s * (exp(-0.5 * x * x) * (1.0 / math.sqrt(2.0 * math.pi))),))
def normal_cdf(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """The share Φ(x) of a standard normal distribution that lies below x, elementwise.

    Example:
        >>> import numpy as np
        >>> normal_cdf(np.array([0.0, 1.96])).round(3).tolist()
        [0.5, 0.975]
    """
    return 0.5 + 0.5 * extras(x).erf(x * math.sqrt(0.5))


def _gelu_tanh_vjp(s: Array, y: Array, x: Array) -> Array:
    square = x * x
    t = tanh(x * (_ROOT + _ROOT * _CUBIC * square))
    slope = x * (_ROOT + 3.0 * _ROOT * _CUBIC * square)
    return s * ((0.5 + 0.5 * t) * (1.0 + slope * (1.0 - t)))


@primitive(vjps=(_gelu_tanh_vjp,))
def _gelu_tanh(x: Array, /) -> Array:
    inner = x * (_ROOT + _ROOT * _CUBIC * (x * x))
    return x * (0.5 + 0.5 * namespace(x).tanh(inner))


def gelu(x: Float[Array, "..."], /, approximate: Approximation = "none") -> Float[Array, "..."]:
    """x Φ(x), elementwise; approximated, ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))).

    Hendrycks and Gimpel 2016, "Gaussian error linear units".

    Args:
        x: Any array.
        approximate: ``"none"``, or ``"tanh"``, which is wrong by less than 0.001.

    Raises:
        ValueError: Another approximation.

    Example:
        >>> import numpy as np
        >>> gelu(np.array([-1.0, 0.0, 1.0])).round(4).tolist()
        [-0.1587, 0.0, 0.8413]
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f"gelu is approximated by 'none' or 'tanh', got {approximate!r}")
    return _gelu_tanh(x) if approximate == "tanh" else x * normal_cdf(x)


def _silu_vjp(s: Array, y: Array, x: Array) -> Array:
    gate = sigmoid(x)
    return s * (gate + y * (1.0 - gate))


@primitive(vjps=(_silu_vjp,))
def silu(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """x σ(x), elementwise: the Swish function.

    Elfwing, Uchibe and Doya 2018, "Sigmoid-weighted linear units for neural network function
    approximation in reinforcement learning".

    Example:
        >>> import numpy as np
        >>> silu(np.array([-1.0, 0.0, 1.0])).round(4).tolist()
        [-0.2689, 0.0, 0.7311]
    """
    return x * extras(x).logistic(x)
