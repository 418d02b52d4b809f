"""What a memory recalled, and how it came there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

    Numpy = np.ndarray[Any, Any]


@final
@dataclass(frozen=True, eq=False)
class Recollection:
    """The end of a recall, from one probe or from many at once.

    Attributes:
        states: What was recalled.
        energies: E of the probes, and after each step.
        settled: Whether another step would change nothing.
        trajectory: The probes, and the states after each step; None unless asked for.
    """

    states: Float[Numpy, "*batch units"]
    energies: Float[Numpy, "steps+1 *batch"]
    settled: Bool[Numpy, "*batch"]
    trajectory: Float[Numpy, "steps+1 *batch units"] | None = None

    @property
    def steps(self) -> int:
        """How many there were, of the probe that needed the most."""
        return len(self.energies) - 1
