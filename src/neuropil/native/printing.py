"""Expressions as lines of Python that compute one number after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.errors import EngineError
from neuropil.native.dtypes import BOOL, is_floating
from neuropil.native.nodes import COMPARISONS, common_dtype
from neuropil.native.scheduling import by_height

if TYPE_CHECKING:
    from neuropil.native.nodes import Node

OPERATORS = {
    "add": "{} + {}",
    "subtract": "{} - {}",
    "multiply": "{} * {}",
    "divide": "{} / {}",
    "floor_divide": "{} // {}",
    "remainder": "{} % {}",
    "negative": "-{}",
    "invert": "~{}",
    "equal": "{} == {}",
    "not_equal": "{} != {}",
    "less": "{} < {}",
    "less_equal": "{} <= {}",
    "greater": "{} > {}",
    "greater_equal": "{} >= {}",
    "logical_and": "{} & {}",
    "logical_or": "{} | {}",
    "logical_xor": "{} ^ {}",
    "logical_not": "not {}",
    "bitwise_and": "{} & {}",
    "bitwise_or": "{} | {}",
    "bitwise_xor": "{} ^ {}",
    "left_shift": "{} << {}",
    "right_shift": "{} >> {}",
    "where": "{1} if {0} else {2}",
    "abs": "abs({})",
}
"""What Python has a notation for."""

OF_EACH_DTYPE = frozenset({"exp", "expm1", "log", "tanh", "logistic", "power"})
OF_ANY_DTYPE = frozenset(
    {"maximum", "minimum", "sign", "isnan", "isinf", "isfinite", "logaddexp", "log1p", "log2"}
    | {"log10", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "sinh", "cosh"}
    | {"arcsinh", "arccosh", "arctanh", "sqrt", "floor", "ceil", "trunc", "rint", "hypot"}
    | {"copysign", "erf", "signbit"}
)
"""The functions of `neuropil.native.elementary`."""

VARIABLE = "all_"
"""What the name of an array begins with that holds a variable of all cells."""

LOOP = "for cell in range(np.uint64({}), np.uint64({})):"
"""The loop over cells. Unsigned: an index that could be negative would count from the end, as
Python's do, and LLVM vectorizes that only where it sees that the loop begins at 0."""

_WITHOUT_A_LINE = frozenset({"constant", "argument", "index"})


@final
class Printer:
    """Prints the nodes of one function.

    Args:
        real: The dtype in which the cells compute, called ``real`` in the source.

    Attributes:
        called: The elementary functions that were used, each with the dtype it is for.
    """

    def __init__(self, real: np.dtype[Any]) -> None:
        self.real = real
        self.called: set[tuple[str, np.dtype[Any]]] = set()
        self._once: dict[int, str] = {}
        self._in_loop: dict[int, str] = {}
        self._count = 0

    def lines(self, results: Sequence[Node], *, varies: bool) -> list[str]:
        """What computes these nodes and all beneath them: of those that vary, or that do not."""
        printed = []
        for node in by_height(results):
            if node.varies == varies and node.operation not in _WITHOUT_A_LINE:
                names = self._in_loop if varies else self._once
                if id(node) not in names:
                    names[id(node)] = self._name(node)
                    printed.append(f"{names[id(node)]} = {self._expression(node)}")
        return printed

    def forget(self) -> None:
        """Begin another loop: what was computed for a cell is not there any more."""
        self._in_loop = {}

    def reference(self, node: Node, dtype: Any = None) -> str:
        """How a node is written where it is used, as some dtype."""
        dtype = node.dtype if dtype is None else np.dtype(dtype)
        if node.is_constant:
            return self._literal(node.detail, dtype)
        if node.operation == "argument":
            name = node.detail
        elif node.operation == "index":
            name = f"{self._kind(node.dtype)}(cell)"
        else:
            name = (self._in_loop if node.varies else self._once)[id(node)]
        return name if node.dtype == dtype else f"{self._kind(dtype)}({name})"

    def _name(self, node: Node) -> str:
        """A new name; that of the variable for what it was before the step."""
        if node.varies and node.operation == "load" and node.detail.startswith(VARIABLE):
            return str(node.detail[len(VARIABLE) :])
        self._count += 1
        return f"t{self._count}" if node.varies else f"u{self._count}"

    def _expression(self, node: Node) -> str:
        if node.operation == "load":
            return f"{node.detail}[{self._place(node.arguments[0])}]"
        if node.operation == "cast":
            return self.reference(node.arguments[0], node.dtype)
        if node.operation == "reinterpret":
            return f"{self._kind(node.dtype)}({self.reference(node.arguments[0])})"
        dtypes = self._operands(node)
        written = [self.reference(*pair) for pair in zip(node.arguments, dtypes, strict=True)]
        if node.operation in OPERATORS:
            expression = OPERATORS[node.operation].format(*written)
            # Python counts in 64 bits
            narrow = node.dtype.kind in "iu" and node.dtype.itemsize < 8
            return f"{self._kind(node.dtype)}({expression})" if narrow else expression
        return f"{self._function(node.operation, dtypes[0])}({', '.join(written)})"

    def _place(self, node: Node) -> str:
        """How a place in an array is written, which is never below 0."""
        if node.operation == "index":
            return "cell"
        return self.reference(node, None if node.is_constant else np.uint64)

    def _operands(self, node: Node) -> list[np.dtype[Any]]:
        """The dtypes in which the arguments go into an operation."""
        if node.operation == "where":
            return [BOOL, node.dtype, node.dtype]
        common = common_dtype(self.real, *node.arguments)
        if node.operation in COMPARISONS:
            common = BOOL if node.operation.startswith("logical") else common
        elif is_floating(node.dtype):
            common = node.dtype
        return [common] * len(node.arguments)

    def _function(self, name: str, dtype: np.dtype[Any]) -> str:
        if name not in OF_EACH_DTYPE | OF_ANY_DTYPE:
            raise EngineError(f"{name} has no scalar form")
        self.called.add((name, dtype if name in OF_EACH_DTYPE else BOOL))
        other = name in OF_EACH_DTYPE and dtype != self.real
        return f"{name}_in_{dtype}" if other else name

    def _literal(self, value: Any, dtype: np.dtype[Any]) -> str:
        if dtype == BOOL:
            return repr(bool(value))
        if is_floating(dtype):
            number = repr(float(value)) if np.isfinite(value) else f"np.{float(value)!r}"
            number = number.replace("np.-inf", "-np.inf")
            return number if dtype == np.float64 else f"{self._kind(dtype)}({number})"
        return repr(int(value)) if dtype == np.int64 else f"np.{dtype}({int(value)})"

    def _kind(self, dtype: np.dtype[Any]) -> str:
        if dtype == self.real:
            return "real"
        return "bool" if dtype == BOOL else f"np.{dtype}"
