"""When within a step a cell spikes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from neuropil.neurons.stepping import stepper

if TYPE_CHECKING:
    from neuropil.neurons.integrators import Integrator
    from neuropil.neurons.model import Model, State
    from neuropil.neurons.stepping import Advance


class Timing(ABC):
    """Where in time spikes can be. Abstract.

    Attributes:
        pure: Whether a step is a pure function of arrays, which engines can compile and the graph
            can differentiate.
        waits_in: The dtype in which the state says how long a cell stays refractory.
    """

    pure: ClassVar[bool]
    waits_in: ClassVar[type]

    @abstractmethod
    def stepper(self, model: Model, integrator: Integrator, like: State, dt: float) -> Advance:
        """A step of ``dt`` (ms) of such cells."""


@final
class OnGrid(Timing):
    """Spikes are at the ends of steps, and refractory times whole numbers of steps.

    What that costs: a spike is late by up to dt, half of it on average, and so is every interval
    between spikes. The rate of a regular cell is too low by about rate · dt/2 (relative).
    """

    pure: ClassVar[bool] = True
    waits_in: ClassVar[type] = np.int32

    def stepper(self, model: Model, integrator: Integrator, like: State, dt: float) -> Advance:
        """Integrate, threshold, reset."""
        return stepper(model, integrator, like, dt)
