"""Products with Jacobians and Hessians, without forming them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuropil.arrays.trees import Tree, unflatten
from neuropil.differentiate.expression import (
    Function,
    conforming,
    differentiable,
    express,
    pull,
    zeros,
)
from neuropil.differentiate.scalar import grad
from neuropil.errors import ShapeError
from neuropil.graph import Variable, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def vjp(function: Function, *primals: Tree) -> tuple[Tree, Callable[[Tree], tuple[Tree, ...]]]:
    """A function's value, and the pullback of cotangents through it: s ↦ Jᵀs.

    Args:
        function: Takes arrays, or nested tuples, lists and dicts of arrays, and gives such.
        primals: Its arguments, all real floating.

    Returns:
        The value, and a function that takes a cotangent nested and shaped like the value and
        gives one product for each of ``primals``, in a tuple. It may be called many times.

    Raises:
        DTypeError: A primal is not real floating.
        ShapeError: The cotangent is not of the value's shape.

    Example:
        >>> import numpy as np
        >>> value, pullback = vjp(lambda x: x**2, np.array([1.0, 2.0]))
        >>> value, pullback(np.array([1.0, 10.0]))
        (array([1., 4.]), (array([ 2., 40.]),))
    """
    expression = express(function, primals, range(len(primals)))

    def pullback(cotangent: Tree) -> tuple[Tree, ...]:
        leaves = conforming(cotangent, expression.results, expression.outputs, "cotangent")
        parts = pull(
            expression.outputs,
            expression.inputs,
            leaves,
            create_graph=expression.attached or differentiable(leaves),
        )
        trees: tuple[Tree, ...] = unflatten(expression.arguments, parts)
        return trees

    return expression.value(), pullback


def jvp(function: Function, primals: Sequence[Tree], tangents: Sequence[Tree]) -> tuple[Tree, Tree]:
    """A function's value, and its derivative along ``tangents``: Jt.

    By two backward passes: s ↦ Jᵀs is linear, and its derivative with respect to s, pulled back
    from t, is Jt. That costs more than one forward pass would, and needs no second set of rules.

    Args:
        function: Takes arrays, or nested tuples, lists and dicts of arrays, and gives such.
        primals: The arguments in a tuple, all real floating.
        tangents: The directions, nested and shaped like ``primals``.

    Returns:
        The value, and the derivative, nested and shaped like it.

    Raises:
        DTypeError: A primal is not real floating.
        ShapeError: The tangents are not of the primals' shape.

    Example:
        >>> import numpy as np
        >>> jvp(lambda x: x**2, (np.array([1.0, 2.0]),), (np.array([1.0, 10.0]),))
        (array([1., 4.]), array([ 2., 40.]))
    """
    primals, tangents = _in_tuples(primals, tangents)
    expression = express(function, primals, range(len(primals)))
    directions = conforming(tangents, expression.arguments, expression.inputs, "tangents")
    cotangents = [Variable(zeros(y)) for y in expression.outputs]
    transposed = pull(expression.outputs, expression.inputs, cotangents, create_graph=True)
    create_graph = expression.attached or differentiable(directions)
    parts = pull(transposed, cotangents, directions, create_graph=create_graph)
    return expression.value(), unflatten(expression.results, parts)


def hvp(function: Function, primals: Sequence[Tree], tangents: Sequence[Tree]) -> tuple[Tree, ...]:
    """The product Ht of a scalar function's Hessian with ``tangents``, by two backward passes.

    Args:
        function: Takes arrays, or nested tuples, lists and dicts of arrays, and gives a scalar.
        primals: The arguments in a tuple, all real floating.
        tangents: The direction, nested and shaped like ``primals``.

    Returns:
        One product for each of ``primals``, in a tuple.

    Raises:
        DTypeError: A primal is not real floating.
        ShapeError: The result is not a scalar, or the tangents are not of the primals' shape.

    Example:
        >>> import numpy as np
        >>> hvp(lambda x: x[0] ** 2 * x[1], (np.array([1.0, 2.0]),), (np.array([1.0, 0.0]),))
        (array([4., 2.]),)
    """
    primals, tangents = _in_tuples(primals, tangents)
    gradient = grad(function, tuple(range(len(primals))))
    return vjp(gradient, *primals)[1](tangents)  # the Hessian is symmetric


def _in_tuples(primals: Any, tangents: Any) -> tuple[tuple[Tree, ...], tuple[Tree, ...]]:
    for name, trees in (("primals", primals), ("tangents", tangents)):
        if not isinstance(trees, tuple | list):
            kind = type(plain(trees)).__name__
            raise ShapeError(f"{name} must be a tuple with one entry an argument, got {kind}")
    return tuple(primals), tuple(tangents)
