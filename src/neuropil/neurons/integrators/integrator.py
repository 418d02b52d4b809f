"""What every integrator is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

if TYPE_CHECKING:
    from neuropil.arrays import Array

State: TypeAlias = "Mapping[str, Array]"

Derivatives = Callable[[Any, Any], Any]
"""``(state, input) -> state``: the time derivative of each variable."""

Input = Callable[[float], Any]
"""The input at a fraction of the step, from 0 at its beginning to 1 at its end."""

Step = Callable[[Any, Input], Any]
"""``(state, input) -> state``: the state one time step later."""


Stepper = Callable[[Any], Step]
"""``dt -> step``: a step of any length; dt is a number, or an array with one for each cell."""


class Integrator(ABC):
    """A numerical method for dx/dt = f(x, input). Abstract.

    Attributes:
        order: p: the error at a fixed time falls like dtᵖ where f and the input are smooth;
            infinite for a method without error while the input does not change within a step.
        stable: The largest dt/τ for which it lets dx/dt = −x/τ decay.
    """

    order: ClassVar[float]
    stable: ClassVar[float]

    @abstractmethod
    def prepare(self, derivatives: Derivatives, like: State) -> Stepper:
        """Steps for these equations. What steps of all lengths have in common is computed here.

        Args:
            derivatives: f.
            like: A state, for the names and shapes of its variables.
        """

    def step(self, derivatives: Derivatives, like: State, dt: Array) -> Step:
        """A step of ``dt`` (ms) for these equations.

        Args:
            derivatives: f.
            like: A state, for the names and shapes of its variables.
            dt: How far to go: a number, or an array with one for each cell.
        """
        return self.prepare(derivatives, like)(dt)


def moved(state: State, rates: State, dt: Array) -> dict[str, Array]:
    """The state after ``dt`` at constant rates: x + dt·f."""
    return {name: x + dt * rates[name] for name, x in state.items()}
