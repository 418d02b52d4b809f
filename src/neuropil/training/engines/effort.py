"""About how long a training takes with NumPy, by the graph of its loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuropil.graph import Variable, plain
from neuropil.ops.scan.loop import loop

if TYPE_CHECKING:
    from neuropil.training.run import Run

PER_OPERATION = 10e-6
"""Seconds a step takes for each Operation of the loss, forward, backward and update."""

PER_TURN = 300e-6
"""Seconds for each turn of a loop (`npl.scan`), which is one Operation with several in its step."""

PER_NUMBER = 2e-9
"""Seconds for each number that the Operations compute."""

PER_PRODUCT = 2e-10
"""Seconds for each parameter and sample: three products and sums."""


def eager_seconds(run: Run, cost: Variable) -> float:
    """An estimate for all steps of a training.

    Measured times would be better, and would make the choice of an engine, and with it the last
    bits of a training, depend on what else the machine does.

    Args:
        run: The training.
        cost: The loss of one sample.
    """
    operations, turns, numbers = _beneath(cost)
    batch = min(run.loader.batch_size, len(run.loader.dataset))
    parameters = sum(parameter.value.size for parameter in run.net.parameters())
    step = (
        PER_OPERATION * operations
        + PER_TURN * turns
        + PER_NUMBER * batch * numbers
        + PER_PRODUCT * batch * parameters
    )
    return float(step * run.steps)


def _beneath(cost: Variable) -> tuple[int, int, int]:
    """How many Operations led to it, turns of loops, and how many numbers they computed."""
    seen: set[int] = set()
    waiting, operations, turns, numbers = [cost], 0, 0, 0
    while waiting:
        variable = waiting.pop()
        if variable.creator is None or id(variable) in seen:
            continue
        seen.add(id(variable))
        operations += 1
        if variable.creator.primitive is loop:
            turns += variable.creator.settings["length"]
        value = plain(variable)
        numbers += sum(np.size(part) for part in (value if isinstance(value, tuple) else [value]))
        waiting.extend(arg for arg in variable.creator.args if isinstance(arg, Variable))
    return operations, turns, numbers
