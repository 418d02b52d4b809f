"""What the spikes of some cells do to others, printed as functions of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neuropil.native.identifiers import identifiers
from neuropil.native.printing import Printer
from neuropil.native.text import Text, indented
from neuropil.native.tracing import Number, traced_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from neuropil.kernels import Plasticity, Synapses


class Place(NamedTuple):
    """Where spikes arrive.

    Attributes:
        delayed: Whether they are on their way for a while.
        reset: Whether a spike of the target resets the variable: what arrives in its step is lost.
    """

    delayed: bool
    reset: bool


def send(table: Synapses, number: int, place: Place, real: np.dtype[Any], *, shared: bool) -> Text:
    """``send<number>``: what the spikes of a step add to the targets.

    Where threads share them, to those from ``low`` to before ``high``: what each is added comes in
    the same order then as with one thread.
    """
    plastic, called = table.plasticity, set()
    body = ["target = targets[s]"]
    amount = "weights" if np.ndim(table.weights) == 0 else "weights[s]"
    if plastic is not None:
        rule = _Rule(plastic, table, plastic.transmit, real)
        amount, now = rule.results(lambda found: (found.sent, found.weight))
        body += [*rule.ends, *rule.lines, f"weights[s] = {now}"]
        called = rule.printer.called
    if np.size(table.jump) > 1:
        amount = f"{amount} * jump[target]"
    elif amount != "weights" and np.any(np.asarray(table.jump) != 1.0):
        amount = f"{amount} * jump"
    body.append(_added(table, place, amount))
    row = ["for s in range(rows[row], rows[row + 1]):", *indented(body)]
    if shared:
        row = [
            "begin = place_of(low, targets, rows[row], rows[row + 1])",
            "end = place_of(high, targets, begin, rows[row + 1])",
            "for s in range(begin, end):",
            *indented(body),
        ]
    lines = [
        "for k in range(count):",
        *indented([f"row = {_row(table)}", "if 0 <= row < rows.size - 1:"]),
        *indented(row, 2),
    ]
    arguments = ["step", "fired", "count", "rows", "targets", "weights", "jump", "delays"]
    arguments += [*trace_arrays(plastic), "place", "spiked"]
    arguments += ["low", "high"] if shared else []
    title = f"Spikes of {table.source} reach {table.variable} of {table.target}."
    return Text(f"send{number}", arguments, title, lines, called)


def learn(table: Synapses, number: int, real: np.dtype[Any]) -> Text | None:
    """``learn<number>``: what the spikes of the targets change; None where they change nothing."""
    plastic = table.plasticity
    if plastic is None or plastic.learn is None:
        return None
    rule = _Rule(plastic, table, plastic.learn, real)
    (now,) = rule.results(lambda found: (found,))
    body = ["s = synapses[at]", "row = sources[at]"]
    body += [*rule.ends, *rule.lines, f"weights[s] = {now}"]
    lines = [
        "for k in range(count):",
        *indented(["target = fired[k]", "for at in range(columns[target], columns[target + 1]):"]),
        *indented(body, 2),
    ]
    arguments = ["fired", "count", "columns", "synapses", "sources", "weights"]
    arguments += trace_arrays(plastic)
    title = f"Spikes of {table.target} change what reaches them from {table.source}."
    return Text(f"learn{number}", arguments, title, lines, rule.printer.called)


def mark(table: Synapses, number: int, side: str, real: np.dtype[Any]) -> Text | None:
    """``mark_<side><number>``: the traces of cells that spiked jump; None where there are none."""
    plastic = table.plasticity
    if plastic is None:
        return None
    sources = side == "source"
    kinds = plastic.source_traces if sources else plastic.target_traces
    if not kinds:
        return None
    rule = (plastic.mark_sources if sources else plastic.mark_targets) or _raised
    trace, found = traced_rule(
        rule,
        f"{type(plastic).__name__}.mark_{side}s",
        {name: Number(_at(name, side)) for name in kinds},
    )
    nodes = {name: trace.symbol(x).element(trace.nodes.index) for name, x in found.items()}
    printer = Printer(real)
    arrays = {name: trace_array(name, side) for name in kinds}
    jump = [f"{_at(name, side)} = {arrays[name]}[row]" for name in kinds]
    jump += printer.lines(list(nodes.values()), varies=False)
    jump += [f"{arrays[name]}[row] = {printer.reference(node)}" for name, node in nodes.items()]
    within = [f"row = {_row(table) if sources else 'fired[k]'}"]
    within += [f"if 0 <= row < {arrays[next(iter(kinds))]}.size:", *indented(jump)]
    lines = ["for k in range(count):", *indented(within)]
    title = f"The traces of the {side}s that spiked jump."
    arguments = ["fired", "count", *arrays.values()]
    return Text(f"mark_{side}{number}", arguments, title, lines, printer.called)


def trace_arrays(plastic: Plasticity | None) -> list[str]:
    """What the arrays of a rule's traces are called: those of the sources, then of the targets."""
    if plastic is None:
        return []
    return [
        *(trace_array(name, "source") for name in plastic.source_traces),
        *(trace_array(name, "target") for name in plastic.target_traces),
    ]


def trace_array(name: str, side: str) -> str:
    """What the array of a trace is called."""
    return f"all_{_at(name, side)}s"


class _Rule:
    """What a rule computes for a synapse, from its weight and the traces at its ends."""

    def __init__(
        self, plastic: Plasticity, table: Synapses, rule: Callable[..., Any], real: np.dtype[Any]
    ) -> None:
        self.printer = Printer(real)
        self.lines: list[str] = []
        kinds = {"source": plastic.source_traces, "target": plastic.target_traces}
        self.ends = ["weight = weights[s]"]
        for side, place in (("source", "row"), ("target", "target")):
            self.ends += [
                f"{_at(name, side)} = {trace_array(name, side)}[{place}]" for name in kinds[side]
            ]
        self._trace, self._found = traced_rule(
            rule,
            f"the synapses from {table.source} to {table.target} ({type(plastic).__name__})",
            Number("weight", np.asarray(table.weights).dtype),
            *({name: Number(_at(name, side)) for name in kinds[side]} for side in kinds),
        )

    def results(self, pick: Callable[[Any], Sequence[Any]]) -> list[str]:
        """What it gives, as it is called when the lines have computed it."""
        trace = self._trace
        nodes = [trace.symbol(x).element(trace.nodes.index) for x in pick(self._found)]
        self.lines = self.printer.lines(nodes, varies=False)
        return [self.printer.reference(node) for node in nodes]


def _raised(before: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: x + 1.0 for name, x in before.items()}


def _at(name: str, side: str) -> str:
    return f"{identifiers([name])[name]}_of_{side}"


def _row(table: Synapses) -> str:
    return f"fired[k] - {table.first}" if table.first else "fired[k]"


def _added(table: Synapses, place: Place, amount: str) -> str:
    if place.delayed:
        delay = "delays" if np.ndim(table.delays) == 0 else "delays[s]"
        return f"place[(step + {delay}) % place.shape[0], target] += {amount}"
    if place.reset:
        return f"place[target] += 0.0 if spiked[target] else {amount}"
    return f"place[target] += {amount}"
