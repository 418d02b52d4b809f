"""Many spike trains, observed together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final, overload

import numpy as np

from neuropil.errors import DataError, EngineError
from neuropil.neurons import interval_statistics, population_statistics
from neuropil.neurons.spike_train import SpikeTrain, check_together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jaxtyping import Float, Int
    from numpy.typing import ArrayLike


@final
class SpikeTrains:
    """Trains of cells that were observed during the same time: a row of `SpikeTrain`.

    ``trains[3]`` is a train, ``trains[:10]`` are some.

    Args:
        trains: At least one.

    Raises:
        DataError: There is none.
        ValueError: They were not observed during the same time.

    Example:
        >>> trains = SpikeTrains.of([1.0, 2.0, 7.0], cells=[1, 0, 1], size=2, stop=10.0)
        >>> trains[1].times.tolist(), trains.rates.tolist()
        ([1.0, 7.0], [100.0, 200.0])
    """

    def __init__(self, trains: Iterable[SpikeTrain]) -> None:
        self._trains = tuple(trains)
        if not self._trains:
            raise DataError("SpikeTrains are at least one train, got none")
        check_together(self._trains)

    @classmethod
    def of(
        cls,
        times: ArrayLike,
        cells: ArrayLike,
        size: int,
        start: float = 0.0,
        stop: float | None = None,
    ) -> SpikeTrains:
        """The trains in a list of spikes in any order, as a network records them.

        Args:
            times: When each spike was (ms).
            cells: Which cell fired it, from 0 on.
            size: How many cells there are, also those that fired none.
            start: From when on they were observed (ms).
            stop: Until when (ms); by default until the last spike.

        Raises:
            DataError: There are not as many cells as times, or a cell is not below ``size``.
        """
        when: Any = np.asarray(times, np.float64)
        which: Any = np.asarray(cells, np.int64)
        if when.shape != which.shape or when.ndim != 1:
            raise DataError(f"each time has its cell, got {when.shape} and {which.shape}")
        if which.size and not (which.min() >= 0 and which.max() < size):
            raise DataError(f"cells are from 0 to {size - 1}, got {which.min()} to {which.max()}")
        order = np.lexsort((when, which))
        bounds = np.searchsorted(which[order], np.arange(1, size))
        end = stop if stop is not None else float(when.max(initial=start))
        return cls(SpikeTrain(part, start, end) for part in np.split(when[order], bounds))

    def __len__(self) -> int:
        return len(self._trains)

    def __iter__(self) -> Iterator[SpikeTrain]:
        return iter(self._trains)

    @overload
    def __getitem__(self, which: int) -> SpikeTrain: ...
    @overload
    def __getitem__(self, which: slice) -> SpikeTrains: ...
    def __getitem__(self, which: int | slice) -> SpikeTrain | SpikeTrains:
        chosen = self._trains[which]
        return chosen if isinstance(chosen, SpikeTrain) else SpikeTrains(chosen)

    def __repr__(self) -> str:
        return (
            f"SpikeTrains({len(self)} trains, {sum(map(len, self))} spikes from {self.start:g} to "
            f"{self.stop:g} ms)"
        )

    @property
    def start(self) -> float:
        """From when on they were observed (ms)."""
        return self._trains[0].start

    @property
    def stop(self) -> float:
        """Until when (ms)."""
        return self._trains[0].stop

    @property
    def rates(self) -> Float[np.ndarray, " trains"]:
        """The mean rate of each (Hz)."""
        return np.array([train.rate for train in self])

    @property
    def cvs(self) -> Float[np.ndarray, " trains"]:
        """The coefficient of variation of each; not a number for fewer than three spikes."""
        return np.array([train.cv for train in self])

    def counts(self, bin: float) -> Int[np.ndarray, "trains bins"]:
        """The numbers of spikes in bins of a width (ms) (see `SpikeTrain.counts`)."""
        return np.stack([train.counts(bin) for train in self])

    def fano_factor(self) -> float:
        """The variance of the trains' numbers of spikes over their mean: trials of one cell."""
        return interval_statistics.fano_factor(np.array([len(train) for train in self]))

    def correlations(self, bin: float) -> Float[np.ndarray, "trains trains"]:
        """The correlation coefficients of the counts of each two trains in bins of a width (ms).

        Not a number for a train whose count does not vary.

        Example:
            >>> trains = SpikeTrains.of([1.0, 1.0, 12.0], [0, 1, 2], size=3, stop=20.0)
            >>> trains.correlations(10.0).round(6).tolist()
            [[1.0, 1.0, -1.0], [1.0, 1.0, -1.0], [-1.0, -1.0, 1.0]]
        """
        counts = self.counts(bin)
        if counts.shape[1] == 0:
            return np.full((len(self), len(self)), np.nan)
        return population_statistics.correlations(counts)

    def merged(self) -> SpikeTrain:
        """The spikes of all, as if one cell had fired them."""
        return self._trains[0].merged(*self._trains[1:])

    def shifted(self, by: float) -> SpikeTrains:
        """All so much later (ms)."""
        return SpikeTrains(train.shifted(by) for train in self)

    def between(self, start: float, stop: float) -> SpikeTrains:
        """What happened between two times (see `SpikeTrain.between`)."""
        return SpikeTrains(train.between(start, stop) for train in self)

    def filtered(
        self, kernel: Callable[[Any], Any], times: Float[np.ndarray, " times"]
    ) -> Float[np.ndarray, "trains times"]:
        """Each convolved with a kernel (see `SpikeTrain.filtered`)."""
        return np.stack([train.filtered(kernel, times) for train in self])

    def to_pandas(self) -> Any:
        """A table with a row for each spike: ``time`` (ms) and ``cell``, cell after cell.

        Raises:
            EngineError: pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            raise EngineError(
                "to_pandas needs pandas, which is not installed: pip install 'neuropil[pandas]', "
                "or use the times of each train"
            ) from None
        cells = np.repeat(np.arange(len(self)), [len(train) for train in self])
        times = np.concatenate([train.times for train in self])
        return pd.DataFrame({"time": times, "cell": cells})
