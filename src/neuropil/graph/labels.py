"""What is written in the nodes of a drawn graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

import numpy as np

from neuropil.graph.variable import Variable

if TYPE_CHECKING:
    from neuropil.graph.operation import Operation

_LONGEST = 28  # characters in a line
_SMALL = 4  # elements of an array that is shown by its values


@dataclass(frozen=True)
class Label:
    """The lines of a node, the first of them emphasised if it is a name, and the text behind."""

    lines: tuple[str, ...]
    named: bool
    tip: str

    @property
    def columns(self) -> float:
        """The width in characters of the size of a plain line."""
        return max(
            _columns(line) * (13 / 11 if self.named and i == 0 else 1.0)
            for i, line in enumerate(self.lines)
        )


def label(node: Variable | Operation) -> Label:
    """The label of a Variable (name, value or shape, gradient) or an Operation (name, settings).

    Example:
        >>> x = Variable([1.0, 2.0], name="x")
        >>> x.grad = np.ones((3, 2))
        >>> label(x).lines
        ('x', '[1, 2]', 'grad (3, 2) float64')
    """
    if isinstance(node, Variable):
        lines = [] if node.name is None else [node.name]
        lines.append(_content(node.value))
        if node.grad is not None:
            lines.append(f"grad {_content(node.grad)}")
        return Label(tuple(map(_shortened, lines)), node.name is not None, repr(node))
    lines = [node.primitive.name]
    if node.settings or len(node.parents) < len(node.args):
        lines.append(_arguments(node))
    return Label(tuple(map(_shortened, lines)), True, repr(node))


def _content(value: Any) -> str:
    """A small array by its values, another one by shape and dtype."""
    if isinstance(value, Variable):
        value = value.value
    if isinstance(value, tuple):
        return f"{len(value)} arrays"
    if isinstance(value, np.ndarray | np.generic) and value.size <= _SMALL and value.ndim < 2:
        return _numbers(value.tolist())
    return f"{tuple(value.shape)} {value.dtype}"


def _numbers(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_numbers, value))}]"
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def _arguments(operation: Operation) -> str:
    """``·, 2, axis=1``: a point for each Variable, then constants and settings as they are."""
    recorded = {position for position, _ in operation.parents}
    parts = ["·"] * len(operation.args)
    for position, arg in enumerate(operation.args):
        if position not in recorded:
            parts[position] = _content(arg) if hasattr(arg, "shape") else _numbers(arg)
    if len(recorded) == len(operation.args):
        parts = []
    return ", ".join([*parts, *(f"{name}={value}" for name, value in operation.settings.items())])


def _shortened(line: str) -> str:
    """One line that is not too long; characters that no font shows are left out."""
    line = "".join(c if c.isprintable() else " " for c in line)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _columns(line: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in line)
