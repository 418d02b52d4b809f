"""Nested tuples, lists and dicts of arrays, taken apart and put together again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Tree: TypeAlias = Any
"""An array, or a tuple, list or dict of Trees."""


@dataclass(frozen=True)
class Structure:
    """The shape of a Tree: containers with their keys, down to the leaves.

    ``make`` builds the container from its children; a leaf has none.
    """

    kind: type | None = None
    keys: tuple[Any, ...] = ()
    children: tuple[Structure, ...] = ()

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return 1 if self.kind is None else sum(child.size for child in self.children)

    def paths(self, prefix: str) -> list[str]:
        """How each leaf is reached, written as Python would.

        Example:
            >>> flatten({"w": [1.0, 2.0]})[1].paths("theta")
            ["theta['w'][0]", "theta['w'][1]"]
        """
        if self.kind is None:
            return [prefix]
        return [
            path
            for key, child in zip(self.keys, self.children, strict=True)
            for path in child.paths(f"{prefix}[{key!r}]")
        ]


LEAF = Structure()


def flatten(tree: Tree) -> tuple[list[Any], Structure]:
    """The leaves of a Tree in order, and the Structure they were in.

    Example:
        >>> leaves, structure = flatten((1.0, {"b": 2.0, "a": [3.0]}))
        >>> leaves, unflatten(structure, leaves)
        ([1.0, 3.0, 2.0], (1.0, {'a': [3.0], 'b': 2.0}))
    """
    keys: Sequence[Any]
    if isinstance(tree, dict):
        keys = sorted(tree, key=str)
    elif isinstance(tree, tuple | list):
        keys = range(len(tree))
    else:
        return [tree], LEAF
    leaves: list[Any] = []
    children = []
    for key in keys:
        found, child = flatten(tree[key])
        leaves += found
        children.append(child)
    return leaves, Structure(type(tree), tuple(keys), tuple(children))


def unflatten(structure: Structure, leaves: Sequence[Any]) -> Tree:
    """The Tree of this Structure with these leaves."""
    return _build(structure, iter(leaves))


def mapped(function: Callable[..., Any], *trees: Tree) -> Tree:
    """The Tree of ``function(leaf, …)`` for the leaves of Trees of one Structure.

    Example:
        >>> mapped(max, (1.0, [5.0]), (2.0, [3.0]))
        (2.0, [5.0])
    """
    leaves, structures = zip(*map(flatten, trees), strict=True)
    return unflatten(structures[0], [function(*leaf) for leaf in zip(*leaves, strict=True)])


def _build(structure: Structure, leaves: Iterator[Any]) -> Tree:
    kind = structure.kind
    if kind is None:
        return next(leaves)
    children = [_build(child, leaves) for child in structure.children]
    if issubclass(kind, dict):
        return dict(zip(structure.keys, children, strict=True))
    make: Callable[..., Any] = kind
    return make(*children) if hasattr(kind, "_fields") else make(children)
