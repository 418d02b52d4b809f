"""Activation functions as layers (notes 1.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil import ops
from neuropil.nn.module import Module

if TYPE_CHECKING:
    from jaxtyping import Float, Shaped

    from neuropil.arrays import Array


class ReLU(Module):
    """max(x, 0), elementwise; its derivative at 0 is 0.

    Example:
        >>> import numpy as np
        >>> ReLU()(np.array([-1.0, 2.0])).tolist()
        [0.0, 2.0]
    """

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        return ops.relu(x)


class Sigmoid(Module):
    """The logistic function 1 / (1 + e⁻ˣ), elementwise.

    Example:
        >>> import numpy as np
        >>> Sigmoid()(np.array([0.0])).tolist()
        [0.5]
    """

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        return ops.sigmoid(x)


class Tanh(Module):
    """The hyperbolic tangent, elementwise.

    Example:
        >>> import numpy as np
        >>> Tanh()(np.array([0.0])).tolist()
        [0.0]
    """

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        return ops.tanh(x)


class Softmax(Module):
    """eˣ / Σ eˣ along the axis ``dim``: positive numbers that add up to 1.

    For training a classifier leave it out: `CrossEntropyLoss` takes the logits.

    Example:
        >>> import numpy as np
        >>> Softmax(dim=1)(np.zeros((1, 4))).tolist()
        [[0.25, 0.25, 0.25, 0.25]]
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        return ops.softmax(x, axis=self.dim)


class LogSoftmax(Module):
    """The logarithm of `Softmax`, computed without it; for `NLLLoss`.

    Example:
        >>> import numpy as np
        >>> LogSoftmax(dim=1)(np.zeros((1, 2))).round(4).tolist()
        [[-0.6931, -0.6931]]
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        return ops.log_softmax(x, axis=self.dim)


class Identity(Module):
    """The input as it is: a place in a network for what may come later.

    Example:
        >>> import numpy as np
        >>> Identity()(np.array([1.0])).tolist()
        [1.0]
    """

    def forward(self, x: Shaped[Array, "*shape"]) -> Shaped[Array, "*shape"]:
        return x
