"""Currents that do not change."""

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
class Repeat(Module):
    """x (N, …) at every time: (steps, N, …).

    Behind the layers that know nothing of time, which are computed once then:
    ``nn.Linear(64, 128), layers.Repeat(25), layers.Leaky()``.

    Args:
        steps: How many times.

    Raises:
        ValueError: There is no step.

    Example:
        >>> import numpy as np
        >>> from neuropil.neurons import layers
        >>> layers.Repeat(25)(np.zeros((5, 128))).shape
        (25, 5, 128)
    """

    def __init__(self, steps: int) -> None:
        refusals.check_count("Repeat", "steps", steps)
        self.steps = steps

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "steps *shape"]:
        return ops.broadcast_to(x, (self.steps, *refusals.shape_of("Repeat", x)))
