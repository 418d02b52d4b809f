"""What a network recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from neuropil.kernels import Probe, Recorded


class HasRecords(Protocol):
    """As much of a `Network` as its records need."""

    dt: float

    @property
    def recorded(self) -> Recorded:
        """What the probes have seen."""

    @property
    def time(self) -> float:
        """For how long it has run (ms)."""


@dataclass(frozen=True, eq=False)
class SpikeRecord:
    """When which cells spiked; grows as the network runs.

    Attributes:
        network: What is recorded.
        probe: Which cells.
    """

    network: HasRecords
    probe: Probe

    @property
    def times(self) -> Float[np.ndarray, " spikes"]:
        """The times of all spikes (ms), in order: the ends of the steps they fell into."""
        steps, _ = self.network.recorded.spikes_of(self.probe.name)
        times: Float[np.ndarray, " spikes"] = (steps + 1) * self.network.dt
        return times

    @property
    def cells(self) -> Int[np.ndarray, " spikes"]:
        """Which cell fired each of them, counted within the recorded part."""
        _, cells = self.network.recorded.spikes_of(self.probe.name)
        first: int = self.probe.indices[0]
        return cells - first

    @property
    def size(self) -> int:
        """How many cells are recorded."""
        return len(self.probe.indices)

    def rate(self, start: float = 0.0) -> float:
        """The mean rate of the cells (Hz) from ``start`` (ms) on."""
        spikes = int(np.count_nonzero(self.times > start))
        seconds = (self.network.time - start) / 1000.0
        return spikes / (self.size * seconds)


@dataclass(frozen=True, eq=False)
class Record:
    """Samples of a variable; they grow as the network runs."""

    network: HasRecords
    probe: Probe

    @property
    def times(self) -> Float[np.ndarray, " samples"]:
        """When the samples were taken (ms)."""
        count = len(self.network.recorded.samples[self.probe.name])
        times: Float[np.ndarray, " samples"] = (
            np.arange(1, count + 1) * self.probe.every * self.network.dt
        )
        return times

    @property
    def values(self) -> Float[np.ndarray, "samples cells"]:
        """The samples."""
        return self.network.recorded.samples_of(self.probe.name)
