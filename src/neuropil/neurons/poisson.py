"""Spikes that come at random, independently of one another: Poisson processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.arrays import namespace
from neuropil.graph import plain
from neuropil.neurons.inputs import Constant, as_input

if TYPE_CHECKING:
    from collections.abc import Callable

    from neuropil.arrays import Array
    from neuropil.neurons.inputs import Input
    from neuropil.random import Generator

_MOST = 50.0  # expected in one step: what follows from the sum below takes time and loses digits


@final
class PoissonTrains:
    """Cells that do nothing but spike, each in each step with probability rate · dt.

    Args:
        size: How many cells.
        rate: In Hz: a number, an array with one for each cell, or an `Input` of such.
        rng: What is drawn from.
    """

    def __init__(self, size: int, rate: Input | Array, rng: Generator) -> None:
        self.size, self.rng = size, rng
        self.rate = rate_of(rate)

    def spiked(self, time: Array, dt: float) -> Array:
        """Which cells spike in a step."""
        chance = plain(self.rate.at(time)) * (dt / 1000.0)
        return self.rng.uniform((self.size,), dtype=np.float64) < chance

    def check(self, dt: float) -> None:
        """Refuse rates of which a time step could not hold the spikes.

        Raises:
            ValueError: A cell would spike more than once in some steps.
        """
        highest = _highest(self.rate)
        if highest * dt > 1000.0:
            raise ValueError(
                f"a cell spikes once in a step of {dt} ms, so its rate is at most "
                f"{1000.0 / dt:g} Hz, got {highest:g}: use more cells, or poisson_input"
            )


@final
class PoissonArrivals:
    """What reaches cells from sources of their own, each a Poisson process.

    How many spikes reach a cell in a step is drawn from the Poisson distribution of mean
    sources · rate · dt.

    Args:
        size: How many cells.
        rate: Of each source (Hz): a number, an array with one for each cell, or an `Input`.
        weight: What a spike adds: a number, or one for each cell.
        jump: What gives what a weight of 1 adds, as it is now.
        sources: How many each cell has.
        rng: What is drawn from.
    """

    def __init__(
        self,
        size: int,
        rate: Input | Array,
        weight: Any,
        jump: Callable[[], Any],
        sources: int,
        rng: Generator,
    ) -> None:
        self.size, self.weight, self.jump = size, weight, jump
        self.sources, self.rng = sources, rng
        self.rate = rate_of(rate)

    def arriving(self, time: Array, dt: float) -> Array:
        """What is added to each cell in a step."""
        mean = plain(self.rate.at(time)) * (self.sources * dt / 1000.0)
        drawn = _poisson(self.rng.uniform((self.size,), dtype=np.float64), mean, _MOST)
        # A rate that varies is known only now: a run ends where there is no number any more.
        return (
            self.weight * self.jump() * namespace(drawn, mean).where(mean <= _MOST, drawn, np.nan)
        )

    def check(self, dt: float) -> None:
        """Refuse more spikes than can be drawn, and what is not there for each cell.

        Raises:
            ValueError: More than 50 are expected in a step, there is no source, or a rate or
                weight is no number, or not one for each cell.
        """
        if self.sources < 1:
            raise ValueError(f"each cell has at least one source, got {self.sources}")
        for what, values in (("rate", plain(self.rate.at(0.0))), ("weight", plain(self.weight))):
            if np.shape(values) not in {(), (1,), (self.size,)}:
                raise ValueError(
                    f"the {what} of random spikes into {self.size} cells is a number, or an array "
                    f"of {self.size}, got shape {np.shape(values)}"
                )
        if not np.isfinite(plain(self.weight)).all():
            raise ValueError(f"the weight of random spikes is a number, got {self.weight!r}")
        mean = _highest(self.rate) * self.sources * dt / 1000.0
        if mean > _MOST:
            raise ValueError(
                f"at most {_MOST:g} spikes are expected at a cell in a step of {dt} ms, got "
                f"{mean:g}: inject their mean as a current, or split the input"
            )


def rate_of(rate: Input | Array) -> Input:
    """A rate as a function of time.

    Raises:
        ValueError: It is negative, or no number.
    """
    source = as_input(rate)
    if isinstance(source, Constant):
        values = np.asarray(plain(source.current))
        if not (values.dtype.kind in "fiu" and np.isfinite(values).all() and (values >= 0).all()):
            raise ValueError(f"a rate is a number from 0 on (Hz), got {rate!r}")
    return source


def set_rate(source: PoissonTrains | PoissonArrivals, rate: Input | Array, dt: float) -> None:
    """Change how often spikes come, unless that is refused.

    Raises:
        ValueError: As where the source was made.
    """
    before, source.rate = source.rate, rate_of(rate)
    try:
        source.check(dt)
    except ValueError:
        source.rate = before
        raise


def _highest(rate: Input) -> float:
    """The highest of constant rates. Those that vary are not known before."""
    if isinstance(rate, Constant):
        return float(np.max(np.asarray(plain(rate.current)), initial=0.0))
    return 0.0


def _poisson(uniform: Any, mean: Any, most: float) -> Any:
    """Poisson numbers by inversion: how many of P(N ≤ 0), P(N ≤ 1), … are not above a uniform one.

    The sum ends where less than 2⁻⁵³ is left, which no uniform number tells from nothing.
    """
    xp = namespace(uniform)
    highest = float(np.max(mean, initial=0.0)) if namespace(mean) is np else most
    terms = int(highest + 9.0 * highest**0.5 + 18.0)
    probability = xp.exp(-xp.asarray(mean, dtype=uniform.dtype))
    below, count = probability, xp.zeros_like(uniform)
    for k in range(1, terms):
        count = count + xp.astype(uniform >= below, uniform.dtype)
        probability = probability * (mean / k)
        below = below + probability
    return count
