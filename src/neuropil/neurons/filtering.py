"""A spike train through a filter (notes 1.6): two more ways to what `SpikeTrain.filtered` gives.

That is the definition, a sum of kernels, at any times. `recursive_update` carries the filters of a
synapse from spike to spike, which takes as many steps as there are spikes and times; `convolution`
is that of a row of counts with a row of samples of the kernel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import DataError
from neuropil.graph import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Float

    from neuropil.neurons.cascade import Cascade
    from neuropil.neurons.spike_train import SpikeTrain

_ON_GRID = 1e-6
"""How far from the grid a spike may be, of a step."""


def recursive_update(
    train: SpikeTrain, synapse: Cascade, times: Float[np.ndarray, " times"]
) -> Float[np.ndarray, " times"]:
    """s(t) of a synapse: its filters move on exactly from spike to spike, where the first jumps.

    Args:
        train: The spikes, each of weight 1.
        synapse: With numbers as parameters.
        times: Where s is wanted (ms), in any order; at the time of a spike it is that after it.

    Example:
        >>> from neuropil.neurons import SpikeTrain, Synapse
        >>> train = SpikeTrain([0.0, 10.0])
        >>> recursive_update(train, Synapse(10.0), np.array([0.0, 10.0])).round(4).tolist()
        [1.0, 1.3679]
    """
    times = np.asarray(times, np.float64)
    order = np.argsort(times, kind="stable")
    reached = np.searchsorted(train.times, times[order], side="right")
    jump = plain(synapse.jump)
    stages: list[Any] = [0.0] * len(synapse.taus)
    now, done = -np.inf, 0
    values = np.zeros(times.shape)
    for place, spikes in zip(order.tolist(), reached.tolist(), strict=True):
        for spike in train.times[done:spikes].tolist():
            stages = _moved(synapse, stages, spike - now)
            stages[0] += jump
            now = spike
        done = spikes
        if done:
            values[place] = _moved(synapse, stages, times[place] - now)[-1]
    return values


def convolution(
    train: SpikeTrain, kernel: Callable[[Any], Any], dt: float
) -> Float[np.ndarray, " steps+1"]:
    """The train on the grid start, start + dt, … up to stop, convolved with samples of the kernel.

    Args:
        train: Its spikes lie on the grid, to rounding.
        kernel: 0 for times below 0.
        dt: The step of the grid (ms).

    Raises:
        DataError: A spike does not lie on the grid.

    Example:
        >>> from neuropil.neurons import SpikeTrain, Synapse
        >>> convolution(SpikeTrain([0.0, 10.0]), Synapse(10.0).kernel, 10.0).round(4).tolist()
        [1.0, 1.3679]
    """
    steps = (train.times - train.start) / dt
    places = np.rint(steps).astype(np.int64)
    off = np.abs(steps - places) > _ON_GRID
    if off.any():
        raise DataError(
            f"spikes lie on the grid of steps of {dt} ms, got one at {train.times[off][0]} ms: "
            "SpikeTrain.filtered takes any times"
        )
    length = int(train.duration / dt + _ON_GRID) + 1
    deltas = np.bincount(places, minlength=length)
    samples = plain(kernel(dt * np.arange(length)))
    return np.convolve(deltas, samples)[:length]


def _moved(synapse: Cascade, stages: list[Any], dt: float) -> list[Any]:
    """The filters later; before the first spike there is nothing to move."""
    return stages if dt == np.inf else [plain(s) for s in synapse.propagated(stages, dt)]
