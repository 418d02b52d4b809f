"""Activation functions as layers (notes 1.5, Lecture 17).

`Heaviside`, `Sign` and `Hardmax` are constant but for jumps: their derivative is taken as 0, and
nothing in front of them learns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil import ops
from neuropil.nn.functional import activations
from neuropil.nn.module import Module

if TYPE_CHECKING:
    from jaxtyping import Float, Shaped

    from neuropil.arrays import Array
    from neuropil.ops.gated_linear import Approximation


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


class Arctan(Module):
    """The inverse of the tangent, between −π/2 and π/2, elementwise.

    Example:
        >>> import numpy as np
        >>> Arctan()(np.array([1.0])).round(4).tolist()  # π/4
        [0.7854]
    """

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        return ops.atan(x)


class Hardtanh(Module):
    """x kept between ``min_val`` and ``max_val``, elementwise; on them its derivative is 0.

    Raises:
        ValueError: ``min_val`` is not below ``max_val``.

    Example:
        >>> import numpy as np
        >>> Hardtanh()(np.array([-3.0, 0.5, 3.0])).tolist()
        [-1.0, 0.5, 1.0]
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0) -> None:
        if not min_val < max_val:
            raise ValueError(f"Hardtanh needs min_val < max_val, got {min_val} and {max_val}")
        self.min_val = min_val
        self.max_val = max_val

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        return ops.hardtanh(x, self.min_val, self.max_val)


class ReLU6(Module):
    """min(max(x, 0), 6), elementwise.

    Example:
        >>> import numpy as np
        >>> ReLU6()(np.array([-1.0, 3.0, 9.0])).tolist()
        [0.0, 3.0, 6.0]
    """

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        return activations.relu6(x)


class LeakyReLU(Module):
    """x where it is positive, else ``negative_slope`` x, elementwise: a ReLU that does not die.

    Example:
        >>> import numpy as np
        >>> LeakyReLU()(np.array([-1.0, 2.0])).tolist()
        [-0.01, 2.0]
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        return ops.leaky_relu(x, self.negative_slope)


class ELU(Module):
    """x where it is positive, else α (eˣ − 1), elementwise.

    Example:
        >>> import numpy as np
        >>> ELU()(np.array([-1.0, 2.0])).round(4).tolist()
        [-0.6321, 2.0]
    """

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        return ops.elu(x, self.alpha)


class Softplus(Module):
    """ln(1 + e^(βx)) / β, elementwise: a ReLU with a rounded corner.

    It is exact everywhere, so PyTorch's ``threshold``, above which that gives x, is not needed.

    Raises:
        ValueError: ``beta`` is 0.

    Example:
        >>> import numpy as np
        >>> Softplus()(np.array([0.0])).round(4).tolist()  # ln 2
        [0.6931]
    """

    def __init__(self, beta: float = 1.0) -> None:
        if beta == 0.0:
            raise ValueError("Softplus needs a beta other than 0: 1 is the usual one")
        self.beta = beta

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        return activations.softplus(x, self.beta)


class GELU(Module):
    """x Φ(x), elementwise, with the normal distribution's Φ; see `functional.gelu`.

    Raises:
        ValueError: ``approximate`` is neither ``"none"`` nor ``"tanh"``.

    Example:
        >>> import numpy as np
        >>> GELU()(np.array([-1.0, 1.0])).round(4).tolist()
        [-0.1587, 0.8413]
    """

    def __init__(self, approximate: Approximation = "none") -> None:
        if approximate not in ("none", "tanh"):
            raise ValueError(f"GELU is approximated by 'none' or 'tanh', got {approximate!r}")
        self.approximate = approximate

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        return ops.gelu(x, self.approximate)


class SiLU(Module):
    """x σ(x), elementwise.

    Example:
        >>> import numpy as np
        >>> SiLU()(np.array([-1.0, 1.0])).round(4).tolist()
        [-0.2689, 0.7311]
    """

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        return ops.silu(x)


class Threshold(Module):
    """x where it is above ``threshold``, else ``value``, elementwise, as in PyTorch.

    The threshold of the notes, which is 0 or 1, is `Heaviside`.

    Example:
        >>> import numpy as np
        >>> Threshold(0.1, 20.0)(np.array([0.05, 0.2])).tolist()
        [20.0, 0.2]
    """

    def __init__(self, threshold: float, value: float) -> None:
        self.threshold = threshold
        self.value = value

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        return activations.threshold(x, self.threshold, self.value)


class Heaviside(Module):
    """The threshold of the notes: 0 where x < 0, else 1, elementwise. Its derivative is 0.

    Example:
        >>> import numpy as np
        >>> Heaviside()(np.array([-2.0, 0.0, 2.0])).tolist()
        [0.0, 1.0, 1.0]
    """

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        return ops.heaviside(x)


class Sign(Module):
    """−1, 0 or 1, elementwise. Its derivative is 0.

    Example:
        >>> import numpy as np
        >>> Sign()(np.array([-2.0, 0.0, 2.0])).tolist()
        [-1.0, 0.0, 1.0]
    """

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        return ops.sign(x)


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


class Hardmax(Module):
    """One-hot (notes 1.5): 1 at the largest element along ``dim``, 0 elsewhere.

    The extreme of `Softmax`. Its derivative is 0. Of class numbers `functional.one_hot` makes such
    rows.

    Example:
        >>> import numpy as np
        >>> Hardmax()(np.array([[0.6, 3.4, -1.2, 0.05]])).tolist()
        [[0.0, 1.0, 0.0, 0.0]]
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        return ops.hardmax(x, self.dim)


class Identity(Module):
    """The input as it is: a place in a network for what may come later.

    Example:
        >>> import numpy as np
        >>> Identity()(np.array([1.0])).tolist()
        [1.0]
    """

    def forward(self, x: Shaped[Array, "*shape"]) -> Shaped[Array, "*shape"]:
        return x
