"""What is done with a table of synapses in each step, printed as functions and their calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.native.synapse_source import Place, learn, mark, send, trace_arrays
from neuropil.native.text import indented

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neuropil.kernels import Kernel, Synapses
    from neuropil.native.tracing import TracedCells

SENT = ("rows", "targets", "weights", "jump", "delays")
"""What the program takes for each table of synapses, besides traces and columns."""


@final
class TableSource:
    """The functions and calls of a table of synapses."""

    def __init__(
        self,
        kernel: Kernel,
        number: int,
        names: Mapping[str, str],
        traced: Mapping[str, TracedCells],
        real: np.dtype[Any],
        *,
        shared: bool,
    ) -> None:
        self.table, self.number, self.dt = kernel.synapses[number], number, kernel.dt
        self.names, self.traced, self.shared = names, traced, shared
        targets = next(cells for cells in kernel.cells if cells.name == self.table.target)
        self.place = Place(is_delayed(kernel, self.table), self.table.variable in targets.reset)
        made = (
            send(self.table, number, self.place, real, shared=shared),
            learn(self.table, number, real),
            mark(self.table, number, "source", real),
            mark(self.table, number, "target", real),
        )
        self.functions = [text for text in made if text is not None]

    @property
    def arguments(self) -> list[str]:
        """What the program takes for it."""
        numbered = [f"{name}{self.number}" for name in (*SENT, *self._traces)]
        if any(text.name.startswith("learn") for text in self.functions):
            numbered += [f"{name}{self.number}" for name in ("columns", "synapses", "sources")]
        return numbered

    @property
    def lines(self) -> list[str]:
        """What is done with it in each step."""
        table, calls = self.table, [*self._moved()]
        source, target = self.names[table.source], self.names[table.target]
        variable = self.traced[table.target].names[table.variable]
        place = f"{'due_' if self.place.delayed else ''}{target}__{variable}"
        known = {
            "step": "now",
            "place": place,
            "spiked": f"{target}_spiked",
            "fired": f"{source}_fired",
            "count": f"{source}_count",
            "low": f"{target}_parts[part]",
            "high": f"{target}_parts[part + 1]",
        }
        for text in self.functions:
            if text.name.startswith(("learn", "mark_target")):
                known |= {"fired": f"{target}_fired", "count": f"{target}_count"}
            else:
                known |= {"fired": f"{source}_fired", "count": f"{source}_count"}
            handed = [known.get(name, f"{name}{self.number}") for name in text.arguments]
            call = f"{text.name}({', '.join(handed)})"
            if self.shared and text.name.startswith("send"):
                calls += ["for part in prange(parts):", *indented([call])]
            else:
                calls.append(call)
        return calls

    @property
    def _traces(self) -> list[str]:
        return trace_arrays(self.table.plasticity)

    def _moved(self) -> list[str]:
        plastic = self.table.plasticity
        if plastic is None:
            return []
        kinds = [*plastic.source_traces.values(), *plastic.target_traces.values()]
        moved = []
        for name, kind in zip(self._traces, kinds, strict=True):
            kept = float(np.exp(-self.dt / kind.tau))
            moved.append(f"relax({name}{self.number}, {float(kind.rest)!r}, {kept!r})")
        return moved


def is_delayed(kernel: Kernel, table: Synapses) -> bool:
    """Whether what a table sends is on its way for a while: so it is if any that goes there is."""
    return any(
        np.max(other.delays, initial=0) > 0
        for other in kernel.synapses
        if (other.target, other.variable) == (table.target, table.variable)
    )
