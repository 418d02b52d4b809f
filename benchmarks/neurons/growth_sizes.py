"""What grows: networks like CUBA, with as many sources a cell, or a larger share of all pairs."""

from __future__ import annotations

from dataclasses import dataclass

DT = 0.1  # ms
SETTLING = 500
"""Steps before those that are timed, in which the first burst passes."""

IN_DEGREE = 80
PROBABILITY = 0.02
DRIVE, SILENT = -49.0, -70.0
"""Where v settles (mV), above threshold, and in networks without synapses below it.

Those never fire, so that their time is that of updates alone.
"""

EXCITATORY = 0.8
"""The part of the cells that excites."""

WEIGHTS = (1.62, -9.0)
"""Mean change (mV) by a spike of an excitatory and of an inhibitory cell, with 80 sources a cell.

It is inversely as the number of sources, so that networks of all sizes fire alike. Each synapse has
a weight of its own, up to a tenth more or less.
"""

SPREAD = 0.1


@dataclass(frozen=True)
class Size:
    """A network.

    Attributes:
        cells: How many.
        probability: Of a pair; None where each cell has `IN_DEGREE` sources.
    """

    cells: int
    probability: float | None = None

    @property
    def boundary(self) -> int:
        """The first cell that inhibits."""
        return round(self.cells * EXCITATORY)

    @property
    def sources(self) -> float:
        """Of a cell, on average."""
        return IN_DEGREE if self.probability is None else self.cells * self.probability

    @property
    def weights(self) -> tuple[float, float]:
        """The mean weights at this size."""
        excitatory, inhibitory = WEIGHTS
        return excitatory * IN_DEGREE / self.sources, inhibitory * IN_DEGREE / self.sources

    def steps(self, work: float) -> int:
        """How many are timed, for so many updates of cells in all."""
        return max(round(work / self.cells), SETTLING)


SWEEPS: dict[str, list[Size]] = {
    "fixed in-degree 80": [
        Size(cells) for cells in (4000, 13_000, 40_000, 130_000, 400_000, 1_300_000, 4_000_000)
    ],
    "fixed probability 0.02": [
        Size(cells, PROBABILITY) for cells in (1000, 2000, 5000, 10_000, 20_000)
    ],
}

LARGE = Size(100_000, 0.01)
"""10⁸ synapses, to be built within a minute."""

WEIGHABLE = 4_000_000
"""Synapses below which their memory is lost in what else a process holds."""

OUT_OF_CACHE = 2**25
"""Bytes of synapses from which on caches are left."""
