"""Finding out what a step computes, by calling it with symbols."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.errors import EngineError, ShapeError
from neuropil.graph import plain
from neuropil.native.dtypes import is_floating
from neuropil.native.nodes import Node, Nodes
from neuropil.native.symbols import Symbol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

    Numpy = np.ndarray[Any, Any]

_MOST_FACTORS = 4
"""The highest power that is written as products: each adds to the error."""


@final
@dataclass(eq=False)
class Stored:
    """An array that is computed before the loop over the cells, in each step.

    Attributes:
        name: What it is called.
        size: How many elements it has.
        dtype: Of its elements.
        element: What each is, by its index.
    """

    name: str
    size: int
    dtype: np.dtype[Any]
    element: Node


@final
@dataclass(eq=False)
class Drawn:
    """Random words that are drawn before the loop over the cells, in each step.

    Attributes:
        name: What the array is called.
        size: How many words there are.
        key, counter: What they are made from.
    """

    name: str
    size: int
    key: tuple[Node, Node]
    counter: Node
    dtype: np.dtype[Any] = field(default=np.dtype(np.uint64))


class _Active(threading.local):
    trace: Trace | None = None


_active = _Active()


def active() -> Trace:
    """The trace that goes on in this thread.

    Raises:
        EngineError: None does: a symbol was kept, and used when its trace was over.
    """
    if _active.trace is None:
        raise EngineError("a symbol outlived the step it stands for: do not keep what a step makes")
    return _active.trace


@final
class Trace:
    """What a step was found to be made of.

    Args:
        real: The floating dtype in which the cells compute.
        namespace: The functions of its symbols.

    Attributes:
        nodes: The expressions.
        tables: The arrays it reads that do not change, by name.
        before: What is computed before the loop over the cells, in this order.
    """

    def __init__(self, real: np.dtype[Any], namespace: ModuleType) -> None:
        self.real, self.namespace = real, namespace
        self.nodes = Nodes(real)
        self.tables: dict[str, Numpy] = {}
        self.before: list[Stored | Drawn] = []
        self._names: dict[int, str] = {}
        self._known: list[Numpy] = []  # so that nothing else has the identity of one meanwhile

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Functions without a symbol among their arguments make theirs here, meanwhile."""
        before, _active.trace = _active.trace, self
        try:
            yield
        finally:
            _active.trace = before

    # ------------------------------------------------------------------ symbols

    def array(self, name: str, size: int, dtype: Any) -> Symbol:
        """An array that the printed function is called with."""
        return Symbol(self, (size,), dtype, lambda index: self.nodes.load(name, index, dtype))

    def number(self, name: str, dtype: Any) -> Symbol:
        """A number that the printed function is called with."""
        node = self.nodes.argument(name, dtype)
        return Symbol(self, (), dtype, lambda index: node)  # noqa: ARG005

    def filled(self, shape: tuple[int, ...], value: Any, dtype: Any) -> Symbol:
        """An array of one known number."""
        node = self.nodes.constant(value, dtype)
        return Symbol(self, _checked(shape), node.dtype, lambda index: node)  # noqa: ARG005

    def symbol(self, value: Any) -> Symbol:
        """Anything as a symbol: an array becomes a table."""
        value = plain(value)
        if isinstance(value, Symbol):
            return value
        known = np.asarray(value)
        if known.dtype.kind not in "biuf":
            raise EngineError(f"a printed step computes with numbers, got {known.dtype}")
        if known.ndim == 0:
            return self.filled((), known[()], None)
        if known.ndim == 1 and known.size and (known == known[0]).all():
            return self.filled(known.shape, known.flat[0], None)
        return self._table(known)

    def _table(self, known: Numpy) -> Symbol:
        if known.ndim > 2:
            raise EngineError(f"a printed step reads no arrays of shape {known.shape}")
        if id(known) not in self._names:
            self._names[id(known)] = name = f"table{len(self.tables)}"
            self.tables[name] = known.astype(self.floating(known.dtype)).reshape(-1)
            self._known.append(known)
        name = self._names[id(known)]
        flat = self.array(name, known.size, self.tables[name].dtype)
        return Symbol(self, known.shape, flat.dtype, flat.element)

    def floating(self, dtype: Any) -> np.dtype[Any]:
        """The dtype itself; that of the cells for floating ones that are wider, or of 16 bits."""
        exact: np.dtype[Any] = np.dtype(dtype)
        sizes = {4, self.real.itemsize}
        return self.real if is_floating(exact) and exact.itemsize not in sizes else exact

    # ------------------------------------------------------------------ operations

    def apply(self, operation: str, *values: Any) -> Symbol:
        """An elementwise function."""
        symbols = [self.symbol(value) for value in values]
        shape = _common_shape(operation, symbols)
        here = self.nodes

        def element(index: Node) -> Node:
            return here.apply(operation, *(symbol.broadcast(index) for symbol in symbols))

        return Symbol(self, shape, element(here.index).dtype, element)

    def power(self, base: Any, exponent: Any) -> Symbol:
        """A power; one with a small whole exponent as products, one of ½ as a root."""
        known = plain(exponent)
        if not isinstance(known, Symbol) and np.ndim(known) == 0:
            if known == 0.5:
                return self.apply("sqrt", base)
            if known == int(known) and abs(known) <= _MOST_FACTORS:
                return self._product(self.symbol(base), int(known))
        return self.apply("power", base, exponent)

    def _product(self, base: Symbol, count: int) -> Symbol:
        """base · base · …, by squaring."""
        if count < 0:
            return self.apply("divide", 1.0, self._product(base, -count))
        if count == 0:
            return self.filled(base.shape, 1, base.dtype)
        half = self._product(base, count // 2) if count > 1 else None
        if half is None:
            return base
        squared = self.apply("multiply", half, half)
        return self.apply("multiply", squared, base) if count % 2 else squared

    def selected(self, source: Symbol, key: Any) -> Symbol:
        """An element, or elements that stand side by side; of a table with two axes, a row."""
        parts = key if isinstance(key, tuple) else (key,)
        wanted = [part for part in map(plain, parts) if not _takes_all(part)]
        if not wanted:
            return source
        (part,) = wanted if len(wanted) == 1 else (None,)
        if isinstance(part, slice) and source.ndim == 1 and part.step in {None, 1}:
            start, stop, _ = part.indices(len(source))
            return self._moved(source, start, max(stop - start, 0))
        if isinstance(part, Symbol | int | np.integer) and source.ndim > 0:
            place = self.symbol(part)
            if source.ndim == 2 and place.shape == ():
                return self._row(source, place)
            if source.ndim == 1:
                return self._looked_up(source, place)
        raise EngineError(
            f"[{key!r}] of an array of shape {source.shape} has no scalar form: a cell's step is "
            "of one cell, and has no axes of its own"
        )

    def _looked_up(self, source: Symbol, place: Symbol) -> Symbol:
        """Elements at places that are computed: counted from the end below 0, NaN beyond.

        (The eager engine raises an error beyond; a loop must not read what is not there.)
        """

        def element(index: Node) -> Node:
            at = place.element(index)
            return self._if_there(at, len(source), source.element)

        return Symbol(self, place.shape, source.dtype, element)

    def _row(self, source: Symbol, row: Symbol) -> Symbol:
        here, (rows, columns) = self.nodes, source.shape

        def element(index: Node) -> Node:
            def of_row(at: Node) -> Node:
                first = here.apply("multiply", at, here.constant(columns))
                return source.element(here.apply("add", first, index))

            return self._if_there(row.element(index), rows, of_row)

        return Symbol(self, (columns,), source.dtype, element)

    def _if_there(self, at: Node, count: int, read: Callable[[Node], Node]) -> Node:
        here = self.nodes
        at = here.cast(at, np.int64)
        if at.is_constant and -count <= at.detail < count:
            return read(here.constant(at.detail % count))
        zero, last, size = (here.constant(n) for n in (0, count - 1, count))
        at = here.apply("where", here.apply("less", at, zero), here.apply("add", at, size), at)
        found = read(here.apply("minimum", here.apply("maximum", at, zero), last))
        if not is_floating(found.dtype):
            raise EngineError(
                "a printed step looks up floating numbers only at places that it computes, got "
                f"{found.dtype}: convert the table (astype('float64'))"
            )
        outside = here.apply(
            "logical_or", here.apply("less", at, zero), here.apply("greater", at, last)
        )
        return here.apply("where", outside, here.constant(np.nan, found.dtype), found)

    def _moved(self, source: Symbol, start: int, size: int) -> Symbol:
        first = self.nodes.constant(start)
        return Symbol(
            self,
            (size,),
            source.dtype,
            lambda index: source.element(self.nodes.apply("add", index, first)),
        )

    def joined(self, parts: Sequence[Any]) -> Symbol:
        """One array after another. Where an element is not of a part, its place is one that is."""
        symbols = [self.symbol(part) for part in parts if np.shape(plain(part)) != (0,)]
        joined = symbols[0]
        for symbol in symbols[1:]:
            joined = self._joined(joined, symbol)
        return joined

    def _joined(self, left: Symbol, right: Symbol) -> Symbol:
        here, length = self.nodes, self.nodes.constant(len(left))

        def element(index: Node) -> Node:
            first = here.apply("less", index, length)
            beyond = here.apply("subtract", index, length)
            if len(left) == len(right):  # one place for both, so that what they share is one
                place = here.apply("where", first, index, beyond)
                return here.apply("where", first, left.element(place), right.element(place))
            zero = here.constant(0)
            of_left = here.apply("where", first, index, zero)
            of_right = here.apply("where", first, zero, beyond)
            return here.apply("where", first, left.element(of_left), right.element(of_right))

        dtype = element(here.index).dtype
        return Symbol(self, (len(left) + len(right),), dtype, element)

    # ------------------------------------------------------------------ before the loop

    def once(self, source: Symbol) -> Symbol:
        """An array that is computed for itself, and read in the loop over the cells."""
        if not source.shape:
            return source
        element = source.element(self.nodes.index)
        if not element.varies or element.operation == "load":
            return source
        stored = Stored(f"stored{len(self.before)}", len(source), source.dtype, element)
        self.before.append(stored)
        return self.array(stored.name, stored.size, stored.dtype)

    def words(self, key: Symbol, counter: Symbol, count: int) -> Symbol:
        """Random words."""
        zero, one = self.nodes.constant(0), self.nodes.constant(1)
        halves = key.element(zero), key.element(one)
        drawn = Drawn(f"words{len(self.before)}", count, halves, counter.element(zero))
        self.before.append(drawn)
        return self.array(drawn.name, count, np.uint64)

    def widened(self, source: Symbol) -> Symbol:
        """Integers as floating numbers of their width, also where that is more than the cells'."""
        dtype = np.dtype(f"f{source.itemsize}")
        return Symbol(
            self, source.shape, dtype, lambda index: self.nodes.cast(source.element(index), dtype)
        )

    def parts(self, source: Symbol, dtype: np.dtype[Any]) -> Symbol:
        """The halves of words, the lower one first."""
        if source.dtype != np.dtype(np.uint64) or dtype != np.dtype(np.uint32):
            raise EngineError(f"{source.dtype} seen as {dtype} has no scalar form")
        here = self.nodes
        one, half = here.constant(1), here.constant(32, np.uint64)

        def element(index: Node) -> Node:
            word = source.element(here.apply("right_shift", index, one))
            high = here.apply("equal", here.apply("bitwise_and", index, one), one)
            return here.cast(
                here.apply("where", high, here.apply("right_shift", word, half), word), dtype
            )

        return Symbol(self, (2 * len(source),), dtype, element)


def _takes_all(part: Any) -> bool:
    return part is Ellipsis or (isinstance(part, slice) and part == slice(None))


def _checked(shape: tuple[int, ...]) -> tuple[int, ...]:
    if len(shape) > 1:
        raise EngineError(
            f"a printed step knows one axis, that of the cells, got an array of shape {shape}"
        )
    return tuple(shape)


def _common_shape(operation: str, symbols: Sequence[Symbol]) -> tuple[int, ...]:
    shapes = {_checked(symbol.shape) for symbol in symbols} - {()}
    long = shapes - {(1,)}
    if len(long) > 1:
        raise ShapeError(f"{operation} cannot take arguments of shape {', '.join(map(str, long))}")
    return next(iter(long or shapes), ())
