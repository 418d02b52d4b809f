"""Layers that know nothing of time, applied at every time."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from neuropil import ops
from neuropil.nn import Module, refusals
from neuropil.nn.description import describable

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


@final
@describable
class EachStep(Module):
    """A layer for samples (N, …) applied to (T, N, …): times and samples are one large batch.

    For `nn.Conv2d`, pooling, `nn.Flatten` and what else looks at the axes from the left;
    `nn.Linear` and activation functions do not need it.

    Args:
        layer: What is applied, the same at every time.

    Raises:
        TypeError: It is no module.
        ShapeError: (when called) There are no two axes of time and samples.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> from neuropil.neurons import layers
        >>> net = nn.Sequential(layers.EachStep(nn.Conv2d(1, 4, 3, rng=0)), layers.Leaky())
        >>> net(np.ones((25, 5, 1, 8, 8), np.float32)).shape
        (25, 5, 4, 6, 6)
    """

    def __init__(self, layer: Module) -> None:
        if not isinstance(layer, Module):
            raise TypeError(f"EachStep takes a module such as nn.Conv2d(1, 8, 3), got {layer!r}")
        self.layer = layer

    def forward(self, x: Float[Array, "time batch *shape"]) -> Float[Array, "time batch *other"]:
        shape = refusals.shape_of("EachStep", x)
        if len(shape) < 3:
            advice = "axes are time, samples and those of a sample"
            raise refusals.wrong_shape("EachStep", "(T, N, …)", x, advice)
        y = self.layer(ops.reshape(x, (shape[0] * shape[1], *shape[2:])))
        return ops.reshape(y, (*shape[:2], *y.shape[1:]))
