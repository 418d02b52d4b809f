"""Where a simulation writes what is recorded, as it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.neurons.memory_limit import check_fits
from neuropil.neurons.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neuropil.neurons.model import State
    from neuropil.neurons.stepping import Crossings

    Numpy = np.ndarray[Any, Any]


class Tape:
    """Arrays for all that will be recorded; `recording` gives what is there so far.

    Args:
        record: The variables.
        steps: For how many steps there shall be room.
        every: How many steps there are from one sample to the next.
        cells: How many cells there are.
        dt: How long a step is (ms).

    Raises:
        MemoryError: The machine has not that much memory.
    """

    def __init__(
        self, record: Sequence[str], steps: int, every: int, cells: int, dt: float
    ) -> None:
        samples = steps // every
        check_fits(
            8 * len(record) * samples * cells + steps * cells,
            f"{len(record)} variables of {cells} cells at {samples} times, and spikes",
        )
        self.every, self.dt = every, dt
        self.values = {name: np.zeros((samples, cells)) for name in record}
        self.spiked = np.zeros((steps, cells), dtype=bool)
        self._located: list[tuple[Numpy, Numpy]] | None = None

    def write(self, k: int, state: State, spiked: Any, crossings: Crossings | None) -> None:
        """What step ``k`` led to."""
        self.spiked[k] = spiked
        if crossings is not None:
            self._located = self._located or []
            if crossings.cells.size:
                self._located.append((k * self.dt + crossings.offsets, crossings.cells))
        if (k + 1) % self.every == 0:
            for name, values in self.values.items():
                values[k // self.every] = state[name]

    def write_block(self, first: int, values: State, spiked: Any) -> None:
        """What many steps led to, from ``first`` on; that is a multiple of ``every``."""
        self.spiked[first : first + len(spiked)] = spiked
        start = first // self.every
        for name, samples in values.items():
            self.values[name][start : start + len(samples)] = samples

    def recording(self, steps: int, state: State) -> Recording:
        """What the first ``steps`` steps led to, the last of them to ``state``."""
        samples = steps // self.every
        times = self.every * self.dt * np.arange(1, samples + 1)
        values = {name: x[:samples] for name, x in self.values.items()}
        located = None
        if self._located is not None:
            pairs = self._located or [(np.zeros(0), np.zeros(0, np.int64))]
            times_of, cells = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
            located = times_of, cells
        return Recording(times, values, self.spiked[:steps], state, self.dt, located)
