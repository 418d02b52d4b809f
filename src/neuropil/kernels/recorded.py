"""What probes have seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from neuropil.kernels.kernel import Kernel


@dataclass
class Recorded:
    """The records of all probes of a kernel, which grow as it runs.

    Attributes:
        spikes: For each probe of spikes, pairs of arrays: steps and cells.
        samples: For each probe of a variable, the sampled values, one array a sample.
    """

    spikes: dict[str, list[tuple[Any, Any]]] = field(default_factory=dict)
    samples: dict[str, list[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, kernel: Kernel) -> Recorded:
        """Empty records."""
        return cls(
            {probe.name: [] for probe in kernel.probes if probe.variable is None},
            {probe.name: [] for probe in kernel.probes if probe.variable is not None},
        )

    def spikes_of(self, name: str) -> tuple[Int[np.ndarray, " spikes"], Int[np.ndarray, " spikes"]]:
        """The step in which each spike was fired, counted from 0, and by which cell."""
        parts = self.spikes[name]
        if not parts:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        steps, cells = zip(*parts, strict=True)
        return np.concatenate(steps), np.concatenate(cells)

    def samples_of(self, name: str) -> Float[np.ndarray, "samples cells"]:
        """The sampled values."""
        return np.array(self.samples[name])
