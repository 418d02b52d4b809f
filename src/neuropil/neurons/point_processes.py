"""Random spike trains: Poisson, with a constant rate or one that changes, gamma, and regular."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.neurons.spike_train import SpikeTrain
from neuropil.neurons.spike_trains import SpikeTrains
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Float

    Numpy = np.ndarray[Any, Any]


class PointProcess(ABC):
    """What gives random spike trains. Abstract."""

    @abstractmethod
    def times(self, duration: float, rng: Generator) -> Float[np.ndarray, " spikes"]:
        """The times of the spikes (ms), in order, from 0 until before ``duration``."""

    def train(
        self, stop: float, *, start: float = 0.0, rng: int | Generator | None = None
    ) -> SpikeTrain:
        """A train.

        Args:
            stop: Until when (ms).
            start: From when on (ms).
            rng: A seed or Generator: a seed gives the same train every time.

        Raises:
            DataError: ``stop`` is before ``start``, or one of them is not finite.
        """
        SpikeTrain([], start, stop)  # refuses what is no time
        spikes = start + self.times(stop - start, as_generator(rng))
        return SpikeTrain(np.minimum(spikes, stop), start, stop)

    def trains(
        self, count: int, stop: float, *, start: float = 0.0, rng: int | Generator | None = None
    ) -> SpikeTrains:
        """Independent trains.

        Raises:
            DataError: As `train`, or fewer than one train is asked for.
        """
        generator = as_generator(rng)
        return SpikeTrains(self.train(stop, start=start, rng=generator) for _ in range(count))


@final
@dataclass(frozen=True)
class PoissonProcess(PointProcess):
    """Spikes that do not know of one another: independent, exponential intervals.

    Args:
        rate: In Hz.

    Raises:
        ValueError: The rate is below 0 or not finite.

    Example:
        >>> train = PoissonProcess(20.0).train(10_000.0, rng=0)
        >>> 150 < len(train) < 250
        True
    """

    rate: float

    def __post_init__(self) -> None:
        _check_rate(self.rate, lowest=0.0)

    def times(self, duration: float, rng: Generator) -> Float[np.ndarray, " spikes"]:
        """Sums of exponential intervals."""
        if self.rate == 0.0:
            return np.zeros(0)
        mean = 1000.0 / self.rate
        return _renewal(lambda n: rng.exponential(n, mean, np.float64), mean, duration)


@final
@dataclass(frozen=True)
class VaryingPoissonProcess(PointProcess):
    """A Poisson process whose rate is a function of time, by thinning one of the highest rate.

    Args:
        rate: The rate (Hz) at times since the start (ms), for an array of them.
        highest: A rate (Hz) that it never exceeds; the nearer, the fewer spikes are thrown away.

    Raises:
        ValueError: ``highest`` is not above 0 or not finite; when used, the rate is below 0 or
            exceeds it.

    References:
        P. A. W. Lewis and G. S. Shedler, Simulation of nonhomogeneous Poisson processes by
        thinning, 1979.

    Example:
        >>> late = VaryingPoissonProcess(lambda t: np.where(t < 500.0, 0.0, 100.0), highest=100.0)
        >>> train = late.train(1000.0, rng=0)
        >>> train.times[0] >= 500.0, 25 < len(train) < 75
        (np.True_, True)
    """

    rate: Callable[[Any], Any]
    highest: float

    def __post_init__(self) -> None:
        _check_rate(self.highest)

    def times(self, duration: float, rng: Generator) -> Float[np.ndarray, " spikes"]:
        """Those of the highest rate, each kept with probability rate/highest."""
        candidates = PoissonProcess(self.highest).times(duration, rng)
        rates = np.broadcast_to(np.asarray(self.rate(candidates), np.float64), candidates.shape)
        wrong = ~((rates >= 0.0) & (rates <= self.highest))
        if wrong.any():
            raise ValueError(
                f"the rate is from 0 to the highest, {self.highest} Hz, got {rates[wrong][0]} Hz "
                f"at {candidates[wrong][0]} ms: raise `highest`"
            )
        kept = rng.uniform(len(candidates), dtype=np.float64) * self.highest < rates
        chosen: Numpy = candidates[kept]
        return chosen


@final
@dataclass(frozen=True)
class GammaProcess(PointProcess):
    """Independent, gamma-distributed intervals: shape 1 is Poisson, more is more regular.

    The coefficient of variation of the intervals is 1/√shape. The train begins in equilibrium: the
    start is at no special place in its interval.

    Args:
        rate: In Hz.
        shape: Of the distribution.

    Raises:
        ValueError: The rate or the shape is not above 0, or not finite.

    References:
        D. R. Cox, Renewal theory, 1962. G. Marsaglia and W. W. Tsang, A simple method for
        generating gamma variables, 2000.

    Example:
        >>> train = GammaProcess(20.0, shape=4.0).train(100_000.0, rng=0)
        >>> 0.45 < train.cv < 0.55
        True
    """

    rate: float
    shape: float

    def __post_init__(self) -> None:
        _check_rate(self.rate)
        if not 0.0 < self.shape < np.inf:
            raise ValueError(f"the shape of a gamma distribution is above 0, got {self.shape}")

    def times(self, duration: float, rng: Generator) -> Float[np.ndarray, " spikes"]:
        """Sums of intervals; the first is a part of one that is as likely as it is long."""
        mean = 1000.0 / self.rate
        scale = mean / self.shape
        around = scale * _gamma(self.shape + 1.0, 1, rng)
        first = float((around * rng.uniform(1, dtype=np.float64))[0])
        if first >= duration:
            return np.zeros(0)
        later = _renewal(lambda n: scale * _gamma(self.shape, n, rng), mean, duration - first)
        times = np.concatenate([[first], first + later])
        return times[times < duration]


@final
@dataclass(frozen=True)
class RegularProcess(PointProcess):
    """Spikes like those of a clock.

    Args:
        rate: In Hz.
        phase: How much of an interval passes until the first spike, from 0 until before 1; by
            default it is drawn.

    Raises:
        ValueError: The rate is not above 0 or not finite, or the phase is not from 0 to 1.

    Example:
        >>> RegularProcess(100.0, phase=0.5).train(30.0).times.tolist()
        [5.0, 15.0, 25.0]
    """

    rate: float
    phase: float | None = None

    def __post_init__(self) -> None:
        _check_rate(self.rate)
        if self.phase is not None and not 0.0 <= self.phase < 1.0:
            raise ValueError(f"a phase is from 0 until before 1, got {self.phase}")

    def times(self, duration: float, rng: Generator) -> Float[np.ndarray, " spikes"]:
        """At equal intervals."""
        interval = 1000.0 / self.rate
        phase = rng.uniform(dtype=np.float64) if self.phase is None else self.phase
        times: Numpy = (phase + np.arange(np.ceil(duration / interval))) * interval
        return times[times < duration]


def _check_rate(rate: float, lowest: float | None = None) -> None:
    if not (0.0 < rate < np.inf or rate == lowest):
        above = "above 0" if lowest is None else "at least 0"
        raise ValueError(f"a rate is a number {above} (Hz), got {rate}")


def _renewal(draw: Callable[[int], Numpy], mean: float, duration: float) -> Numpy:
    """Times until before ``duration`` whose intervals are drawn, as many at once as are likely."""
    likely = duration / mean
    count = int(likely + 4.0 * np.sqrt(likely)) + 8
    parts, last = [np.zeros(0)], 0.0
    while last < duration:
        parts.append(last + np.cumsum(draw(count)))
        last = float(parts[-1][-1])
    times = np.concatenate(parts)
    within: Numpy = times[times < duration]
    return within


def _gamma(shape: float, count: int, rng: Generator) -> Numpy:
    """Numbers with the density x^(shape−1) e^(−x)/Γ(shape), by Marsaglia and Tsang's rejection."""
    if shape < 1.0:
        uniform = 1.0 - rng.uniform(count, dtype=np.float64)
        smaller: Numpy = _gamma(shape + 1.0, count, rng) * uniform ** (1.0 / shape)
        return smaller
    d = shape - 1.0 / 3.0
    kept, have = [np.zeros(0)], 0
    while have < count:
        x = rng.normal(count - have + 8, dtype=np.float64)
        v = (1.0 + x / np.sqrt(9.0 * d)) ** 3
        uniform = 1.0 - rng.uniform(len(x), dtype=np.float64)
        allowed = np.log(np.where(v > 0.0, v, 1.0))
        good = (v > 0.0) & (np.log(uniform) < 0.5 * x**2 + d * (1.0 - v + allowed))
        kept.append(d * v[good])
        have += int(good.sum())
    numbers: Numpy = np.concatenate(kept)
    return numbers[:count]
