"""What cells and synapses compute in one step, found out by calling them with symbols."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neuropil.errors import EngineError
from neuropil.graph import no_grad, plain, watching
from neuropil.native import functions
from neuropil.native.identifiers import identifiers
from neuropil.native.printing import VARIABLE
from neuropil.native.scheduling import by_height
from neuropil.native.symbols import Symbol
from neuropil.native.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from neuropil.graph import Variable
    from neuropil.kernels import Cells
    from neuropil.native.nodes import Node


DOUBLE = np.dtype(np.float64)


class Number(NamedTuple):
    """A number that a printed function computes with: what it is called there, and its dtype."""

    name: str
    dtype: np.dtype[Any] = DOUBLE


Numbers = Number | dict[str, Number]


@dataclass(frozen=True, eq=False)
class TracedCells:
    """A step of cells.

    Attributes:
        cells: Which.
        names: What each variable is called in a program.
        trace: What it is made of.
        after: What each variable is after it, by name.
        spiked: Whether the cell spikes.
        read: The Variables it reads, by the names of their values.
        changed: Those that it changes, such as counters of Generators, by the same names, with
            what they are after it.
    """

    cells: Cells
    names: Mapping[str, str]
    trace: Trace
    after: Mapping[str, Node]
    spiked: Node
    read: Mapping[str, Variable]
    changed: Mapping[str, Node]


def traced_cells(cells: Cells, real: np.dtype[Any]) -> TracedCells:
    """A step of cells.

    Args:
        cells: Which.
        real: The floating dtype in which they compute.

    Raises:
        EngineError: It cannot be printed; names the cells and says why.
    """
    variables = list(cells.variables)
    while True:
        traced, others = _traced(cells, real, variables)
        if traced is not None:
            return traced
        variables += others


def _traced(
    cells: Cells, real: np.dtype[Any], variables: Sequence[Variable]
) -> tuple[TracedCells | None, list[Variable]]:
    """A step, or the Variables that it reads or changes besides these, such as in a closure."""
    trace, names = Trace(real, functions), identifiers(cells.start)
    state = {
        name: trace.array(f"{VARIABLE}{names[name]}", cells.size, plain(x).dtype)
        for name, x in cells.start.items()
    }
    read = {f"given{k}": variable for k, variable in enumerate(variables)}
    given = {name: _given(trace, name, variable.value) for name, variable in read.items()}
    with _explained(f"the cells {cells.name}"), no_grad(), trace.going_on(), _holding(read, given):
        known, failure = set(map(id, variables)), None
        with watching() as watch:
            try:
                after, spiked = cells.step(state, trace.number("time", np.float64))
            except Exception as error:  # noqa: BLE001 (perhaps of a Variable that is not known yet)
                failure = error
            values = {name: variable.value for name, variable in read.items()}
        watch.restore()
        seen = {**watch.read, **watch.written}.values()
        others = [x for x in seen if x.creator is None and id(x) not in known]
        if others:
            return None, others
        if failure is not None:
            raise failure
        here = trace.nodes
        traced = TracedCells(
            cells,
            names,
            trace,
            {name: _stored(trace, name, x, state[name]) for name, x in after.items()},
            here.cast(trace.symbol(spiked).broadcast(here.index), np.bool_),
            read,
            {
                name: _carried(trace, name, value)
                for name, value in values.items()
                if value is not given[name]
            },
        )
        _check_alone(traced)
        return traced, []


def _check_alone(traced: TracedCells) -> None:
    """Refuse what reads a variable of another cell: it may have changed already, or not yet."""
    if traced.cells.size == 1:
        return
    for node in by_height([*traced.after.values(), traced.spiked]):
        of_state = node.operation == "load" and node.detail.startswith(VARIABLE)
        if of_state and node.arguments != (traced.trace.nodes.index,):
            raise EngineError(
                f"a cell's step reads {node.detail[len(VARIABLE) :]} of another cell: what cells "
                "do to one another is said by connections"
            )


def traced_rule(rule: Callable[..., Any], what: str, *groups: Numbers) -> tuple[Trace, Any]:
    """A function of a synapse, or of a cell's traces, called with symbols for numbers.

    Args:
        rule: The function.
        what: What to call it in an error.
        groups: What it takes: a number, or several by the names it knows them by.

    Returns:
        What it is made of, and what it gave.
    """
    trace = Trace(DOUBLE, functions)
    arguments = [
        {key: trace.number(*number) for key, number in group.items()}
        if isinstance(group, dict)
        else trace.number(*group)
        for group in groups
    ]
    with _explained(what), no_grad(), trace.going_on():
        with watching() as watch:
            found = rule(*arguments)
        watch.restore()
        if any(variable.creator is None for variable in (watch.read | watch.written).values()):
            raise EngineError(
                "a rule for synapses reads or draws from Variables, which the printed loop would "
                "know as they are now: give it numbers"
            )
        return trace, found


def _given(trace: Trace, name: str, value: Any) -> Symbol:
    """What a Variable holds, handed to the program as an array: of one element for a number."""
    dtype = trace.floating(value.dtype)
    if np.ndim(value) == 0:
        return trace.array(name, 1, dtype).reshape(())
    flat = trace.array(name, value.size, dtype)
    return Symbol(trace, tuple(value.shape), dtype, flat.element)


def _stored(trace: Trace, name: str, value: Any, before: Symbol) -> Node:
    after = trace.symbol(value)
    if after.shape not in ((), (1,), before.shape):
        raise EngineError(
            f"the variable {name} has the shape {before.shape} before a step and {after.shape} "
            "after it"
        )
    return trace.nodes.cast(after.broadcast(trace.nodes.index), before.dtype)


def _carried(trace: Trace, name: str, value: Any) -> Node:
    after = trace.symbol(value)
    node = after.element(trace.nodes.constant(0))
    if after.shape != () or node.varies:
        raise EngineError(
            "a step changes a Variable that is not a number, such as a counter; what differs from "
            f"cell to cell is a variable of the model ({name} of shape {after.shape})"
        )
    return node


@contextmanager
def _holding(read: Mapping[str, Variable], given: Mapping[str, Symbol]) -> Iterator[None]:
    """The Variables hold symbols meanwhile."""
    before = {name: variable.value for name, variable in read.items()}
    try:
        for name, variable in read.items():
            variable.value = given[name]
        yield
    finally:
        for name, variable in read.items():
            variable.value = before[name]


@contextmanager
def _explained(what: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise EngineError(
            f"engine 'native' cannot run {what}: {error} (or use engine='eager')"
        ) from error
