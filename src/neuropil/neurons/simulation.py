"""Running one cell, or thousands side by side, without connections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.graph import plain
from neuropil.neurons.inputs import as_input
from neuropil.neurons.stepping import initial_state, stepper
from neuropil.ops import scan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jaxtyping import Bool, Float

    from neuropil.arrays import Array
    from neuropil.neurons.inputs import Input
    from neuropil.neurons.integrators import Integrator
    from neuropil.neurons.model import Model, State


@dataclass(frozen=True)
class Recording:
    """What was recorded of some cells.

    Attributes:
        times: The times (ms) at the ends of the steps.
        values: The recorded variables by name, each with an axis of times and one of cells.
        spiked: Whether each cell spiked in each step.
        state: Where the cells are at the end.
    """

    times: Float[np.ndarray, " times"]
    values: Mapping[str, Float[Array, "times cells"]]
    spiked: Bool[np.ndarray, "times cells"]
    state: State

    def __getitem__(self, name: str) -> Float[Array, "times cells"]:
        return self.values[name]


def simulate(
    model: Model,
    current: Input | Array = 0.0,
    *,
    duration: float,
    dt: float,
    cells: int = 1,
    integrator: Integrator | None = None,
    initial: State | None = None,
    record: Sequence[str] = ("v",),
) -> Recording:
    """Run cells for some time.

    Args:
        model: What each of them is.
        current: What is injected: a number, an array with one for each cell, or an `Input`.
        duration: For how long (ms).
        dt: The time step (ms).
        cells: How many.
        integrator: By default the model's own.
        initial: Where some or all variables begin, if not where the model says.
        record: The variables to record.

    Example:
        >>> from neuropil import neurons
        >>> run = simulate(neurons.LeakyIntegrateAndFire(), 400.0, duration=1000.0, dt=0.1)
        >>> int(run.spiked.sum())
        33
    """
    state = initial_state(model, cells, initial)
    advance = stepper(model, integrator or model.integrator, state, dt)
    source = as_input(current)

    def step(state: Any, k: Any) -> Any:
        after, spiked = advance(state, lambda fraction: source.at((k + fraction) * dt))
        return after, ({name: after[name] for name in record}, spiked)

    steps = round(duration / dt)
    last, (values, spiked) = scan(step, state, np.arange(steps))
    times = dt * np.arange(1, steps + 1)
    return Recording(times, values, np.asarray(plain(spiked)), last)
