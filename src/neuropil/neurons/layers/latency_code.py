"""Numbers as times of spikes."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from neuropil import ops
from neuropil.arrays import namespace
from neuropil.graph import plain
from neuropil.neurons.layers.intensities import check_intensities
from neuropil.nn import Module, refusals
from neuropil.nn.description import describable

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


@final
@describable
class LatencyCode(Module):
    """One spike each: the greater x (N, …), the earlier in (steps, N, …).

    x = 1 spikes in the first step, the smallest x above 0 in the last, at (1 − x)(steps − 1)
    rounded; x = 0 never does. Nothing is learned through it.

    Args:
        steps: How many steps.

    Raises:
        ValueError: There is no step.
        DataError: (when called) A number is not in [0, 1].

    Example:
        >>> import numpy as np
        >>> from neuropil.neurons import layers
        >>> layers.LatencyCode(5)(np.array([1.0, 0.5, 0.0])).tolist()
        [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """

    def __init__(self, steps: int) -> None:
        refusals.check_count("LatencyCode", "steps", steps)
        self.steps = steps

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "steps *shape"]:
        check_intensities("LatencyCode", x)
        value = plain(x)
        turn = namespace(value).arange(self.steps).reshape((-1, *(1,) * value.ndim))
        at = ops.round((1.0 - value) * (self.steps - 1))
        return ((turn == at) & (value > 0.0)).astype(value.dtype)
