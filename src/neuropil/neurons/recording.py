"""What was recorded of cells without connections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neuropil.graph import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Bool, Float, Int

    from neuropil.arrays import Array
    from neuropil.neurons.model import State


@dataclass(frozen=True, eq=False)
class Recording:
    """What was recorded of some cells.

    Attributes:
        times: When the variables were recorded (ms): at the ends of steps.
        values: The recorded variables by name, each with an axis of times and one of cells.
        spiked: Whether each cell spiked in each step.
        state: Where the cells are at the end.
        dt: How long a step is (ms).
        located: The times (ms) and cells of all spikes in order, if they are not at the ends of
            steps.
    """

    times: Float[np.ndarray, " times"]
    values: Mapping[str, Float[Array, "times cells"]]
    spiked: Bool[Array, "steps cells"]
    state: State
    dt: float
    located: tuple[Float[np.ndarray, " spikes"], Int[np.ndarray, " spikes"]] | None = None

    def __getitem__(self, name: str) -> Float[Array, "times cells"]:
        return self.values[name]

    @property
    def duration(self) -> float:
        """For how long the cells ran (ms)."""
        return len(plain(self.spiked)) * self.dt

    @property
    def spikes(self) -> tuple[Float[np.ndarray, " spikes"], Int[np.ndarray, " spikes"]]:
        """The times (ms) and the cells of all spikes, in the order of time."""
        if self.located is not None:
            return self.located
        steps, cells = np.nonzero(np.asarray(plain(self.spiked)))
        return (steps + 1) * self.dt, cells

    def spike_times(self, cell: int = 0) -> Float[np.ndarray, " spikes"]:
        """When a cell spiked (ms).

        Raises:
            IndexError: There is no such cell.
        """
        count = plain(self.spiked).shape[1]
        if not -count <= cell < count:
            raise IndexError(f"there are cells 0 to {count - 1}, got {cell}")
        times, cells = self.spikes
        of_it: Float[np.ndarray, " spikes"] = times[cells == cell % count]
        return of_it

    def rate(self, after: float = 0.0) -> Float[np.ndarray, " cells"]:
        """The rate of each cell (Hz): the inverse of its mean interval between spikes.

        Args:
            after: Spikes before this time (ms) do not count. A cell with less than two others has
                the rate 0.

        Example:
            >>> from neuropil import neurons
            >>> cell = neurons.LeakyIntegrateAndFire()
            >>> run = neurons.simulate(
            ...     cell, [0.0, 400.0], cells=2, duration=200.0, dt=1.0, timing=neurons.Located()
            ... )
            >>> run.rate().round(2).tolist()
            [0.0, 33.64]
        """
        times, cells = self.spikes
        times, cells = times[times >= after], cells[times >= after]
        size = plain(self.spiked).shape[1]
        count = np.bincount(cells, minlength=size)
        first, last = np.full(size, np.inf), np.full(size, -np.inf)
        np.minimum.at(first, cells, times)
        np.maximum.at(last, cells, times)
        several = count >= 2
        span = np.where(several, last - first, 1.0)
        rates: Float[np.ndarray, " cells"] = np.where(several, 1000.0 * (count - 1) / span, 0.0)
        return rates
