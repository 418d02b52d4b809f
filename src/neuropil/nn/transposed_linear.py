"""A linear layer with the weight of another, transposed: the decoder of a tied autoencoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil import ops
from neuropil.nn import refusals
from neuropil.nn.connections import Connections
from neuropil.nn.initialisation import uniform_fan_in
from neuropil.nn.linear import Linear
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Float

    from neuropil.arrays import Array
    from neuropil.nn.parameter import Parameter


class TransposedLinear(Connections):
    """y = x W + b, with W the weight of ``layer``, which computes x Wᵀ + b (notes 7.1, M = Wᵀ).

    Both layers train the same W, whose gradient is the sum of what comes from both; the bias is
    this layer's own.

    Args:
        layer: The layer whose weight this one uses.
        bias: Whether to add b.
        rng: A seed or Generator for the bias, uniform in ±1/√n for n inputs.

    Attributes:
        layer: That layer, part of this one: the state dict names its parameters in both places.
        bias: Parameter of shape (layer.in_features,), or None.

    Raises:
        TypeError: ``layer`` is no Linear.
        ShapeError: (when called) The last axis of the input is not ``layer.out_features`` long.
        DTypeError: (when called) The input's dtype is not the weight's.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> code = nn.Linear(8, 3)
        >>> net = nn.Sequential(code, nn.Sigmoid(), nn.TransposedLinear(code))
        >>> net(np.eye(8, dtype=np.float32)).shape
        (8, 8)
        >>> [name for name, _ in net.named_parameters()]
        ['0.weight', '0.bias', '2.bias']
    """

    def __init__(
        self, layer: Linear, bias: bool = True, *, rng: int | Generator | None = None
    ) -> None:
        if not isinstance(layer, Linear):
            raise TypeError(
                f"TransposedLinear takes the nn.Linear whose weight it uses, got "
                f"{type(layer).__name__}"
            )
        self.layer = layer
        shape, fan_in = (layer.in_features,), layer.out_features
        self.bias = (
            uniform_fan_in(as_generator(rng), shape, fan_in, layer.dtype, "bias") if bias else None
        )

    @property
    def weight(self) -> Parameter:  # type: ignore[override]
        """W, which belongs to ``layer``."""
        return self.layer.weight

    def forward(self, x: Float[Array, "*batch out"]) -> Float[Array, "*batch in"]:
        refusals.check_dtype("TransposedLinear", x, self.weight)
        if len(x.shape) == 0 or x.shape[-1] != self.layer.out_features:
            raise refusals.wrong_shape(
                "TransposedLinear",
                f"(..., {self.layer.out_features})",
                x,
                "give it what has the shape of its layer's output",
            )
        return ops.linear(x, ops.matrix_transpose(self.weight), self.bias)

    def _draw(self, initializer: Callable[..., object], rng: Generator) -> None:
        """Nothing: the weight is drawn in its own layer."""
