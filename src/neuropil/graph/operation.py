"""One node of the expression graph: a primitive applied to its arguments."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_orders = count()


class Rule(Protocol):
    """What an Operation knows of its primitive."""

    name: str
    formula: Callable[..., Any]
    vjps: tuple[Callable[..., Any] | None, ...]
    joint: Callable[..., Sequence[Any]] | None

    def explain(self, values: Sequence[Any], error: ValueError) -> None:
        """Raise an error of the formula again, with the function and the shapes."""


class Node(Protocol):
    """What an Operation knows of a Variable."""

    value: Any
    grad: Any
    creator: Operation | None
    name: str | None
    requires_grad: bool
    retain_grads: bool

    def constant(self, value: Any) -> Any:
        """A Variable that stands outside the graph."""


class Operation:
    """What made a Variable: ``primitive(*args, **settings)`` (notes 4.1).

    Attributes:
        primitive: The formula and its derivatives.
        args: The arguments as they came: Variables, plain arrays, numbers.
        settings: Keyword arguments that are not differentiated (axes, shapes).
        parents: The Variables among ``args``, each with its position.
        order: When it was made. An Operation is younger than everything its arguments depend
            on, so that sorting by ``order`` sorts a graph topologically, without recursion.
    """

    __slots__ = ("args", "order", "parents", "primitive", "settings")

    def __init__(
        self,
        primitive: Rule,
        args: tuple[Any, ...],
        settings: dict[str, Any],
        parents: Sequence[tuple[int, Any]],
    ) -> None:
        self.primitive = primitive
        self.args = args
        self.settings = settings
        self.parents = parents
        self.order = next(_orders)

    def compute(self) -> Any:
        """The formula applied to what the arguments hold now."""
        values = self.values()
        try:
            return self.primitive.formula(*values, **self.settings)
        except ValueError as error:
            self.primitive.explain(values, error)
            raise

    def values(self) -> list[Any]:
        """The arguments with each Variable replaced by the array it holds now."""
        values = list(self.args)
        for position, parent in self.parents:
            values[position] = parent.value
        return values

    def __repr__(self) -> str:
        settings = "".join(f", {name}={value!r}" for name, value in self.settings.items())
        kinds = (f"{tuple(arg.shape)}" if hasattr(arg, "shape") else "·" for arg in self.args)
        return f"Operation({self.primitive.name}({', '.join(kinds)}{settings}))"
