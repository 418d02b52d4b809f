"""What is injected into cells, as a function of time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, final

import numpy as np

from neuropil.graph import plain
from neuropil.ops import logical_and, pi, sin, where

if TYPE_CHECKING:
    from collections.abc import Callable

    from neuropil.arrays import Array


class Input(ABC):
    """A current that depends on time. Abstract. Inputs add up: ``a + b`` is one too.

    Attributes:
        jumps: Whether it changes at once, as a pulse does. Such an input is read in the middle of
            a step and counts for all of it, so that a jump on the grid is where it belongs for
            every integrator, whatever its time was rounded to.
        interval: For how long (ms) it keeps each value, if so: no step should be longer.
    """

    jumps: ClassVar[bool] = False
    interval: Any = None

    @abstractmethod
    def at(self, time: Array) -> Array:
        """The current at a time (ms): a number, or an array with one for each cell."""

    def __add__(self, other: Input | Array) -> Sum:
        return Sum((*parts(self), *parts(as_input(other))))

    def __radd__(self, other: Array) -> Sum:
        return Sum((as_input(other), *parts(self)))


@final
@dataclass(frozen=True, eq=False)
class Sum(Input):
    """Several currents at once.

    Args:
        inputs: Which.

    Example:
        >>> (Constant(1.0) + Pulse(2.0, start=10.0) + 0.5).at(20.0).item()
        3.5
    """

    inputs: tuple[Input, ...]

    def at(self, time: Array) -> Array:
        """The sum of the currents."""
        return sum(source.at(time) for source in self.inputs)


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
    jumps = True

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
    if isinstance(current, list | tuple):
        current = np.asarray(current, dtype=np.float64)
    if isinstance(current, Input):
        return current
    dtype = getattr(plain(current), "dtype", None) or np.asarray(current).dtype
    if dtype.kind not in "biuf":
        raise TypeError(
            "a current is a number, an array with one for each cell, or an Input such as "
            f"Pulse(400.0, start=10.0); got {current!r}"
        )
    return Constant(current)


def parts(source: Input) -> tuple[Input, ...]:
    """The currents that add up to it."""
    return source.inputs if isinstance(source, Sum) else (source,)


def during(source: Input, start: Array, dt: float) -> Callable[[Any], Array]:
    """The current within a step, as a function of the fraction of the step that has passed.

    Args:
        source: The current.
        start: When the step begins (ms).
        dt: How long it is.

    Example:
        >>> at = during(Pulse(2.0, start=0.3) + Constant(1.0), 0.3 - 1e-16, 0.1)
        >>> at(0.0).item(), at(1.0).item()
        (3.0, 3.0)
    """
    smooth = [part for part in parts(source) if not part.jumps]
    middle = start + 0.5 * dt
    held = [part.at(middle) for part in parts(source) if part.jumps]
    if not held and len(smooth) == 1:
        return lambda fraction: smooth[0].at(start + fraction * dt)
    return lambda fraction: sum((part.at(start + fraction * dt) for part in smooth), sum(held))
