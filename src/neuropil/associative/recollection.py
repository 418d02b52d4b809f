"""What a memory recalled, and how it came there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Bool, Float

    Numpy = np.ndarray[Any, Any]


@final
@dataclass(frozen=True, eq=False)
class Recollection:
    """The end of a recall, from one probe or from many at once.

    Attributes:
        states: What was recalled.
        energies: E of the probes, and after each step.
        settled: Whether another step would change nothing.
        trajectory: The probes, and the states after each step; None unless asked for.
    """

    states: Float[Numpy, "*batch units"]
    energies: Float[Numpy, "steps+1 *batch"]
    settled: Bool[Numpy, "*batch"]
    trajectory: Float[Numpy, "steps+1 *batch units"] | None = None

    @property
    def steps(self) -> int:
        """How many there were, of the probe that needed the most."""
        return len(self.energies) - 1


class Look(NamedTuple):
    """What a memory makes of states: their energies, which have settled, and how to go on."""

    energies: Float[Numpy, " batch"]
    settled: Bool[Numpy, " batch"]
    go_on: Callable[[], Float[Numpy, "batch units"]]


def recollect(
    look: Callable[[Float[Numpy, "batch units"]], Look],
    probes: Float[Numpy, "*batch units"],
    *,
    max_steps: int,
    trajectory: bool,
) -> Recollection:
    """Look and go on, until all probes have settled or there were enough steps.

    Raises:
        ValueError: ``max_steps`` is below 0.
    """
    if max_steps < 0:
        raise ValueError(f"recall takes at least 0 steps, got max_steps={max_steps}")
    batch, units = probes.shape[:-1], probes.shape[-1]
    x = probes.reshape(-1, units)
    visited, energies = [], []
    while True:
        found = look(x)
        energies.append(found.energies)
        if trajectory:
            visited.append(x)
        if found.settled.all() or len(energies) > max_steps:
            break
        x = found.go_on()
    return Recollection(
        x.reshape(probes.shape),
        np.stack(energies).reshape(len(energies), *batch),
        found.settled.reshape(batch),
        np.stack(visited).reshape(len(visited), *probes.shape) if trajectory else None,
    )
