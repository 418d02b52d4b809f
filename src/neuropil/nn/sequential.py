"""Layers one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.nn.container import Container
from neuropil.nn.module import Module

if TYPE_CHECKING:
    from jaxtyping import Shaped

    from neuropil.arrays import Array


class Sequential(Container):
    """A network whose layers are applied one after the other: y = fₙ(… f₂(f₁(x))).

    Args:
        layers: The layers, first to last. A slice (``net[:2]``) is a network that shares them.

    Raises:
        TypeError: One of them is not a module.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> net = nn.Sequential(nn.Linear(8, 3), nn.Sigmoid(), nn.Linear(3, 8))
        >>> net(np.eye(8, dtype=np.float32)).shape, len(net), net[1]
        ((8, 8), 3, Sigmoid())
    """

    def __init__(self, *layers: Module) -> None:
        self.extend(layers)

    def forward(self, x: Shaped[Array, "..."]) -> Shaped[Array, "..."]:
        for name, layer in vars(self).items():  # `for layer in self` takes a microsecond more
            if name.isdecimal():
                x = layer(x)
        return x
