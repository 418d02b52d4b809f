"""Activation functions with settings that their primitives do not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil import ops
from neuropil.errors import ShapeError

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


def threshold(x: Float[Array, "*shape"], threshold: float, value: float) -> Float[Array, "*shape"]:
    """x where it is above ``threshold``, else ``value``, elementwise.

    The threshold function of the notes, 0 or 1, is `heaviside`.

    Example:
        >>> import numpy as np
        >>> threshold(np.array([0.05, 0.1, 0.2]), 0.1, 20.0).tolist()
        [20.0, 20.0, 0.2]
    """
    return ops.where(x <= threshold, value, x)  # so that NaN stays


def softplus(x: Float[Array, "*shape"], beta: float = 1.0) -> Float[Array, "*shape"]:
    """ln(1 + e^(βx)) / β, elementwise: a ReLU with a rounded corner (Lecture 17).

    It is exact and does not overflow anywhere. PyTorch replaces it by x where βx is above a
    ``threshold`` of 20, and is wrong there by less than 2.1e-9/β.

    Example:
        >>> import numpy as np
        >>> softplus(np.array([-1000.0, 0.0, 1000.0]), beta=2.0).round(4).tolist()
        [0.0, 0.3466, 1000.0]
    """
    return ops.softplus(x) if beta == 1.0 else ops.softplus(x * beta) * (1.0 / beta)


def prelu(x: Float[Array, "..."], weight: Float[Array, "slopes"]) -> Float[Array, "..."]:
    """x where it is positive, else a x with a learned a: one, or one for each channel.

    Args:
        x: Channels on axis 1.
        weight: a, of length 1 or as many as there are channels.

    Raises:
        ShapeError: ``weight`` is neither.

    Example:
        >>> import numpy as np
        >>> prelu(np.array([[-1.0, -1.0]]), np.array([0.25, 0.5])).tolist()
        [[-0.25, -0.5]]
    """
    if tuple(weight.shape) == (1,):
        return ops.prelu(x, weight)
    if len(x.shape) < 2 or tuple(weight.shape) != tuple(x.shape[1:2]):
        raise ShapeError(
            f"PReLU with slopes {tuple(weight.shape)} expects as many channels on axis 1, got "
            f"{tuple(x.shape)}: give num_parameters=1, or the number of channels"
        )
    return ops.prelu(x, ops.reshape(weight, (-1, *(1,) * (len(x.shape) - 2))))


def relu6(x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """min(max(x, 0), 6), elementwise.

    Example:
        >>> import numpy as np
        >>> relu6(np.array([-1.0, 3.0, 9.0])).tolist()
        [0.0, 3.0, 6.0]
    """
    return ops.hardtanh(x, 0.0, 6.0)
