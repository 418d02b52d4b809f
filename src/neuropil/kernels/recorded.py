"""What probes have seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from neuropil.kernels.kernel import Kernel

    Numpy = np.ndarray[Any, Any]


@dataclass
class Recorded:
    """The records of all probes of a kernel, which grow as it runs.

    Attributes:
        spikes: For each probe of spikes, pairs of arrays: steps and cells.
        samples: For each probe of a variable, arrays of sampled values: samples × cells.
    """

    spikes: dict[str, list[tuple[Numpy, Numpy]]] = field(default_factory=dict)
    samples: dict[str, list[Numpy]] = field(default_factory=dict)

    @classmethod
    def of(cls, kernel: Kernel) -> Recorded:
        """Empty records."""
        return cls(
            {probe.name: [] for probe in kernel.probes if probe.variable is None},
            {probe.name: [] for probe in kernel.probes if probe.variable is not None},
        )

    def extend(self, later: Recorded) -> None:
        """Add what was recorded later."""
        for name, parts in later.spikes.items():
            if parts:
                self.spikes[name].append(_joined_spikes(parts))
        for name, samples in later.samples.items():
            if samples:
                self.samples[name].append(np.concatenate(samples))

    @property
    def spike_bytes(self) -> int:
        """How much memory the spikes take, which nobody knows before they are fired."""
        parts = (part for probe in self.spikes.values() for part in probe)
        return sum(steps.nbytes + cells.nbytes for steps, cells in parts)

    def spikes_of(self, name: str) -> tuple[Int[np.ndarray, " spikes"], Int[np.ndarray, " spikes"]]:
        """The step in which each spike was fired, counted from 0, and by which cell."""
        parts = self.spikes[name]
        if len(parts) > 1:
            parts[:] = [_joined_spikes(parts)]
        return parts[0] if parts else (np.zeros(0, np.int64), np.zeros(0, np.int32))

    def samples_of(self, name: str) -> Float[np.ndarray, "samples cells"] | None:
        """The sampled values; None before the first sample."""
        parts = self.samples[name]
        if len(parts) > 1:
            parts[:] = [np.concatenate(parts)]
        return parts[0] if parts else None


def _joined_spikes(parts: list[tuple[Numpy, Numpy]]) -> tuple[Numpy, Numpy]:
    steps, cells = zip(*parts, strict=True)
    return np.concatenate(steps), np.concatenate(cells)
