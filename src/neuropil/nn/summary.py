"""The table of a network's layers."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from neuropil.nn.members import unique
from neuropil.nn.modes import HasModes, inference
from neuropil.nn.observation import observe
from neuropil.nn.parameter import Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable

_HEAD = ("layer", "type", "output", "parameters")


@dataclass(frozen=True)
class Row:
    """One layer: its path, its type, the shape of its output (N: the batch), its parameters."""

    layer: str
    type: str
    output: str
    parameters: int

    def cells(self) -> tuple[str, ...]:
        return self.layer, self.type, self.output, _thousands(self.parameters)


@dataclass(frozen=True)
class Summary:
    """The layers in the order in which they were called, and the network as a whole.

    Printed it is a table; notebooks show it as one.
    """

    rows: tuple[Row, ...]
    total: Row

    def __str__(self) -> str:
        lines = [_HEAD, *(row.cells() for row in (*self.rows, self.total))]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(
            "  ".join(
                cell.rjust(width) if place == 3 else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
            for line in lines
        )

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in _HEAD)
        rows = (row.cells() for row in (*self.rows, self.total))
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
            for cells in rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


class Network(HasModes, Protocol):
    """As much of a `Module` as its summary uses."""

    def __call__(self, x: Any, /) -> Any: ...
    def children(self) -> Iterable[Network]: ...
    def modules(self) -> Iterable[Network]: ...
    def named_modules(self) -> Iterable[tuple[str, Network]]: ...
    def parameters(self) -> Iterable[Parameter]: ...


def summarise(net: Network, input_shape: tuple[int, ...], dtype: Any = None) -> Summary:
    """Send one sample of zeros through ``net`` in eval mode, and write down what happens."""
    names = {id(module): name for name, module in net.named_modules()}
    rows: list[Row] = []

    def note(module: Network, _: tuple[Any, ...], output: Any) -> None:
        own = _count([module])
        if module is not net and (own or not any(True for _ in module.children())):
            name = names.get(id(module), "")
            rows.append(Row(name, type(module).__name__, _shape(output), own))

    first = next(iter(net.parameters()), None)
    default = np.float32 if first is None else first.dtype
    x = np.zeros((1, *input_shape), default if dtype is None else dtype)
    with inference(net), observe(note):
        output = net(x)
    layers = f"{len(rows)} layer{'' if len(rows) == 1 else 's'}"
    total = Row(type(net).__name__, layers, _shape(output), _count(net.modules()))
    return Summary(tuple(rows), total)


def _count(modules: Iterable[object]) -> int:
    """How many numbers their own parameters hold."""
    own = (named for module in modules for named in vars(module).items())
    return sum(p.size for _, p in unique(own) if isinstance(p, Parameter))


def _shape(output: Any) -> str:
    """The shape with N for the batch axis; of several outputs, each."""
    if isinstance(output, tuple | list):
        return ", ".join(filter(None, map(_shape, output)))
    shape = getattr(output, "shape", None)
    return "" if shape is None else f"({', '.join(map(str, ('N', *shape[1:])))})"


def _thousands(count: int) -> str:
    return f"{count:,}".replace(",", " ")
