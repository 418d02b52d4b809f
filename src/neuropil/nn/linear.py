"""The fully connected layer."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import ops
from neuropil.errors import ShapeError
from neuropil.nn import refusals
from neuropil.nn.connections import Connections
from neuropil.nn.initialisation import uniform_fan_in
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


class Linear(Connections):
    """Input currents of a layer of neurons, y = x Wᵀ + b (notes 1.7).

    Args:
        in_features: Length of the last axis of the input.
        out_features: Length of the last axis of the output: the number of neurons.
        bias: Whether to add b.
        dtype: Of weight and bias.
        rng: A seed or Generator for the initial values, uniform in ±1/√in_features.

    Attributes:
        weight: Parameter of shape (out_features, in_features).
        bias: Parameter of shape (out_features,), or None.

    Raises:
        ShapeError: (when called) The last axis of the input is not ``in_features`` long.
        DTypeError: (when called) The input's dtype is not the weight's.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> layer = nn.Linear(3, 2, rng=0)
        >>> layer(np.ones((5, 3), np.float32)).shape
        (5, 2)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        rng: int | Generator | None = None,
    ) -> None:
        refusals.check_count("Linear", "in_features", in_features)
        refusals.check_count("Linear", "out_features", out_features)
        self.in_features = in_features
        self.out_features = out_features
        rng = as_generator(rng)
        shape = (out_features, in_features)
        self.weight = uniform_fan_in(rng, shape, in_features, dtype, "weight")
        self.bias = uniform_fan_in(rng, shape[:1], in_features, dtype, "bias") if bias else None

    def forward(self, x: Float[Array, "*batch in"]) -> Float[Array, "*batch out"]:
        refusals.check_dtype("Linear", x, self.weight)
        try:
            return ops.linear(x, self.weight, self.bias)
        except ShapeError:
            self._check_weight()
            expected = f"(..., {self.in_features})"
            raise refusals.wrong_shape("Linear", expected, x, self._advice(x.shape)) from None

    def _check_weight(self) -> None:
        """Raise if the weight is of another shape than the layer was made with."""
        expected, shape = (self.out_features, self.in_features), tuple(self.weight.shape)
        if shape != expected:
            raise ShapeError(
                f"Linear({self.in_features}, {self.out_features}) expects a weight {expected}, got "
                f"one of another layer, {shape}: to use that transposed take nn.TransposedLinear"
            )

    def _advice(self, shape: tuple[int, ...]) -> str:
        if len(shape) > 2 and prod(shape[1:]) == self.in_features:
            return "flatten the images first (nn.Flatten)"
        if len(shape) > 1 and prod(shape) == self.in_features:
            return f"make it a batch of one, x.reshape(1, {self.in_features})"
        if len(shape) == 0:
            return "give it at least one axis, of features"
        return f"the last axis holds the features; for these make it Linear({shape[-1]}, …)"
