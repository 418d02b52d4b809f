"""What cells and synapses compute in one step, found out by calling them with symbols."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neuropil.errors import EngineError
from neuropil.graph import no_grad, plain
from neuropil.native import functions
from neuropil.native.identifiers import identifiers
from neuropil.native.printing import VARIABLE
from neuropil.native.symbols import Symbol
from neuropil.native.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

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
    trace = Trace(real, functions)
    names = identifiers(cells.start)
    state = {
        name: trace.array(f"{VARIABLE}{names[name]}", cells.size, plain(x).dtype)
        for name, x in cells.start.items()
    }
    read = {f"given{k}": variable for k, variable in enumerate(cells.variables)}
    given = {name: _given(trace, name, variable.value) for name, variable in read.items()}
    with _explained(f"the cells {cells.name}"), no_grad(), trace.going_on(), _holding(read, given):
        after, spiked = cells.step(state, trace.number("time", np.float64))
        values = {name: variable.value for name, variable in read.items()}
        here = trace.nodes
        return TracedCells(
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
        return trace, rule(*arguments)


def _given(trace: Trace, name: str, value: Any) -> Symbol:
    """What a Variable holds, handed to the program as an array: of one element for a number."""
    dtype = trace.floating(value.dtype)
    if np.ndim(value) == 0:
        return trace.array(name, 1, dtype).reshape(())
    return trace.array(name, len(value), dtype)


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
