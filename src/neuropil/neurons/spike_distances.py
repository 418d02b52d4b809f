"""How far spike trains are apart."""

from __future__ import annotations

from math import exp, expm1, inf, sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jaxtyping import Float

    from neuropil.neurons.spike_train import SpikeTrain


def van_rossum(first: SpikeTrain, second: SpikeTrain, *, tau: float) -> float:
    """√(1/τ ∫(f − g)² dt), where f and g are the trains with every spike followed by e^(−t/τ).

    One spike too many is a distance of √½. With a small τ it counts the spikes that have no partner
    at the same time, with a large one it compares numbers of spikes. f − g is carried from spike to
    spike, so that the time it takes is proportional to their number.

    Raises:
        ValueError: τ is not above 0.

    References:
        M. C. W. van Rossum, A novel spike distance, 2001.

    Example:
        >>> from neuropil.neurons import SpikeTrain
        >>> round(van_rossum(SpikeTrain([10.0]), SpikeTrain([]), tau=5.0) ** 2, 6)
        0.5
    """
    if not tau > 0.0:
        raise ValueError(f"the van Rossum distance has tau > 0 ms, got {tau}")
    times = np.concatenate([first.times, second.times])
    signs = np.repeat([1.0, -1.0], [len(first), len(second)])
    order = np.argsort(times, kind="stable")
    waits = np.diff(times[order], append=inf) / tau
    difference = integral = 0.0
    for sign, wait in zip(signs[order].tolist(), waits.tolist(), strict=True):
        difference += sign
        integral -= 0.5 * difference**2 * expm1(-2.0 * wait)
        difference *= exp(-wait)
    return sqrt(integral)


def victor_purpura(first: SpikeTrain, second: SpikeTrain, *, cost: float) -> float:
    """The least cost of making one train into the other by adding, deleting and moving spikes.

    To add or to delete costs 1, to move by Δ costs q |Δ|. With q = 0 it is the difference of their
    numbers of spikes, with a large q it counts the spikes that have no partner at the same time.

    Args:
        first: A train.
        second: Another one.
        cost: q (1/ms).

    Raises:
        ValueError: q is below 0.

    References:
        J. D. Victor and K. P. Purpura, Nature and precision of temporal coding in visual cortex: a
        metric-space analysis, 1996.

    Example:
        >>> from neuropil.neurons import SpikeTrain
        >>> victor_purpura(SpikeTrain([10.0, 20.0]), SpikeTrain([12.0]), cost=0.1)
        1.2
    """
    if not cost >= 0.0:
        raise ValueError(f"the Victor-Purpura distance has a cost of at least 0 per ms, got {cost}")
    added = np.arange(len(second) + 1.0)
    least = added  # for the spikes of `first` so far, and each number of spikes of `second`
    for time in first:
        moved = least[:-1] + cost * np.abs(second.times - time)
        best = np.concatenate([least[:1] + 1.0, np.minimum(least[1:] + 1.0, moved)])
        least = added + np.minimum.accumulate(best - added)
    return float(least[-1])


def distances(
    trains: Iterable[SpikeTrain], distance: Callable[[SpikeTrain, SpikeTrain], float]
) -> Float[np.ndarray, "trains trains"]:
    """The distance between each two trains.

    Example:
        >>> from functools import partial
        >>> from neuropil.neurons import SpikeTrain
        >>> trains = [SpikeTrain([1.0]), SpikeTrain([2.0]), SpikeTrain([])]
        >>> distances(trains, partial(victor_purpura, cost=0.5)).tolist()
        [[0.0, 0.5, 1.0], [0.5, 0.0, 1.0], [1.0, 1.0, 0.0]]
    """
    every = list(trains)
    apart = np.zeros((len(every), len(every)))
    for i, first in enumerate(every):
        for j in range(i):
            apart[i, j] = apart[j, i] = distance(first, every[j])
    return apart
