"""What a network recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from neuropil.errors import EngineError
from neuropil.neurons import population_statistics as statistics

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

    def counts(self, start: float = 0.0) -> Int[np.ndarray, " cells"]:
        """How many spikes each cell fired after ``start`` (ms)."""
        return np.bincount(self.cells[self.times > start], minlength=self.size)

    def rates(self, start: float = 0.0) -> Float[np.ndarray, " cells"]:
        """The rate of each cell (Hz) from ``start`` (ms) on."""
        rates: Float[np.ndarray, " cells"] = self.counts(start) / self._seconds(start)
        return rates

    def rate(self, start: float = 0.0) -> float:
        """The mean rate of the cells (Hz) from ``start`` (ms) on."""
        spikes = int(np.count_nonzero(self.times > start))
        return spikes / (self.size * self._seconds(start))

    def rate_over_time(self, width: float, start: float = 0.0) -> Float[np.ndarray, " bins"]:
        """The mean rate (Hz) in bins of ``width`` ms."""
        counts = self._binned(width, start).sum(axis=0)
        rates: Float[np.ndarray, " bins"] = counts / (self.size * width / 1000.0)
        return rates

    def cvs(self, start: float = 0.0) -> Float[np.ndarray, " cells"]:
        """The coefficient of variation of each cell's intervals; NaN below three spikes."""
        after = self.times > start
        return statistics.interval_cvs(self.times[after], self.cells[after], self.size)

    def cv(self, start: float = 0.0) -> float:
        """Its mean over the cells that have one; NaN if none has."""
        cvs = self.cvs(start)
        known = cvs[~np.isnan(cvs)]
        return float(known.mean()) if known.size else float("nan")

    def correlations(
        self, width: float = 10.0, start: float = 0.0
    ) -> Float[np.ndarray, "cells cells"]:
        """Pearson's correlation of each two cells' spike counts in bins of ``width`` ms."""
        return statistics.correlations(self._binned(width, start))

    def correlation(self, width: float = 10.0, start: float = 0.0) -> float:
        """Its mean over all pairs of two cells that spiked."""
        return statistics.mean_correlation(self._binned(width, start))

    def to_pandas(self) -> Any:
        """A table with a row for each spike: ``time`` (ms) and ``cell``.

        Raises:
            EngineError: pandas is not installed.
        """
        return _pandas().DataFrame({"time": self.times, "cell": self.cells})

    def _binned(self, width: float, start: float) -> Int[np.ndarray, "cells bins"]:
        if not width > 0.0:
            raise ValueError(f"the width of a bin is above 0 ms, got {width}")
        stop = self.network.time
        return statistics.counts_in_bins(self.times, self.cells, self.size, start, stop, width)

    def _seconds(self, start: float) -> float:
        if not start < self.network.time:
            raise ValueError(
                f"a rate from {start} ms on needs a network that ran for longer, got "
                f"{self.network.time:.10g} ms"
            )
        return (self.network.time - start) / 1000.0

    def __repr__(self) -> str:
        return f"SpikeRecord({self.probe.cells}: {len(self.times)} spikes of {self.size} cells)"


@dataclass(frozen=True, eq=False)
class Record:
    """Samples of a variable; they grow as the network runs.

    Attributes:
        network: What is recorded.
        probe: Which cells, which variable, and how often.
    """

    network: HasRecords
    probe: Probe

    @property
    def times(self) -> Float[np.ndarray, " samples"]:
        """When the samples were taken (ms)."""
        count = len(self.values)
        times: Float[np.ndarray, " samples"] = (
            np.arange(1, count + 1) * self.probe.every * self.network.dt
        )
        return times

    @property
    def values(self) -> Float[np.ndarray, "samples cells"]:
        """The samples."""
        samples = self.network.recorded.samples_of(self.probe.name)
        return np.zeros((0, len(self.probe.indices))) if samples is None else samples

    def to_pandas(self) -> Any:
        """A table with a row for each sample, by time (ms), and a column for each cell.

        Raises:
            EngineError: pandas is not installed.
        """
        pandas = _pandas()
        index = pandas.Index(self.times, name="time")
        columns = pandas.Index(self.probe.indices, name="cell")
        return pandas.DataFrame(self.values, index=index, columns=columns)

    def __repr__(self) -> str:
        cells, variable = self.probe.cells, self.probe.variable
        return f"Record({variable} of {cells}: {len(self.values)} samples)"


def _pandas() -> Any:
    try:
        import pandas as pd
    except ImportError:
        raise EngineError(
            "to_pandas needs pandas, which is not installed: pip install 'neuropil[pandas]', or "
            "use the arrays themselves"
        ) from None
    return pd
