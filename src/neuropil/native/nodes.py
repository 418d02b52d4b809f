"""Expressions of scalars: what one cell computes in one step."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from neuropil.native.dtypes import BOOL, is_floating


@final
@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """An operation applied to other nodes, or what these begin with.

    Attributes:
        operation: Its name: of a function of the array API standard, or one of `SOURCES`.
        arguments: What it is applied to.
        dtype: Of its value.
        varies: Whether the value differs from cell to cell; what does not is computed once a step.
        detail: The value of a constant; the name of an argument, or of the array that is loaded.
    """

    operation: str
    arguments: tuple[Node, ...]
    dtype: np.dtype[Any]
    varies: bool
    detail: Any = None

    @property
    def is_constant(self) -> bool:
        """Whether the value is known now."""
        return self.operation == "constant"


SOURCES = frozenset({"constant", "argument", "index", "load"})
"""The operations that are no functions: a known number, a number handed to the printed function,
the number of the cell, and the element of an array."""

COMPARISONS = frozenset(
    {"equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "isnan", "isfinite"}
    | {"isinf", "signbit", "logical_and", "logical_or", "logical_xor", "logical_not"}
)
_NOT_NUMPY = {"erf": math.erf, "logistic": lambda x: 1.0 / (1.0 + np.exp(-x))}
ON_FLOATS = frozenset(
    {"divide", "exp", "expm1", "log", "log1p", "log2", "log10", "logaddexp", "logistic", "sqrt"}
    | {"sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "sinh", "cosh", "tanh"}
    | {"arcsinh", "arccosh", "arctanh", "hypot", "copysign", "erf"}
)
"""The functions that make floating numbers of whole ones."""


_NEUTRAL = {"add": 0, "subtract": 0, "multiply": 1, "divide": 1}
_OF_TRUTHS = {"add": "logical_or", "multiply": "logical_and", "maximum": "logical_or"} | {
    "minimum": "logical_and"
}
"""What NumPy makes of arithmetic with truth values."""

_AS_THEY_ARE = SOURCES | {"cast", "reinterpret"}
_GUARDED = 4  # operations between a guard and the choice that repeats it
_COMMUTE = frozenset({"add", "multiply"})


@final
class Nodes:
    """The nodes of one printed function, each expression once.

    Args:
        real: The floating dtype in which cells compute.
    """

    def __init__(self, real: np.dtype[Any]) -> None:
        self.real = real
        self._known: dict[tuple[Any, ...], Node] = {}
        self.index = self._node("index", (), np.dtype(np.int64), varies=True)

    def constant(self, value: Any, dtype: Any = None) -> Node:
        """A number that is known now."""
        exact = np.asarray(value, dtype)[()]
        return self._node("constant", (), exact.dtype, detail=exact)

    def argument(self, name: str, dtype: Any) -> Node:
        """A number that the printed function is called with."""
        return self._node("argument", (), np.dtype(dtype), detail=name)

    def load(self, array: str, index: Node, dtype: Any) -> Node:
        """An element of an array that the printed function is called with."""
        return self._node("load", (index,), np.dtype(dtype), varies=index.varies, detail=array)

    def cast(self, node: Node, dtype: Any) -> Node:
        """The same number as another dtype."""
        dtype = np.dtype(dtype)
        if node.dtype == dtype:
            return node
        if node.is_constant:
            return self.constant(node.detail, dtype)
        return self._node("cast", (node,), dtype, varies=node.varies)

    def reinterpret(self, node: Node, dtype: Any) -> Node:
        """The same bits as another dtype of that size."""
        if node.dtype == np.dtype(dtype):
            return node
        return self._node("reinterpret", (node,), np.dtype(dtype), varies=node.varies)

    def apply(self, operation: str, *arguments: Node) -> Node:
        """A function of numbers; the number itself, where they are known."""
        if operation in _OF_TRUTHS and all(argument.dtype == BOOL for argument in arguments):
            operation = _OF_TRUTHS[operation]
        if all(argument.is_constant for argument in arguments):
            return self._folded(operation, arguments)
        if operation == "where" and arguments[0].is_constant:
            taken = arguments[1] if arguments[0].detail else arguments[2]
            return self.cast(taken, common_dtype(self.real, *arguments[1:]))
        if operation == "where":
            condition, chosen, other = arguments
            other = self._under(condition, other, holds=False)
            arguments = condition, self._under(condition, chosen, holds=True), other
        simpler = self._without_neutral(operation, arguments)
        if simpler is not None:
            return simpler
        varies = any(argument.varies for argument in arguments)
        return self._node(operation, arguments, self._result(operation, arguments), varies=varies)

    def _under(self, condition: Node, node: Node, *, holds: bool, depth: int = _GUARDED) -> Node:
        """The same, where it is known whether a condition holds: it need not be asked again.

        ``where(x == 0, 1, f(where(x == 0, 1, x)))`` keeps NumPy from dividing by 0. In a loop the
        branch that is not taken may be anything.
        """
        if node.operation == "where" and node.arguments[0] is condition:
            return node.arguments[1 if holds else 2]
        if depth == 0 or node.operation in _AS_THEY_ARE:
            return node
        changed = tuple(
            self._under(condition, argument, holds=holds, depth=depth - 1)
            for argument in node.arguments
        )
        return node if changed == node.arguments else self.apply(node.operation, *changed)

    def _folded(self, operation: str, arguments: tuple[Node, ...]) -> Node:
        function: Any = _NOT_NUMPY.get(operation) or getattr(np, operation)
        values = [argument.detail for argument in arguments]
        with np.errstate(all="ignore"):
            return self.constant(function(*values), self._result(operation, arguments))

    def _without_neutral(self, operation: str, arguments: tuple[Node, ...]) -> Node | None:
        """x for x + 0, x · 1, …: what derivatives are full of."""
        if operation not in _NEUTRAL:
            return None
        (a, b), neutral = arguments, _NEUTRAL[operation]
        dtype = self._result(operation, arguments)
        if b.is_constant and b.detail == neutral:
            return self.cast(a, dtype)
        if operation in _COMMUTE and a.is_constant and a.detail == neutral:
            return self.cast(b, dtype)
        return None

    def _node(
        self,
        operation: str,
        arguments: tuple[Node, ...],
        dtype: np.dtype[Any],
        *,
        varies: bool = False,
        detail: Any = None,
    ) -> Node:
        told_apart = detail.tobytes() if isinstance(detail, np.generic) else detail
        key = (operation, tuple(map(id, arguments)), dtype, told_apart)
        if key not in self._known:
            self._known[key] = Node(operation, arguments, dtype, varies, detail)
        return self._known[key]

    def _result(self, operation: str, arguments: tuple[Node, ...]) -> np.dtype[Any]:
        if operation in COMPARISONS:
            return BOOL
        if operation == "where":
            return common_dtype(self.real, *arguments[1:])
        dtype = common_dtype(self.real, *arguments)
        if operation in ON_FLOATS and not is_floating(dtype):
            return np.dtype(np.float64)
        return dtype


def common_dtype(real: np.dtype[Any], *nodes: Node) -> np.dtype[Any]:
    """The dtype in which some numbers are computed with each other.

    Where float32 and float64 meet, it is that of the cells: in a network of float32, what is of
    float64 (the time, a drawn number, a parameter) is rounded first. NumPy would go on in float64,
    in a loop of half the speed. Known numbers have no say where there are others.
    """
    floating = [node for node in nodes if is_floating(node.dtype)]
    if floating:
        dtypes = {node.dtype for node in floating if not node.is_constant}
        dtypes = dtypes or {node.dtype for node in floating}
        return dtypes.pop() if len(dtypes) == 1 else real
    strong = [node.dtype for node in nodes if not node.is_constant]
    known = [node.dtype for node in nodes if node.is_constant]
    if not strong or all(dtype == BOOL for dtype in strong):
        return np.result_type(*strong, *known)
    return np.result_type(*strong)
