"""States that are no numbers any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import DivergenceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neuropil.neurons.recording import Recording


class SimulationDivergedError(DivergenceError):
    """A variable of a cell is not a finite number.

    Attributes:
        variable: Which.
        cell: Of which cell.
        time: At the end of which step (ms).
        recording: What was recorded until before that step.
    """

    def __init__(self, variable: str, cell: int, time: float, recording: Recording | None) -> None:
        super().__init__(
            f"{variable} of cell {cell} is not a finite number at {time:.10g} ms: take a smaller "
            "dt or another integrator; what was recorded until then is the error's recording"
        )
        self.variable, self.cell, self.time, self.recording = variable, cell, time, recording


def not_finite(state: Mapping[str, Any]) -> tuple[str, int] | None:
    """The first variable and cell that is not a finite number; None if all are.

    Example:
        >>> not_finite({"v": np.zeros(3), "w": np.array([0.0, np.nan, np.inf])})
        ('w', 1)
    """
    for name, values in state.items():
        # a sum is finite only if its terms are; that it overflows is rare, and looked into
        if not np.isfinite(values.sum()) and not np.isfinite(values).all():
            return name, int(np.argmin(np.isfinite(values)))
    return None
