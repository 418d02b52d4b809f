"""Populations: cells of one model, and parts of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neuropil.neurons.model import Model
    from neuropil.neurons.poisson import PoissonTrains


@dataclass(frozen=True, eq=False)
class Population:
    """Cells of one model in a network, or some of them that stand side by side.

    ``population[:80]`` is a part, to connect or to record.

    Attributes:
        name: What the whole population is called.
        model: What each cell is.
        first: The number of the first cell within the whole.
        size: How many cells there are.
    """

    name: str
    model: Model | PoissonTrains
    first: int
    size: int

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, part: slice) -> Population:
        if not isinstance(part, slice):
            raise TypeError(
                f"a part of {self.name} is a slice such as [:80], got [{part!r}]: for one cell "
                f"write [{part!r}:{part!r} + 1]"
            )
        start, stop, step = part.indices(self.size)
        if step != 1:
            raise ValueError(f"cells of a part stand side by side, got a slice of step {step}")
        if stop <= start:
            raise ValueError(f"[{part.start}:{part.stop}] holds none of the {self.size} cells")
        return Population(self.name, self.model, self.first + start, stop - start)

    def __repr__(self) -> str:
        last = self.first + self.size - 1
        return f"Population({self.name!r}, cells {self.first} to {last})"
