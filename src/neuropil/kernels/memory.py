"""What a simulation is between two steps: all that has to be kept to go on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from neuropil.kernels.kernel import Kernel

    Numpy = np.ndarray[Any, Any]


@dataclass
class Memory:
    """Where a simulation stands.

    Attributes:
        step: How many steps were taken.
        states: The variables of each kind of cells, by its name.
        pending: What is on its way, by cells and variable: row (step + d) mod rows arrives when
            d more steps were taken.
    """

    step: int
    states: dict[str, dict[str, Numpy]]
    pending: dict[tuple[str, str], Numpy] = field(default_factory=dict)

    @classmethod
    def at_start(cls, kernel: Kernel) -> Memory:
        """Before the first step."""
        states = {
            cells.name: {name: np.array(x) for name, x in cells.start.items()}
            for cells in kernel.cells
        }
        longest: dict[tuple[str, str], int] = {}
        for synapses in kernel.synapses:
            place = synapses.target, synapses.variable
            delay = int(np.max(synapses.delays, initial=0))
            longest[place] = max(longest.get(place, 0), delay)
        pending = {
            (cells, name): np.zeros((delay + 1, *states[cells][name].shape))
            for (cells, name), delay in longest.items()
            if delay > 0
        }
        return cls(0, states, pending)
