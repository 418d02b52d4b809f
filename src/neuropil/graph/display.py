"""How a Variable looks in a terminal and in a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from neuropil.graph.operation import Node

_LONGEST = 200  # elements; longer arrays are shown by their ends


def text(variable: Node) -> str:
    """``Variable([1. 2.], shape=(2,), dtype=float32, creator=multiply)``."""
    kind = type(variable).__name__
    if type(variable.value) is tuple:
        return f"{kind}({len(variable.value)} results of {_creator(variable)})"
    facts = ", ".join(f"{name}={value}" for name, value in _facts(variable).items())
    return f"{kind}({_array(variable.value, indent=len(kind) + 1)}, {facts})"


def html(variable: Node) -> str:
    """The same as a small table, for notebooks."""
    if type(variable.value) is tuple:
        return f"<code>{escape(text(variable))}</code>"
    rows = "".join(
        f"<tr><th style='text-align:left'>{escape(name)}</th><td>{escape(str(value))}</td></tr>"
        for name, value in _facts(variable).items()
    )
    array = escape(_array(variable.value, indent=0))
    return f"<div><pre style='margin:0'>{array}</pre><table>{rows}</table></div>"


def _facts(variable: Node) -> dict[str, Any]:
    facts: dict[str, Any] = {} if variable.name is None else {"name": repr(variable.name)}
    facts["shape"] = variable.value.shape
    facts["dtype"] = variable.value.dtype
    if variable.creator is not None:
        facts["creator"] = _creator(variable)
    if not variable.requires_grad:
        facts["requires_grad"] = False
    return facts


def _creator(variable: Node) -> str:
    return "None" if variable.creator is None else variable.creator.primitive.name


def _array(value: Any, indent: int) -> str:
    if not isinstance(value, np.ndarray | np.generic):
        return str(value)
    return np.array2string(
        np.asarray(value), separator=", ", threshold=_LONGEST, precision=6, prefix=" " * indent
    )
