"""What every printed program does alike: finding spikes, delivering what is due, recording."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuropil.native.inner import inner

Numpy = np.ndarray[Any, Any]


@inner
def find(spiked: Numpy, eights: Numpy, fired: Numpy) -> int:
    """The numbers of the cells that spiked, written to ``fired``; gives how many.

    Few do, so eight are looked at at a time: ``eights`` is ``spiked`` as words of 64 bits.
    """
    count = 0
    for place in range(eights.size):
        if eights[place] != 0:
            for cell in range(8 * place, 8 * place + 8):
                if spiked[cell]:
                    fired[count] = cell
                    count += 1
    return count


@inner
def note(step: int, fired: Numpy, count: int, steps: Numpy, cells: Numpy, noted: Numpy) -> None:
    """Write down who fired in which step."""
    first = noted[0]
    for k in range(count):
        steps[first + k] = step
        cells[first + k] = fired[k]
    noted[0] = first + count


@inner
def sample(values: Numpy, indices: Numpy, row: Numpy) -> None:
    """Write down a variable of some cells."""
    for k in range(indices.size):
        row[k] = values[indices[k]]


@inner
def arrive(due: Numpy, values: Numpy) -> None:
    """What was on its way to a variable, and has come."""
    for cell in range(values.size):
        values[cell] += due[cell]
        due[cell] = 0.0


@inner
def arrive_unless_spiked(due: Numpy, values: Numpy, spiked: Numpy) -> None:
    """Likewise for a variable that a spike resets: what comes then is lost."""
    for cell in range(values.size):
        if not spiked[cell]:
            values[cell] += due[cell]
        due[cell] = 0.0


@inner
def place_of(target: int, targets: Numpy, begin: int, end: int) -> int:
    """The first place of a row, whose targets ascend, at which there is none below ``target``."""
    while begin < end:
        middle = (begin + end) // 2
        if targets[middle] < target:
            begin = middle + 1
        else:
            end = middle
    return begin


@inner
def relax(values: Numpy, rest: float, kept: float) -> None:
    """Traces move towards where they rest."""
    for k in range(values.size):
        values[k] = rest + (values[k] - rest) * kept
