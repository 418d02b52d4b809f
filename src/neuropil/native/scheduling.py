"""The order in which expressions are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from neuropil.native.nodes import Node


def by_height(results: Iterable[Node]) -> list[Node]:
    """All nodes beneath some results, arguments before what uses them.

    The height of a node is the longest way from it to a result; the highest come first, so that
    expressions which do not depend on one another stand side by side, and the processor works on
    them at once. (Each result with all beneath it after the other took a third longer.)
    """
    ordered = _arguments_first(results)
    heights: dict[int, int] = {}
    for node in reversed(ordered):
        above = heights.setdefault(id(node), 0) + 1
        for argument in node.arguments:
            heights[id(argument)] = max(heights.get(id(argument), 0), above)
    return sorted(ordered, key=lambda node: -heights[id(node)])


def _arguments_first(results: Iterable[Node]) -> list[Node]:
    """Depth first, without recursion."""
    found: dict[int, Node] = {}
    waiting = [(result, False) for result in results]
    while waiting:
        node, entered = waiting.pop()
        if id(node) in found:
            continue
        if entered:
            found[id(node)] = node
        else:
            waiting.append((node, True))
            waiting.extend((argument, False) for argument in node.arguments)
    return list(found.values())
