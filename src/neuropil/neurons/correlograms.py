"""How often spikes follow one another at each distance in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from neuropil.neurons.spike_train import SpikeTrain


class Correlogram(NamedTuple):
    """Numbers of pairs of spikes.

    Attributes:
        lags: The middles of the bins (ms), from −reach to reach.
        counts: How many pairs are so far apart: from half a bin before, until before half a bin
            after.
    """

    lags: Float[np.ndarray, " lags"]
    counts: Int[np.ndarray, " lags"]


def cross_correlogram(
    first: SpikeTrain, second: SpikeTrain, *, bin: float, reach: float
) -> Correlogram:
    """How many spikes of the second train come at each lag after one of the first.

    Only pairs that are counted are looked at.

    Args:
        first: The train from whose spikes lags are counted.
        second: The train to whose spikes they are counted.
        bin: The width of a bin (ms).
        reach: The largest lag (ms), rounded to bins.

    Raises:
        ValueError: The width is not above 0, or the reach is below 0.

    Example:
        >>> from neuropil.neurons import SpikeTrain
        >>> first, second = SpikeTrain([10.0, 20.0]), SpikeTrain([12.0, 22.0, 30.0])
        >>> cross_correlogram(first, second, bin=2.0, reach=4.0).counts.tolist()
        [0, 0, 0, 2, 0]
    """
    if not (bin > 0.0 and reach >= 0.0):
        raise ValueError(f"a correlogram has bin > 0 and reach >= 0 ms, got {bin} and {reach}")
    each_way = round(reach / bin)
    widest = (each_way + 1) * bin
    starts = np.searchsorted(second.times, first.times - widest)
    lengths = np.searchsorted(second.times, first.times + widest) - starts
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    partners = second.times[np.repeat(starts, lengths) + within]
    apart = partners - np.repeat(first.times, lengths)
    places: Any = np.floor(apart / bin + 0.5).astype(np.int64) + each_way
    counted = places[(places >= 0) & (places <= 2 * each_way)]
    lags = bin * np.arange(-each_way, each_way + 1)
    return Correlogram(lags, np.bincount(counted, minlength=2 * each_way + 1))


def autocorrelogram(train: SpikeTrain, *, bin: float, reach: float) -> Correlogram:
    """How many spikes of a train come at each lag after another one; none is its own partner.

    Example:
        >>> from neuropil.neurons import SpikeTrain
        >>> autocorrelogram(SpikeTrain([1.0, 2.0, 3.0]), bin=1.0, reach=2.0).counts.tolist()
        [1, 2, 0, 2, 1]
    """
    lags, counts = cross_correlogram(train, train, bin=bin, reach=reach)
    counts[len(lags) // 2] -= len(train)
    return Correlogram(lags, counts)
