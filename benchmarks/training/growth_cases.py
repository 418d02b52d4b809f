"""What grows: for each size five values over two decades, and the training at each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.training import cases
from benchmarks.training.cases import Case

CHOSEN = 64
"""Samples a step, and units of a hidden layer, where something else grows."""


@dataclass(frozen=True)
class Reading(Case):
    """An LSTM that reads one pixel after the other.

    Attributes:
        length: How many pixels of an image it reads.
    """

    length: int = 784


def dense(sizes: tuple[int, ...], steps: int, batch: int = CHOSEN) -> Case:
    """Layers of units, trained for so many steps an epoch."""
    return Case("dense", sizes, steps * batch, batch, epochs=4)


def reading(length: int, steps: int, epochs: int) -> Case:
    """128 cells of an LSTM, trained for so many steps an epoch."""
    return Reading("lstm", (1, 128, 10), steps * CHOSEN, CHOSEN, epochs, length=length)


LENGTHS = {8: (60, 4), 25: (30, 4), 80: (10, 4), 250: (4, 3), 784: (2, 2)}
"""How many steps an epoch and how many epochs are spent on each."""

SWEEPS: dict[str, dict[int, Case]] = {
    "hidden units": {
        units: dense((784, units, 10), steps)
        for units, steps in ((10, 200), (32, 200), (100, 200), (320, 100), (1000, 40))
    },
    "hidden layers": {
        layers: dense((784, *[CHOSEN] * layers, 10), steps)
        for layers, steps in ((1, 200), (3, 200), (10, 100), (32, 60), (100, 20))
    },
    "samples": {
        batch: dense((784, 128, 10), steps, batch)
        for batch, steps in ((4, 400), (13, 200), (40, 200), (126, 100), (400, 40))
    },
    "pixels": {
        length: reading(length, steps, epochs) for length, (steps, epochs) in LENGTHS.items()
    },
}
"""By what grows, of 784-n-10, of 784-64-…-64-10, of a batch for 784-128-10, and read by an LSTM.

Hidden units are rectified, but for batches below 64 sigmoid, by all contestants alike.
"""


def named(what: str, value: int) -> str:
    """What a case is called."""
    return f"{value} {what}"


NAMED = {
    named(what, value): case for what, sweep in SWEEPS.items() for value, case in sweep.items()
}


def data(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets, an image no longer than it is read."""
    images, labels = cases.data(case)
    length = case.length if isinstance(case, Reading) else None
    return np.ascontiguousarray(images[:, :length]), labels
