"""Curves that were observed, and even times that fit to the steps of a simulation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.errors import DataError, ShapeError

if TYPE_CHECKING:
    from jaxtyping import Int

    Numpy = np.ndarray[Any, Any]

UNEVEN = 1e-3
"""By which part of an interval a time may be off."""


@final
@dataclass(frozen=True, eq=False)
class Samples:
    """Even times.

    Attributes:
        count: How many.
        first: How many intervals after the beginning the first of them is.
        stride: How many time steps an interval has.
    """

    count: int
    first: int
    stride: int

    @property
    def last(self) -> int:
        """How many intervals after the beginning the last is."""
        return self.first + self.count - 1

    @property
    def unobserved(self) -> int:
        """How many intervals there are before the first sample."""
        return max(self.first - 1, 0)

    def steps(self) -> Int[Numpy, "intervals stride"]:
        """The steps of each interval, from the beginning to the last sample."""
        return np.arange(self.last * self.stride).reshape(self.last, self.stride)


def checked_curve(at: Any, values: Any, *, least: int, what: str) -> tuple[Numpy, Numpy]:
    """Two lists of finite numbers of one length.

    Args:
        at: Where the values were taken: times or currents.
        values: What was observed there.
        least: How many there have to be.
        what: What they are, for the message.

    Raises:
        ShapeError: They are no lists, or differ in length.
        DataError: One is not finite, or there are too few.
    """
    at, values = np.asarray(at, dtype=np.float64), np.asarray(values, dtype=np.float64)
    if at.ndim != 1 or at.shape != values.shape:
        raise ShapeError(
            f"{what} are two lists of one length, got the shapes {at.shape} and {values.shape}: of "
            "a recording of several cells take one, run['v'][:, 0]"
        )
    for array in (at, values):
        if not np.isfinite(array).all():
            first = int(np.flatnonzero(~np.isfinite(array))[0])
            raise DataError(f"{what} are finite numbers, got {array[first]} at [{first}]")
    if len(values) < least:
        raise DataError(
            f"{what}: {len(values)} samples are too few, there have to be {least} at least, more "
            "than parameters: take a longer curve, or fit fewer parameters"
        )
    return at, values


def sampled(times: Numpy, dt: float | None) -> tuple[Samples, float]:
    """The samples of a trace, and the time step (ms): by default one for each sample.

    Raises:
        DataError: The times are not even, do not fit to steps of ``dt``, or begin before 0.
        ValueError: ``dt`` is not above 0.
    """
    every = (times[-1] - times[0]) / (len(times) - 1)
    even = times[0] + every * np.arange(len(times))
    off = np.abs(times - even)
    if not every > 0.0 or off.max() > UNEVEN * every:
        worst = int(np.argmax(off))
        raise DataError(
            f"a trace is sampled at even, increasing times; its interval is {every:g} ms on "
            f"average, but sample [{worst}] is at {times[worst]:.10g} ms, not at {even[worst]:.10g}"
        )
    dt = every if dt is None else dt
    if not 0.0 < dt < np.inf:
        raise ValueError(f"dt is a time above 0 (ms), got {dt}")
    stride = round(every / dt)
    if stride < 1 or abs(stride * dt - every) > UNEVEN * every:
        raise DataError(
            f"the trace is sampled every {every:.6g} ms, which is no whole number of steps of "
            f"dt = {dt:g} ms: take dt = {every / max(np.ceil(every / dt), 1.0):.6g}, or sample it "
            "anew"
        )
    first = round(times[0] / every)
    if first < 0 or abs(times[0] - first * every) > UNEVEN * every:
        raise DataError(
            f"the times of a trace are multiples of its interval, {every:.6g} ms, after the cell "
            f"began at 0 ms; the first is {times[0]:.6g} ms: shift the times"
        )
    return Samples(len(times), first, stride), every / stride
