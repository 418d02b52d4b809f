"""A whole simulation printed as a Python module for Numba."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.graph import plain
from neuropil.native import synapse_source
from neuropil.native.cell_source import CellSource
from neuropil.native.identifiers import identifiers
from neuropil.native.printing import OF_EACH_DTYPE
from neuropil.native.synapse_source import Place, trace_arrays
from neuropil.native.text import Text, indented
from neuropil.native.tracing import DOUBLE, TracedCells, traced_cells

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from neuropil.kernels import Kernel, Probe, Synapses

SENT = ("rows", "targets", "weights", "jump", "delays")
"""What the program takes for each table of synapses, besides traces and columns."""


@final
@dataclass(frozen=True, eq=False)
class Program:
    """A simulation as source.

    Attributes:
        source: The module. Its function ``run`` takes ``step, steps, dt`` and `arguments`, and
            gives the number of steps it took, as −1 − that number if then a variable was not a
            number any more.
        arguments: The names of what ``run`` takes.
        traced: The cells, by name.
        names: What the program calls them.
        real: The dtype in which they compute.
    """

    source: str
    arguments: Sequence[str]
    traced: Mapping[str, TracedCells]
    names: Mapping[str, str]
    real: np.dtype[Any]


def program_of(kernel: Kernel, *, watched: bool) -> Program:
    """Print a kernel.

    Args:
        kernel: The simulation.
        watched: Whether to look in each step for what is not a number any more.

    Raises:
        EngineError: Some of it cannot be printed; says what and why.
    """
    real = _real(kernel)
    names = identifiers(cells.name for cells in kernel.cells)
    traced = {cells.name: traced_cells(cells, real) for cells in kernel.cells}
    cells = [CellSource(part, names[name], watched=watched) for name, part in traced.items()]
    tables = [_Table(kernel, number, names, traced, real) for number in range(len(kernel.synapses))]
    run = _Run(kernel, cells, tables, names, traced, watched=watched)
    functions = [text for part in cells for text in part.functions]
    functions += [text for table in tables for text in table.functions]
    source = "\n\n".join([_head(functions, real), *(text.source for text in functions), run.source])
    return Program(source, run.arguments, traced, names, real)


def _real(kernel: Kernel) -> np.dtype[Any]:
    """The dtype of the cells' variables."""
    dtypes = [plain(x).dtype for cells in kernel.cells for x in cells.start.values()]
    return next((dtype for dtype in dtypes if dtype.kind == "f"), DOUBLE)


def _head(functions: Sequence[Text], real: np.dtype[Any]) -> str:
    called = set().union(*(text.called for text in functions))
    lines = ['"""Printed by neuropil: the steps of a simulation, to be compiled by Numba."""', ""]
    lines += ["import numpy as np", "from numba import njit", ""]
    plain_names = sorted(name for name, _ in called if name not in OF_EACH_DTYPE)
    if plain_names:
        lines.append(f"from neuropil.native.elementary.others import {', '.join(plain_names)}")
    for name, dtype in sorted(called, key=str):
        if name in OF_EACH_DTYPE:
            module = "double" if dtype == DOUBLE else "single"
            alias = "" if dtype == real else f" as {name}_in_{dtype}"
            lines.append(f"from neuropil.native.elementary.{module} import {name}{alias}")
    lines += [
        "from neuropil.native.drawing import draw",
        "from neuropil.native.inner import FAST, inner",
        "from neuropil.native.runtime import (",
        "    arrive, arrive_unless_spiked, find, note, relax, sample",
        ")",
        "",
        f"real = np.{real}",
        "",
    ]
    return "\n".join(lines)


