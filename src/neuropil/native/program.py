"""A whole simulation printed as a Python module for Numba."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.errors import EngineError
from neuropil.graph import plain
from neuropil.native.cell_source import CellSource
from neuropil.native.identifiers import identifiers
from neuropil.native.printing import OF_EACH_DTYPE
from neuropil.native.run_source import RunSource
from neuropil.native.table_source import TableSource
from neuropil.native.tracing import DOUBLE, TracedCells, traced_cells

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from neuropil.kernels import Cells, Kernel
    from neuropil.native.text import Text


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


def program_of(kernel: Kernel, *, watched: bool = False, shared: bool = False) -> Program:
    """Print a kernel.

    Args:
        kernel: The simulation.
        watched: Whether to look in each step for what is not a number any more.
        shared: Whether several threads share the cells of each step.

    Raises:
        EngineError: Some of it cannot be printed; says what and why.
    """
    real = _real(kernel)
    names = identifiers(cells.name for cells in kernel.cells)
    cells = [_cell_source(part, names[part.name], real, watched=watched) for part in kernel.cells]
    traced = {part.traced.cells.name: part.traced for part in cells}
    tables = [
        TableSource(kernel, number, names, traced, real, shared=shared)
        for number in range(len(kernel.synapses))
    ]
    run = RunSource(kernel, cells, tables, names, traced, watched=watched, shared=shared)
    functions = [text for part in cells for text in part.functions]
    functions += [text for table in tables for text in table.functions]
    source = "\n\n".join([_head(functions, real), *(text.source for text in functions), run.source])
    return Program(source, run.arguments, traced, names, real)


def _cell_source(cells: Cells, name: str, real: np.dtype[Any], *, watched: bool) -> CellSource:
    """Cells as source, if that is the same each time."""
    first, second = (CellSource(traced_cells(cells, real), name, watched=watched) for _ in range(2))
    tables = first.traced.trace.tables, second.traced.trace.tables
    same = [text.source for text in first.functions] == [text.source for text in second.functions]
    if not same or not all(
        np.array_equal(*pair) for pair in zip(*map(dict.values, tables), strict=True)
    ):
        raise EngineError(
            f"engine 'native' cannot run the cells {cells.name}: their step is another one each "
            "time it is called; draw from a neuropil Generator, and keep what changes in Variables "
            "(or use engine='eager')"
        )
    return first


def _real(kernel: Kernel) -> np.dtype[Any]:
    """The dtype of the cells' variables."""
    dtypes = [plain(x).dtype for cells in kernel.cells for x in cells.start.values()]
    return next((dtype for dtype in dtypes if dtype.kind == "f"), DOUBLE)


def _head(functions: Sequence[Text], real: np.dtype[Any]) -> str:
    called = set().union(*(text.called for text in functions))
    lines = ['"""Printed by neuropil: the steps of a simulation, to be compiled by Numba."""', ""]
    lines += ["import numpy as np", "from numba import njit, prange", ""]
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
        "    arrive, arrive_unless_spiked, find, note, place_of, relax, sample",
        ")",
        "",
        f"real = np.{real}",
        "",
    ]
    return "\n".join(lines)
