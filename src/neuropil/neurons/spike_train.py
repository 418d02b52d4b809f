"""Spike trains: when one cell spiked (notes 1.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.errors import DataError
from neuropil.graph import plain
from neuropil.neurons import interval_statistics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jaxtyping import Float, Int
    from numpy.typing import ArrayLike

_WITHIN_ROUNDING = 1e-9
"""Of a bin: a spike so near before an edge is one at the edge."""

_AT_ONCE = 1_000_000
"""How many values of a kernel are held at one time."""


@final
class SpikeTrain:
    """The times of the spikes between two times, a(t) = Σ_p δ(t − t_p).

    Args:
        times: The times of the spikes (ms), in order. They are copied.
        start, stop: From when to when the cell was observed (ms); by default from 0 to the last
            spike.

    Raises:
        DataError: The times are not in order, not finite, not in a row, or not between ``start``
            and ``stop``, or ``stop`` is before ``start``.

    Example:
        >>> train = SpikeTrain([5.0, 10.0, 20.0, 40.0], stop=100.0)
        >>> len(train), train.rate, train.intervals.tolist()
        (4, 40.0, [5.0, 10.0, 20.0])
    """

    def __init__(self, times: ArrayLike, start: float = 0.0, stop: float | None = None) -> None:
        self.times: Float[np.ndarray, " spikes"] = np.array(times, dtype=np.float64)
        if self.times.ndim != 1:
            raise DataError(f"times of spikes are one row of numbers, got shape {self.times.shape}")
        self.start = float(start)
        last = self.times[-1] if len(self.times) else start
        self.stop = float(last if stop is None else stop)
        _check(self.times, self.start, self.stop)
        self.times.flags.writeable = False

    def __len__(self) -> int:
        return len(self.times)

    def __iter__(self) -> Iterator[float]:
        return iter(self.times.tolist())

    def __repr__(self) -> str:
        return f"SpikeTrain({len(self)} spikes from {self.start:g} to {self.stop:g} ms)"

    @property
    def duration(self) -> float:
        """For how long the cell was observed (ms)."""
        return self.stop - self.start

    @property
    def rate(self) -> float:
        """The mean rate (Hz): spikes over duration; not a number for a duration of 0."""
        return 1000.0 * len(self) / self.duration if self.duration > 0.0 else float("nan")

    @property
    def intervals(self) -> Float[np.ndarray, " spikes-1"]:
        """The times from each spike to the next (ms)."""
        return np.diff(self.times)

    @property
    def cv(self) -> float:
        """The coefficient of variation of the intervals (see `interval_statistics.cv`)."""
        return interval_statistics.cv(self.intervals)

    @property
    def cv2(self) -> float:
        """The same of neighbouring intervals (see `interval_statistics.cv2`)."""
        return interval_statistics.cv2(self.intervals)

    @property
    def lv(self) -> float:
        """The local variation of the intervals (see `interval_statistics.lv`)."""
        return interval_statistics.lv(self.intervals)

    def counts(self, bin: float) -> Int[np.ndarray, " bins"]:
        """The numbers of spikes in bins of a width (ms), as many as fit whole into the duration.

        A bin begins at its first edge and ends before its last; the last holds a spike at its end
        too, if the train ends there.

        Raises:
            ValueError: The width is not above 0.

        Example:
            >>> SpikeTrain([0.0, 5.0, 10.0, 20.0], stop=20.0).counts(10.0).tolist()
            [2, 2]
        """
        if not bin > 0.0:
            raise ValueError(f"a bin has a width above 0 ms, got {bin}")
        whole = self.duration / bin
        bins = int(whole + _WITHIN_ROUNDING)
        numbers = ((self.times - self.start) / bin + _WITHIN_ROUNDING).astype(np.int64)
        if bins and bins >= whole - _WITHIN_ROUNDING:
            numbers = np.minimum(numbers, bins - 1)
        return np.bincount(numbers[numbers < bins], minlength=bins)

    def rates(self, bin: float) -> Float[np.ndarray, " bins"]:
        """The rates (Hz) in bins of a width (ms), as `counts` has them."""
        rates: Float[np.ndarray, " bins"] = self.counts(bin) * (1000.0 / bin)
        return rates

    def fano_factor(self, window: float) -> float:
        """The variance of the counts in windows of a width (ms) over their mean."""
        return interval_statistics.fano_factor(self.counts(window))

    def shifted(self, by: float) -> SpikeTrain:
        """The train so much later (ms), with its start and stop."""
        return SpikeTrain(self.times + by, self.start + by, self.stop + by)

    def between(self, start: float, stop: float) -> SpikeTrain:
        """What happened from ``start`` on, until before ``stop``; at the train's end, to its end.

        Raises:
            ValueError: The train does not reach from the one to the other.
        """
        if not self.start <= start <= stop <= self.stop:
            raise ValueError(
                f"a part of a train from {self.start} to {self.stop} ms lies within it, got from "
                f"{start} to {stop}"
            )
        first = np.searchsorted(self.times, start)
        last = np.searchsorted(self.times, stop, "right" if stop == self.stop else "left")
        return SpikeTrain(self.times[first:last], start, stop)

    def merged(self, *others: SpikeTrain) -> SpikeTrain:
        """The spikes of all of them, as if one cell had fired them.

        Raises:
            ValueError: They were not observed during the same time.
        """
        check_together((self, *others))
        times = np.concatenate([self.times, *(other.times for other in others)])
        return SpikeTrain(np.sort(times, kind="stable"), self.start, self.stop)

    def filtered(
        self, kernel: Callable[[Any], Any], times: Float[np.ndarray, "*times"]
    ) -> Float[np.ndarray, "*times"]:
        """s(t) = Σ_p kernel(t − t_p), the convolution of the train with a kernel.

        Args:
            kernel: Any function of times (ms), such as ``Synapse(10.0).kernel``.
            times: Where it is wanted (ms).

        Example:
            >>> from neuropil.neurons import Synapse
            >>> train = SpikeTrain([0.0, 10.0])
            >>> train.filtered(Synapse(10.0).kernel, np.array([0.0, 10.0])).round(4).tolist()
            [1.0, 1.3679]
        """
        times = np.asarray(times, np.float64)
        total = np.zeros(times.shape)
        some = max(_AT_ONCE // max(times.size, 1), 1)
        for first in range(0, len(self), some):
            spikes = self.times[first : first + some]
            total += plain(kernel(times[..., None] - spikes)).sum(axis=-1)
        return total


def check_together(trains: Iterable[SpikeTrain]) -> None:
    """Refuse trains that were observed during different times.

    Raises:
        ValueError: They were.
    """
    spans = sorted({(train.start, train.stop) for train in trains})
    if len(spans) > 1:
        first, other = spans[:2]
        raise ValueError(
            f"trains must be observed during the same time, got from {first[0]} to {first[1]} ms "
            f"and from {other[0]} to {other[1]} ms: take what they share with between(start, stop)"
        )


def _check(times: Any, start: float, stop: float) -> None:
    if not np.isfinite([start, stop]).all() or stop < start:
        raise DataError(f"a train goes from a start to a stop after it, got {start} to {stop} ms")
    if not np.isfinite(times).all():
        place = int(np.flatnonzero(~np.isfinite(times))[0])
        raise DataError(f"times of spikes are finite numbers, got {times[place]} at place {place}")
    backwards = np.flatnonzero(np.diff(times) < 0.0)
    if backwards.size:
        place = int(backwards[0])
        raise DataError(
            f"times of spikes are in order, got {times[place]} before {times[place + 1]} ms at "
            f"place {place}: sort them"
        )
    if times.size and not (start <= times[0] and times[-1] <= stop):
        raise DataError(
            f"spikes lie between start and stop, got spikes from {times[0]} to {times[-1]} ms in a "
            f"train from {start} to {stop} ms"
        )