@final
class _Table:
    """The functions and calls of a table of synapses."""

    def __init__(
        self,
        kernel: Kernel,
        number: int,
        names: Mapping[str, str],
        traced: Mapping[str, TracedCells],
        real: np.dtype[Any],
    ) -> None:
        self.table, self.number, self.dt = kernel.synapses[number], number, kernel.dt
        self.names, self.traced = names, traced
        targets = next(cells for cells in kernel.cells if cells.name == self.table.target)
        self.place = Place(is_delayed(kernel, self.table), self.table.variable in targets.reset)
        made = (
            synapse_source.send(self.table, number, self.place, real),
            synapse_source.learn(self.table, number, real),
            synapse_source.mark(self.table, number, "source", real),
            synapse_source.mark(self.table, number, "target", real),
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
        place = f"{'due_' if self.place.delayed else ''}{target}_{variable}"
        known = {
            "step": "now",
            "place": place,
            "spiked": f"{target}_spiked",
            "fired": f"{source}_fired",
            "count": f"{source}_count",
        }
        for text in self.functions:
            if text.name.startswith(("learn", "mark_target")):
                known |= {"fired": f"{target}_fired", "count": f"{target}_count"}
            else:
                known |= {"fired": f"{source}_fired", "count": f"{source}_count"}
            handed = [known.get(name, f"{name}{self.number}") for name in text.arguments]
            calls.append(f"{text.name}({', '.join(handed)})")
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


@final
class _Run:
    """The function that takes many steps."""

    def __init__(
        self,
        kernel: Kernel,
        cells: Sequence[CellSource],
        tables: Sequence[_Table],
        names: Mapping[str, str],
        traced: Mapping[str, TracedCells],
        *,
        watched: bool,
    ) -> None:
        self.kernel, self.names, self.traced, self.watched = kernel, names, traced, watched
        self.arguments: list[str] = []
        noted = [names[probe.cells] for probe in kernel.probes if probe.variable is None]
        self._noted = list(dict.fromkeys(noted))
        body = [*self._room(), "time = now * dt"]
        for part in cells:
            body += self._stepped(part)
        for table in tables:
            self.arguments += table.arguments
            body += table.lines
        body += self._arrived()
        for name in self._noted:
            written = f"{name}_noted_steps, {name}_noted_cells, {name}_noted"
            body.append(f"note(now, {name}_fired, {name}_count, {written})")
        for number, probe in enumerate(kernel.probes):
            if probe.variable is not None:
                body += self._sampled(number, probe)
        lines = ["for now in range(step, step + steps):", *indented(body), "return steps"]
        arguments = ["step", "steps", "dt", *self.arguments]
        decorated = '@njit(error_model="numpy", nogil=True, cache=True)'
        self.source = Text("run", arguments, "Many steps.", lines, decorated=decorated).source

    def _room(self) -> list[str]:
        """Stop where the spikes of a step might not find room; the caller makes it."""
        lines = []
        for name in self._noted:
            arrays = [f"{name}_noted_steps", f"{name}_noted_cells", f"{name}_noted"]
            self.arguments += arrays
            lines.append(f"if {arrays[2]}[0] + {name}_fired.size > {arrays[0]}.size:")
            lines += indented(["return now - step"])
        return lines

    def _stepped(self, part: CellSource) -> list[str]:
        name = part.name
        variables = [f"{name}_{variable}" for variable in part.traced.names.values()]
        shared = [f"{name}_{given}" for given in part.shared]
        found = [f"{name}_spiked", f"{name}_eights", f"{name}_fired"]
        self.arguments += [*variables, *shared, *found]
        lines = []
        if part.prepares:
            lines.append(f"prepare_{name}({', '.join(['time', *shared])})")
        handed = ["time", "0", f"{name}_fired.size", *variables, *shared, f"{name}_spiked"]
        call = f"step_{name}({', '.join(handed)})"
        lines += (
            [f"if {call}:", *indented(["return -1 - (now - step)"])] if self.watched else [call]
        )
        lines.append(f"{name}_count = find({', '.join(found)})")
        return lines

    def _arrived(self) -> list[str]:
        places = {
            (table.target, table.variable)
            for table in self.kernel.synapses
            if is_delayed(self.kernel, table)
        }
        lines = []
        for target, variable in sorted(places):
            name, cells = self.names[target], self.traced[target].cells
            values = f"{name}_{self.traced[target].names[variable]}"
            self.arguments.append(f"due_{values}")
            due = f"due_{values}[now % due_{values}.shape[0]]"
            if variable in cells.reset:
                lines.append(f"arrive_unless_spiked({due}, {values}, {name}_spiked)")
            else:
                lines.append(f"arrive({due}, {values})")
        return lines

    def _sampled(self, number: int, probe: Probe) -> list[str]:
        arrays = [f"{name}{number}" for name in ("every", "indices", "samples")]
        self.arguments += arrays
        every, indices, samples = arrays
        values = f"{self.names[probe.cells]}_{self.traced[probe.cells].names[probe.variable or '']}"
        row = f"{samples}[(now + 1) // {every} - step // {every} - 1]"
        return [f"if (now + 1) % {every} == 0:", *indented([f"sample({values}, {indices}, {row})"])]


def is_delayed(kernel: Kernel, table: Synapses) -> bool:
    """Whether what a table sends is on its way for a while: so it is if any that goes there is."""
    return any(
        np.max(other.delays, initial=0) > 0
        for other in kernel.synapses
        if (other.target, other.variable) == (table.target, table.variable)
    )
