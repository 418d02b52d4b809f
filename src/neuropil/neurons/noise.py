"""Random currents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.arrays import namespace
from neuropil.graph import plain
from neuropil.neurons.inputs import Input
from neuropil.neurons.sampled import Sampled
from neuropil.random import Generator, as_generator
from neuropil.random.bits import random_words
from neuropil.random.distributions import normal, words_for

if TYPE_CHECKING:
    from neuropil.arrays import Array

_BLOCK = 4  # words that the counter of a Generator counts as one


@final
@dataclass(frozen=True, eq=False)
class WhiteNoise(Input):
    """mean + strength · ξ(t), with ⟨ξ(t) ξ(t′)⟩ = δ(t − t′), another noise for each cell.

    It is held for ``dt`` at a time, with the standard deviation strength/√dt, so that what it does
    to a cell that is slower does not depend on dt. The noise of a seed is a function of time: it
    is the same in a run of one piece or of ten, and whatever the step of the simulation, as long
    as that is no longer than ``dt``.

    Args:
        strength: In units of the current times √ms.
        dt: For how long each value is held (ms): usually the step of the simulation.
        cells: How many there are.
        mean: Around which it fluctuates.
        rng: A seed or Generator.

    Raises:
        ValueError: ``dt`` is not above 0, ``strength`` below 0, or there would be no cell.

    Example:
        >>> noise = WhiteNoise(2.0, dt=0.25, cells=10_000, rng=0)
        >>> values = noise.at(0.3)
        >>> print(values.std().round(1), bool((noise.at(0.4) == values).all()))
        4.0 True
    """

    strength: Any
    dt: float
    cells: int = 1
    mean: Any = 0.0
    rng: int | Generator | None = None
    jumps = True
    _key: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not 0.0 < self.dt < np.inf:
            raise ValueError(f"the dt of noise is a time above 0 (ms), got {self.dt}")
        if np.any(np.asarray(plain(self.strength)) < 0.0):
            raise ValueError(f"the strength of noise is at least 0, got {self.strength}")
        if self.cells < 1:
            raise ValueError(f"noise needs at least one cell, got {self.cells}")
        object.__setattr__(self, "_key", as_generator(self.rng).spawn().key.value)

    @property
    def interval(self) -> float:
        """For how long each value is held (ms)."""
        return self.dt

    def at(self, time: Array) -> Array:
        """The current of each cell at one time."""
        time = plain(time)
        xp = namespace(time)
        pairs = self.cells + self.cells % 2
        words = words_for(pairs, np.dtype(np.float64))
        blocks = -(-words // _BLOCK)
        interval = xp.floor(xp.asarray(time) / self.dt).astype(np.uint64)
        bits, _ = random_words(self._key, interval * np.uint64(blocks), words)
        xi = normal(bits, self.cells, np.dtype(np.float64))
        return self.mean + self.strength * self.dt**-0.5 * xi


def ornstein_uhlenbeck(
    std: float,
    tau: float,
    *,
    dt: float,
    duration: float,
    cells: int = 1,
    mean: float = 0.0,
    rng: int | Generator | None = None,
) -> Sampled:
    """A path of dI/dt = (mean − I)/τ + std √(2/τ) ξ(t) for each cell, as a current.

    Drawn exactly, whatever dt is: I(t + dt) = mean + (I(t) − mean) e^(−dt/τ) + std √(1 −
    e^(−2dt/τ)) z with z standard normal, and I(0) from the distribution it stays in.

    Args:
        std: The standard deviation.
        tau: τ, for how long it remembers (ms).
        dt: The time from one value to the next (ms).
        duration: How long a path to draw (ms); after it there is no current.
        cells: How many paths.
        mean: Around which it fluctuates.
        rng: A seed or Generator.

    Raises:
        ValueError: A time that is not above 0, a standard deviation below 0.

    References:
        D. T. Gillespie, Exact numerical simulation of the Ornstein-Uhlenbeck process and its
        integral, 1996.

    Example:
        >>> current = ornstein_uhlenbeck(50.0, 5.0, dt=0.1, duration=100.0, cells=3, rng=0)
        >>> current.values.shape
        (1000, 3)
    """
    for name, value in (("tau", tau), ("dt", dt), ("duration", duration)):
        if not 0.0 < value < np.inf:
            raise ValueError(f"{name} is a time above 0 (ms), got {value}")
    if std < 0.0:
        raise ValueError(f"a standard deviation is at least 0, got {std}")
    steps = max(round(duration / dt), 1)
    values = np.asarray(as_generator(rng).normal((steps, cells), dtype=np.float64))
    values[1:] *= np.sqrt(-np.expm1(-2.0 * dt / tau))
    kept = np.exp(-dt / tau)
    for k in range(1, steps):
        values[k] += kept * values[k - 1]
    return Sampled(mean + std * values, dt)
