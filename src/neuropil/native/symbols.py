"""Arrays whose elements are expressions, in the place of which a step is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, Protocol, cast, final

import numpy as np

from neuropil.errors import EngineError, ShapeError
from neuropil.graph import Variable

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from neuropil.native.nodes import Node, Nodes

_ALONE = (
    "{} has no scalar form: a cell's step computes with the cell alone, and what cells do to one "
    "another is said by connections"
)


class Maker(Protocol):
    """What a Symbol knows of the trace it belongs to, which makes others of it."""

    nodes: Nodes
    namespace: ModuleType

    def floating(self, dtype: Any) -> np.dtype[Any]:
        """The dtype itself, or that of the cells."""

    def apply(self, operation: str, *values: Any) -> Symbol:
        """An elementwise function."""

    def power(self, base: Any, exponent: Any) -> Symbol:
        """A power."""

    def selected(self, source: Symbol, key: Any) -> Symbol:
        """Some of the elements."""

    def parts(self, source: Symbol, dtype: np.dtype[Any]) -> Symbol:
        """What words consist of."""


@final
class Symbol:
    """An array of the standard that knows how each of its elements is computed.

    It has one axis at most, that of the cells; a parameter or the time has none.

    Args:
        trace: What it belongs to.
        shape: () or (n,).
        dtype: Of the elements.
        element: The element at an index, as a node. Of a Symbol without axes, its value.
    """

    __array_ufunc__ = None  # so that ndarray * Symbol asks the Symbol
    __hash__ = object.__hash__

    def __init__(
        self, trace: Maker, shape: tuple[int, ...], dtype: Any, element: Callable[[Node], Node]
    ) -> None:
        self.trace, self.shape, self.dtype = trace, shape, np.dtype(dtype)
        self._element = element
        self._elements: dict[int, Node] = {}

    def element(self, index: Node) -> Node:
        """The element at an index."""
        if id(index) not in self._elements:
            self._elements[id(index)] = self._element(index)
        return self._elements[id(index)]

    def broadcast(self, index: Node) -> Node:
        """The element for a cell: where there is but one, that."""
        return self.element(self.trace.nodes.constant(0) if self.shape == (1,) else index)

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many elements there are."""
        return self.shape[0] if self.shape else 1

    @property
    def itemsize(self) -> int:
        """The bytes of an element."""
        return int(self.dtype.itemsize)

    @property
    def device(self) -> str:
        """Where printed loops run."""
        return "cpu"

    @property
    def T(self) -> Symbol:
        """Itself: there is one axis at most."""
        return self

    def __array_namespace__(self, *, api_version: str | None = None) -> ModuleType:
        return self.trace.namespace

    # ------------------------------------------------------------------ the same elements

    def astype(self, dtype: Any, *, copy: bool = True) -> Symbol:  # noqa: ARG002
        """The elements as another dtype."""
        dtype = self.trace.floating(dtype)
        nodes = self.trace.nodes
        return self._mapped(dtype, lambda node: nodes.cast(node, dtype))

    def view(self, dtype: Any) -> Symbol:
        """The bits of the elements as another dtype; of smaller elements, those they consist of."""
        dtype = np.dtype(dtype)
        if dtype.itemsize == self.dtype.itemsize:
            return self._mapped(dtype, lambda node: self.trace.nodes.reinterpret(node, dtype))
        return self.trace.parts(self, dtype)

    def reshape(self, *shape: Any, copy: bool | None = None) -> Symbol:  # noqa: ARG002
        """Itself, if that is its shape."""
        wanted = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple) else shape
        if tuple(wanted) in (self.shape, (-1,) if self.shape else None):
            return self
        if self.size == 1 and wanted in ((), (1,), (-1,)):
            new = () if wanted == () else (1,)
            return Symbol(self.trace, new, self.dtype, self._first_for_any)
        raise ShapeError(f"a cell has no axes of its own: {self.shape} cannot become {wanted}")

    def copy(self) -> Symbol:
        """Itself: nothing changes it in place."""
        return self

    def _first_for_any(self, index: Node) -> Node:  # noqa: ARG002
        return self.element(self.trace.nodes.constant(0))

    def _mapped(self, dtype: Any, change: Callable[[Node], Node]) -> Symbol:
        return Symbol(self.trace, self.shape, dtype, lambda index: change(self.element(index)))

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a number")
        return self.shape[0]

    def __getitem__(self, key: Any) -> Symbol:
        return self.trace.selected(self, key)

    # ------------------------------------------------------------------ operators

    def _apply(self, operation: str, *others: Any) -> Symbol:
        if any(isinstance(other, Variable) for other in others):
            declined: Any = NotImplemented  # a Variable records what is done with it
            return cast("Symbol", declined)
        return self.trace.apply(operation, self, *others)

    def __neg__(self) -> Symbol:
        return self._apply("negative")

    def __pos__(self) -> Symbol:
        return self

    def __abs__(self) -> Symbol:
        return self._apply("abs")

    def __invert__(self) -> Symbol:
        return self._apply("logical_not" if self.dtype.kind == "b" else "invert")

    def __add__(self, other: Any) -> Symbol:
        return self._apply("add", other)

    def __sub__(self, other: Any) -> Symbol:
        return self._apply("subtract", other)

    def __mul__(self, other: Any) -> Symbol:
        return self._apply("multiply", other)

    def __truediv__(self, other: Any) -> Symbol:
        return self._apply("divide", other)

    def __floordiv__(self, other: Any) -> Symbol:
        return self._apply("floor_divide", other)

    def __mod__(self, other: Any) -> Symbol:
        return self._apply("remainder", other)

    def __pow__(self, other: Any) -> Symbol:
        if isinstance(other, Variable):
            declined: Any = NotImplemented
            return cast("Symbol", declined)
        return self.trace.power(self, other)

    def __radd__(self, other: Any) -> Symbol:
        return self.trace.apply("add", other, self)

    def __rsub__(self, other: Any) -> Symbol:
        return self.trace.apply("subtract", other, self)

    def __rmul__(self, other: Any) -> Symbol:
        return self.trace.apply("multiply", other, self)

    def __rtruediv__(self, other: Any) -> Symbol:
        return self.trace.apply("divide", other, self)

    def __rfloordiv__(self, other: Any) -> Symbol:
        return self.trace.apply("floor_divide", other, self)

    def __rmod__(self, other: Any) -> Symbol:
        return self.trace.apply("remainder", other, self)

    def __rpow__(self, other: Any) -> Symbol:
        return self.trace.power(other, self)

    def __lt__(self, other: Any) -> Symbol:
        return self._apply("less", other)

    def __le__(self, other: Any) -> Symbol:
        return self._apply("less_equal", other)

    def __gt__(self, other: Any) -> Symbol:
        return self._apply("greater", other)

    def __ge__(self, other: Any) -> Symbol:
        return self._apply("greater_equal", other)

    def __eq__(self, other: object) -> Symbol:  # type: ignore[override]
        return self._apply("equal", other)

    def __ne__(self, other: object) -> Symbol:  # type: ignore[override]
        return self._apply("not_equal", other)

    def __and__(self, other: Any) -> Symbol:
        return self._bits("and", other)

    def __or__(self, other: Any) -> Symbol:
        return self._bits("or", other)

    def __xor__(self, other: Any) -> Symbol:
        return self._bits("xor", other)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __lshift__(self, other: Any) -> Symbol:
        return self._apply("left_shift", other)

    def __rshift__(self, other: Any) -> Symbol:
        return self._apply("right_shift", other)

    def _bits(self, operation: str, other: Any) -> Symbol:
        kind = "logical" if self.dtype.kind == "b" else "bitwise"
        return self._apply(f"{kind}_{operation}", other)

    # ------------------------------------------------------------------ what is not known yet

    def _unknown(self, *_: Any, **__: Any) -> NoReturn:
        raise EngineError(
            "a step asks for the value of something that is only known when it runs, such as "
            "`if v > 0:` or `float(v)`, or hands it to NumPy: choose with npl.where, and compute "
            "with neuropil's functions"
        )

    __bool__ = __float__ = __int__ = __index__ = __complex__ = _unknown
    __array__ = __iter__ = item = tolist = _unknown

    def sum(self, *_: Any, **__: Any) -> NoReturn:
        """Cells are independent of one another."""
        raise EngineError(_ALONE.format("sum"))

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(_ALONE.format(name))

    def __matmul__(self, other: Any) -> NoReturn:
        raise EngineError(_ALONE.format("matmul"))

    __rmatmul__ = __matmul__

    def __repr__(self) -> str:
        return f"Symbol({self.dtype}{list(self.shape)})"
