"""What is injected into cells, as a function of time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from neuropil.ops import logical_and, pi, sin, where

if TYPE_CHECKING:
    from neuropil.arrays import Array


class Input(ABC):
    """A current that depends on time. Abstract."""

    @abstractmethod
    def at(self, time: Array) -> Array:
        """The current at a time (ms): a number, or an array with one for each cell."""


@final
@dataclass(frozen=True, eq=False)
class Constant(Input):
    """The same current all the time.

    Args:
        current: A number, or an array with one for each cell.
    """

    current: Any

    def at(self, time: Array) -> Array:  # noqa: ARG002
        """The current."""
        return self.current


@final
@dataclass(frozen=True, eq=False)
class Pulse(Input):
    """A current from one time to another, and none before and after.

    Args:
        current: How strong.
        start, stop: From when to when (ms).

    Example:
        >>> import numpy as np
        >>> Pulse(2.0, start=10.0, stop=20.0).at(np.array([5.0, 10.0, 20.0])).tolist()
        [0.0, 2.0, 0.0]
    """

    current: Any
    start: Any = 0.0
    stop: Any = float("inf")

    def at(self, time: Array) -> Array:
        """The current from ``start`` on, until before ``stop``."""
        return where(logical_and(time >= self.start, time < self.stop), self.current, 0.0)


@final
@dataclass(frozen=True, eq=False)
class Sine(Input):
    """mean + amplitude · sin(2π · frequency · t + phase).

    Args:
        amplitude: Of the swing.
        frequency: In Hz.
        mean: Around which it swings.
        phase: In radians.
    """

    amplitude: Any
    frequency: Any
    mean: Any = 0.0
    phase: Any = 0.0

    def at(self, time: Array) -> Array:
        """The current."""
        return self.mean + self.amplitude * sin(2e-3 * pi * self.frequency * time + self.phase)


def as_input(current: Any) -> Input:
    """An Input, or a number or array as one that does not change."""
    return current if isinstance(current, Input) else Constant(current)
