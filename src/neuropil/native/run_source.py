"""The function of a printed program that takes many steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from neuropil.native.table_source import is_delayed
from neuropil.native.text import Text, indented

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from neuropil.kernels import Kernel, Probe
    from neuropil.native.cell_source import CellSource
    from neuropil.native.table_source import TableSource
    from neuropil.native.tracing import TracedCells


@final
class RunSource:
    """The function that takes many steps."""

    def __init__(
        self,
        kernel: Kernel,
        cells: Sequence[CellSource],
        tables: Sequence[TableSource],
        names: Mapping[str, str],
        traced: Mapping[str, TracedCells],
        *,
        watched: bool,
        shared: bool,
    ) -> None:
        self.kernel, self.names, self.traced = kernel, names, traced
        self.watched, self.shared = watched, shared
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
        if shared:
            lines.insert(0, f"parts = {cells[0].name}_parts.size - 1")
        arguments = ["step", "steps", "dt", *self.arguments]
        threads = ", parallel=True" if shared else ""
        decorated = f'@njit(error_model="numpy", nogil=True, cache=True{threads})'
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
        variables = [f"{name}__{variable}" for variable in part.traced.names.values()]
        shared = [f"{name}_{given}" for given in part.shared]
        found = [f"{name}_spiked", f"{name}_eights", f"{name}_fired"]
        self.arguments += [*variables, *shared, *found]
        lines = []
        if part.prepares:
            lines.append(f"prepare_{name}({', '.join(['time', *shared])})")
        lines += self._shared_step(part, [*variables, *shared, f"{name}_spiked"])
        lines.append(f"{name}_count = find({', '.join(found)})")
        return lines

    def _shared_step(self, part: CellSource, handed: Sequence[str]) -> list[str]:
        """The call of the step, of all cells at once or of those of each thread."""
        name, stop = part.name, indented(["return -1 - (now - step)"])
        if not self.shared:
            call = f"step_{name}({', '.join(['time', '0', f'{name}_fired.size', *handed])})"
            return [f"if {call}:", *stop] if self.watched else [call]
        self.arguments += [f"{name}_parts", f"{name}_odd"]
        bounds = [f"{name}_parts[part]", f"{name}_parts[part + 1]"]
        call = f"step_{name}({', '.join(['time', *bounds, *handed])})"
        if not self.watched:
            return ["for part in prange(parts):", *indented([call])]
        told = f"{name}_odd[part] = {call}"
        return [
            "for part in prange(parts):",
            *indented([told]),
            f"if {name}_odd.any():",
            *stop,
        ]

    def _arrived(self) -> list[str]:
        places = {
            (table.target, table.variable)
            for table in self.kernel.synapses
            if is_delayed(self.kernel, table)
        }
        lines = []
        for target, variable in sorted(places):
            name, cells = self.names[target], self.traced[target].cells
            values = f"{name}__{self.traced[target].names[variable]}"
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
        values = (
            f"{self.names[probe.cells]}__{self.traced[probe.cells].names[probe.variable or '']}"
        )
        row = f"{samples}[(now + 1) // {every} - step // {every} - 1]"
        return [f"if (now + 1) % {every} == 0:", *indented([f"sample({values}, {indices}, {row})"])]
