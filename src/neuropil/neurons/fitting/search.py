"""The search for the best parameters: all starts side by side, told of on a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np

from neuropil.console import listening
from neuropil.neurons.progress import shown
from neuropil.optim import Expansion, levenberg_marquardt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jaxtyping import Bool, Float

    from neuropil.neurons.fitting.parameters import Parameters

    Numpy = np.ndarray[Any, Any]

ROUGH, FINE = 1e-3, 1e-9
"""When a stage is done: all but the last only have to lead somewhere near."""


class Stage(NamedTuple):
    """One of several searches, each of which begins where the one before ended.

    Attributes:
        name: What is told of it.
        expand: Its sums of squares.
    """

    name: str
    expand: Callable[[Numpy], Expansion]


@final
@dataclass(frozen=True, eq=False)
class Found:
    """Where a search ended.

    Attributes:
        points: For each start.
        at: The sums of squares there, those of the last stage.
        converged: Whether each start came to rest in the last stage.
        losses: ½ Σ r² after each step, of the stage it belongs to.
        stages: The stage of each step.
        interrupted: Whether Ctrl-C was pressed; the remaining stages were left out.
        seconds: How long it took.
    """

    points: Float[Numpy, "starts parameters"]
    at: Expansion
    converged: Bool[Numpy, " starts"]
    losses: Float[Numpy, "steps starts"]
    stages: Sequence[str]
    interrupted: bool
    seconds: float


def search(
    stages: Sequence[Stage], parameters: Parameters, *, max_steps: int, progress: bool
) -> Found:
    """Go through the stages, from all starts at once.

    Raises:
        ValueError: ``max_steps`` is negative.
    """
    if max_steps < 0:
        raise ValueError(f"max_steps is at least 0, got {max_steps}")
    points, began = parameters.starts, perf_counter()
    losses: list[Numpy] = []
    names: list[str] = []
    converged = np.zeros(len(points), dtype=bool)
    with shown(progress, len(stages) * max_steps, "fitting") as show, listening() as interruption:
        for number, stage in enumerate(stages):
            is_last = number == len(stages) - 1
            if interruption.requested and not is_last:
                continue
            for step, now in enumerate(
                levenberg_marquardt(
                    stage.expand,
                    points,
                    parameters.low,
                    parameters.high,
                    max_steps=0 if interruption.requested else max_steps,
                    tolerance=FINE if is_last else ROUGH,
                )
            ):
                points, at, converged = now
                losses.append(at.loss)
                names.append(stage.name)
                show(number * max_steps + step)
                if interruption.requested:
                    break
    seconds = perf_counter() - began
    stopped = interruption.requested
    return Found(points, at, converged, np.array(losses), names, stopped, seconds)
