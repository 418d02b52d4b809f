"""The order in which the neurons of a memory are updated."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, final

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from neuropil.random import Generator

    Numpy = np.ndarray[Any, Any]


class Updated(Protocol):
    """What an update has to know of a memory."""

    units: int

    def chosen(self, x: Numpy, drive: Numpy) -> Numpy:
        """What every neuron would change to."""

    def sweep(self, x: Numpy, drive: Numpy, order: Numpy) -> None:
        """Update one neuron after the other, in place."""


class Update(ABC):
    """One step of recall. Abstract."""

    @abstractmethod
    def step(
        self,
        memory: Updated,
        x: Float[Numpy, "batch units"],
        drive: Float[Numpy, "batch _"],
        rng: Generator,
    ) -> Float[Numpy, "batch units"]:
        """The states after the step.

        Args:
            memory: Which.
            x: The states before.
            drive: What the memory computed of them; it may be changed.
            rng: For an order that is drawn.
        """


@final
class Synchronous(Update):
    """All neurons at once, each from what the others were before.

    The energy may rise, and a network may go back and forth between two states for ever.

    Example:
        >>> from neuropil.associative import Hopfield
        >>> net = Hopfield(2).store([[1, -1]])
        >>> net.recall([1, 1], update=Synchronous(), max_steps=5).settled.item()
        False
    """

    def step(
        self,
        memory: Updated,
        x: Float[Numpy, "batch units"],
        drive: Float[Numpy, "batch _"],
        rng: Generator,  # noqa: ARG002 - nothing is drawn
    ) -> Float[Numpy, "batch units"]:
        """What every neuron chooses."""
        return memory.chosen(x, drive)


@final
class Asynchronous(Update):
    """One neuron after the other, each once, from what the others are by then: a sweep.

    The energy never rises, so that a network with symmetric weights always settles.

    Args:
        order: The neurons in their order, the same in every sweep, which may leave some out. By
            default all of them in an order drawn anew for each sweep, and common to all probes.

    Raises:
        ValueError: A neuron comes twice, or there is none.

    Example:
        >>> from neuropil.associative import Hopfield
        >>> net = Hopfield(2).store([[1, -1]])
        >>> net.recall([1, 1], update=Asynchronous([0, 1])).states.tolist()
        [-1.0, 1.0]
    """

    def __init__(self, order: Sequence[int] | Int[Numpy, " some"] | None = None) -> None:
        self.order = None if order is None else np.asarray(order, np.int64)
        if self.order is not None and not 0 < len(np.unique(self.order)) == self.order.size:
            raise ValueError(f"an order names each neuron at most once, got {order}")

    def step(
        self,
        memory: Updated,
        x: Float[Numpy, "batch units"],
        drive: Float[Numpy, "batch _"],
        rng: Generator,
    ) -> Float[Numpy, "batch units"]:
        """One sweep."""
        order = rng.permutation(memory.units) if self.order is None else self.order
        if not 0 <= order.min() <= order.max() < memory.units:
            raise ValueError(
                f"an order for {memory.units} neurons holds numbers from 0 to {memory.units - 1}, "
                f"got {order.min()} to {order.max()}"
            )
        after = x.copy()
        memory.sweep(after, drive, order)
        return after
