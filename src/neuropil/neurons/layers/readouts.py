"""From spikes over time to one number for each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from neuropil import ops
from neuropil.errors import ShapeError
from neuropil.nn import Module, refusals
from neuropil.nn.description import describable

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


@final
@describable
class SpikeCount(Module):
    """How often each cell spiked: (T, N, …) to (N, …).

    Example:
        >>> import numpy as np
        >>> from neuropil.neurons import layers
        >>> layers.SpikeCount()(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])).tolist()
        [2.0, 1.0]
    """

    def forward(self, spikes: Float[Array, "time *cells"]) -> Float[Array, "*cells"]:
        _check("SpikeCount", spikes)
        return ops.sum(spikes, axis=0)


@final
@describable
class MeanOverTime(Module):
    """The mean over time, (T, N, …) to (N, …): of spikes the rate in spikes a step.

    Example:
        >>> import numpy as np
        >>> from neuropil.neurons import layers
        >>> layers.MeanOverTime()(np.array([[1.0, 0.0], [1.0, 0.0]])).tolist()
        [1.0, 0.0]
    """

    def forward(self, x: Float[Array, "time *cells"]) -> Float[Array, "*cells"]:
        _check("MeanOverTime", x)
        return ops.mean(x, axis=0)


@final
@describable
class FirstSpike(Module):
    """How early each cell spiked, (T, N, …) to (N, …): minus the steps before its first spike.

    −T where it never did. Whoever was first has the greatest number, as the losses and metrics of
    classes want it. The number of steps before the first spike is Σ_t Π_{t' ≤ t} (1 − s_{t'}), and
    is differentiated as that.

    Example:
        >>> import numpy as np
        >>> from neuropil.neurons import layers
        >>> spikes = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0]])
        >>> layers.FirstSpike()(spikes).tolist()
        [-1.0, 0.0, -3.0]
    """

    def forward(self, spikes: Float[Array, "time *cells"]) -> Float[Array, "*cells"]:
        _check("FirstSpike", spikes)
        silent = ops.cumulative_prod(1.0 - spikes, axis=0)
        return -ops.sum(silent, axis=0)


def _check(layer: str, spikes: Array) -> None:
    shape = refusals.shape_of(layer, spikes)
    if len(shape) < 1 or shape[0] == 0:
        raise ShapeError(
            f"{layer} expects (T, N, …) of at least one step, got {shape}: time is the first axis"
        )
