"""Walking the graph without recursion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from neuropil.graph.operation import Node

N = TypeVar("N", bound="Node")


def beneath(*roots: N) -> list[N]:
    """The roots and every Variable they depend on, each once, arguments before results.

    Example:
        >>> import neuropil as npl
        >>> x = npl.Variable(2.0, name="x")
        >>> [v.name or v.creator.primitive.name for v in npl.graph.beneath(npl.exp(x) * x)]
        ['x', 'exp', 'multiply']
    """
    found: dict[int, Any] = {id(root): root for root in roots}
    waiting = list(found.values())
    while waiting:
        creator = waiting.pop().creator
        if creator is not None:
            for _, parent in creator.parents:
                if id(parent) not in found:
                    found[id(parent)] = parent
                    waiting.append(parent)
    return sorted(found.values(), key=_order)


def _order(variable: Node) -> int:
    return -1 if variable.creator is None else variable.creator.order
