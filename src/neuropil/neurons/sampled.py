"""Currents given by their values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.arrays import namespace
from neuropil.errors import ShapeError
from neuropil.graph import Variable, plain
from neuropil.neurons.inputs import Input
from neuropil.ops import take, where

if TYPE_CHECKING:
    from neuropil.arrays import Array


@final
@dataclass(frozen=True, eq=False)
class Sampled(Input):
    """The values of an array, each held for ``dt`` ms; before and after them, no current.

    Args:
        values: One for each time, or one for each time and cell: (times,) or (times, cells). A
            Variable, to differentiate with respect to the current.
        dt: The time from one to the next (ms).

    Raises:
        ShapeError: The values have another number of axes, or there is none.
        ValueError: ``dt`` is not above 0, or a value is NaN.

    Example:
        >>> steps = Sampled([0.0, 200.0, 400.0], dt=100.0)
        >>> [steps.at(time).item() for time in (50.0, 150.0, 300.0)]
        [0.0, 200.0, 0.0]
    """

    values: Any
    dt: float
    jumps = True

    def __post_init__(self) -> None:
        if not hasattr(self.values, "shape"):
            object.__setattr__(self, "values", np.asarray(self.values, dtype=np.float64))
        if len(self.values.shape) not in (1, 2) or len(self.values) == 0:
            raise ShapeError(
                "a sampled current has the shape (times,) or (times, cells), got "
                f"{self.values.shape}"
            )
        if not 0.0 < self.dt < np.inf:
            raise ValueError(f"the dt of a sampled current is a time above 0 (ms), got {self.dt}")
        values = plain(self.values)
        if isinstance(values, np.ndarray) and np.isnan(values).any():
            first = np.argwhere(np.isnan(values))[0].tolist()
            raise ValueError(f"a sampled current holds numbers, got NaN at {first}")

    @property
    def interval(self) -> float:
        """For how long each value is held (ms)."""
        return self.dt

    def at(self, time: Array) -> Array:
        """The value that is held at that time."""
        time = plain(time)
        xp = namespace(time)
        index = xp.floor(xp.asarray(time) / self.dt).astype(np.int64)
        count = len(self.values)
        within = (index >= 0) & (index < count)
        values = self.values if isinstance(self.values, Variable) else xp.asarray(self.values)
        return where(within, take(values, xp.clip(index, 0, count - 1), axis=0), 0.0)
