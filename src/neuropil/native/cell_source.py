"""The step of some cells, printed as functions of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from neuropil.native.printing import LOOP, VARIABLE, Printer
from neuropil.native.text import Text, indented
from neuropil.native.trace import Drawn

if TYPE_CHECKING:
    from neuropil.native.tracing import TracedCells


@final
class CellSource:
    """Cells of one kind as source: what is drawn before a step, and the step.

    Args:
        traced: What a step is made of.
        name: What the cells are called in the program.
        watched: Whether a step says that a variable is not a number any more.

    Attributes:
        shared: The names of all arrays besides the variables that its functions take, in their
            order.
        prepares: Whether there is something to do before a step.
        functions: Its functions.
    """

    def __init__(self, traced: TracedCells, name: str, *, watched: bool) -> None:
        self.traced, self.name, self.watched = traced, name, watched
        before = traced.trace.before
        self.shared = [*traced.read, *traced.trace.tables, *(part.name for part in before)]
        self.prepares = bool(before or traced.changed)
        self.functions = [self._prepare()] if self.prepares else []
        self.functions.append(self._step())

    @property
    def variables(self) -> list[str]:
        """The arrays of the variables, as the functions call them."""
        return [f"{VARIABLE}{name}" for name in self.traced.names.values()]

    def _prepare(self) -> Text:
        """Random words, what is computed from them, and the counters after them."""
        printer, changed = Printer(self.traced.trace.real), self.traced.changed
        lines: list[str] = []
        for part in self.traced.trace.before:
            if isinstance(part, Drawn):
                needed = [*part.key, part.counter]
                lines += printer.lines(needed, varies=False)
                lines.append(f"draw({', '.join(map(printer.reference, needed))}, {part.name})")
            else:
                lines += printer.lines([part.element], varies=False)
                loop = printer.lines([part.element], varies=True)
                loop.append(f"{part.name}[cell] = {printer.reference(part.element)}")
                lines += [LOOP.format("0", f"{part.name}.size"), *indented(loop)]
                printer.forget()
        lines += printer.lines(list(changed.values()), varies=False)
        lines += [f"{name}[0] = {printer.reference(node)}" for name, node in changed.items()]
        title = f"What the steps of {self.traced.cells.name} begin with."
        arguments = ["time", *self.shared]
        return Text(f"prepare_{self.name}", arguments, title, lines, printer.called)

    def _step(self) -> Text:
        printer = Printer(self.traced.trace.real)
        traced, index = self.traced, self.traced.trace.nodes.index
        after = {self.traced.names[name]: node for name, node in traced.after.items()}
        roots = [*after.values(), traced.spiked]
        lines = printer.lines(roots, varies=False)
        loop = printer.lines(roots, varies=True)
        for name, node in after.items():
            unchanged = node.operation == "load" and node.detail == f"{VARIABLE}{name}"
            if not (unchanged and node.arguments == (index,)):
                loop.append(f"{VARIABLE}{name}[cell] = {printer.reference(node)}")
        loop.append(f"spiked[cell] = {printer.reference(traced.spiked)}")
        if self.watched:
            lines.insert(0, "odd = False")
            floating = [node for node in after.values() if node.dtype.kind == "f"]
            written = [printer.reference(node) for node in floating if not node.is_constant]
            loop.extend(f"odd |= np.isnan({name})" for name in written)
        lines.append(LOOP.format("first", "last"))
        lines.extend(indented(loop))
        if self.watched:
            lines.append("return odd")
        arguments = ["time", "first", "last", *self.variables, *self.shared, "spiked"]
        title = f"One time step of {traced.cells.name}."
        return Text(f"step_{self.name}", arguments, title, lines, printer.called)
