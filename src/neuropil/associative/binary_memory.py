"""Memories whose neurons are on or off, and how they recall."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.associative.patterns import BIPOLAR, as_probes, check_states
from neuropil.associative.recollection import Look, Recollection, recollect
from neuropil.associative.update import Asynchronous, Update
from neuropil.nn import Module
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array

    Numpy = np.ndarray[Any, Any]


class BinaryMemory(Module, ABC):
    """A network of neurons with two states that descends an energy. Abstract.

    What the states of the neurons are compared with is computed once a step and then kept up to
    date: the *drive*, of whatever size the memory needs.

    Attributes:
        units: How many neurons there are.
        states: Of a neuron that is off, and of one that is on.
    """

    units: int
    states: tuple[int, int] = BIPOLAR

    @property
    @abstractmethod
    def dtype(self) -> np.dtype[Any]:
        """What it computes in."""

    @abstractmethod
    def drive(self, x: Float[Numpy, "batch units"]) -> Float[Numpy, "batch _"]:
        """What neurons and energy depend on."""

    @abstractmethod
    def chosen(
        self, x: Float[Numpy, "batch units"], drive: Float[Numpy, "batch _"]
    ) -> Float[Numpy, "batch units"]:
        """The state of lower energy for each neuron, all others as they are; on where both tie."""

    @abstractmethod
    def sweep(
        self, x: Float[Numpy, "batch units"], drive: Float[Numpy, "batch _"], order: Numpy
    ) -> None:
        """Let one neuron after the other choose, changing ``x`` and ``drive`` in place."""

    @abstractmethod
    def energies(
        self, x: Float[Numpy, "batch units"], drive: Float[Numpy, "batch _"]
    ) -> Float[Numpy, " batch"]:
        """E of each state."""

    def forward(self, probes: Float[Array, "*batch units"]) -> Float[Numpy, "*batch units"]:
        """The states that `recall` ends in."""
        return self.recall(probes).states

    def recall(
        self,
        probes: Float[Array, "*batch units"],
        *,
        update: Update | None = None,
        max_steps: int = 100,
        trajectory: bool = False,
        rng: int | Generator | None = None,
    ) -> Recollection:
        """Go from the probes to what they bring to mind, until nothing changes any more.

        A neuron whose two states have the same energy, to rounding, is switched on. A probe gives
        the same alone as among others.

        Args:
            probes: One, or an array of them with the units along the last axis.
            update: `Asynchronous` by default, or `Synchronous`.
            max_steps: Of the update, at most.
            trajectory: Whether to keep the states after each step.
            rng: A seed or Generator for the order of asynchronous updates.

        Raises:
            ShapeError: The probes have another size.
            DataError: They are not in the states of this memory.
            ValueError: ``max_steps`` is below 0.

        Example:
            >>> from neuropil.associative import Hopfield
            >>> net = Hopfield(4).store([[1, 1, -1, -1]])
            >>> recalled = net.recall([1, -1, -1, -1], rng=0)
            >>> recalled.states.tolist(), recalled.energies.tolist(), recalled.settled.item()
            ([1.0, 1.0, -1.0, -1.0], [-0.0, -6.0], True)
        """
        start = as_probes(probes, self.units, self.dtype)
        check_states(start, self.states, "probes")
        chosen_update, generator = update or Asynchronous(), as_generator(rng)

        def look(x: Numpy) -> Look:
            drive = self.drive(x)
            settled = np.all(self.chosen(x, drive) == x, axis=-1)
            energies = self.energies(x, drive)
            return Look(energies, settled, lambda: chosen_update.step(self, x, drive, generator))

        return recollect(look, start, max_steps=max_steps, trajectory=trajectory)

    def _warn_of_lost(
        self, patterns: Float[Numpy, "patterns units"], capacity: float, holder: str, other: str
    ) -> None:
        """Warn of more patterns than fit, unless all of them stay all the same."""
        if len(patterns) <= capacity:
            return
        stays = np.all(self.chosen(patterns, self.drive(patterns)) == patterns, axis=-1)
        if not stays.all():
            warnings.warn(
                f"{holder} holds about {capacity:.4g} random patterns in {self.units} units, got "
                f"{len(patterns)}, of which {np.sum(~stays)} are not recalled even from "
                f"themselves: store fewer, or take more units or {other}",
                stacklevel=3,
            )
