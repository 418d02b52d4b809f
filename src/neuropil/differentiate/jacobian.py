"""All first derivatives of a function, and all second ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuropil import ops
from neuropil.arrays import Array, namespace
from neuropil.arrays.trees import Tree, unflatten
from neuropil.differentiate.expression import (
    Argnums,
    Expression,
    Function,
    express,
    positions,
    pull,
    zeros,
)
from neuropil.differentiate.scalar import grad
from neuropil.graph import Variable, plain

if TYPE_CHECKING:
    from collections.abc import Callable


def jacobian(function: Function, argnums: Argnums = 0) -> Callable[..., Tree]:
    """The function that computes J, the derivative of every result in every argument.

    One backward pass for each element of the result.

    Args:
        function: Takes arrays, or nested tuples, lists and dicts of arrays, and gives such.
        argnums: The argument to differentiate, or a tuple of them.

    Returns:
        A function of the same arguments. For a result of shape (*out) and an argument of shape
        (*in) it gives an array of shape (*out, *in), nested like the result and, within, like
        the argument (within a tuple of them if ``argnums`` is one).

    Raises:
        DTypeError: On a call with an argument that is not real floating.

    Example:
        >>> import numpy as np
        >>> jacobian(lambda x: x**2)(np.array([1.0, 2.0]))
        array([[2., 0.],
               [0., 4.]])
    """

    def derivatives(*args: Tree, **settings: Any) -> Tree:
        expression = express(function, args, positions(argnums, len(args)), settings)
        blocks = []
        for y in expression.outputs:
            trees = unflatten(expression.arguments, _rows(y, expression))
            blocks.append(trees[0] if isinstance(argnums, int) else trees)
        return unflatten(expression.results, blocks)

    return derivatives


def hessian(function: Function, argnums: Argnums = 0) -> Callable[..., Tree]:
    """The function that computes H, every second derivative of a scalar function.

    The Jacobian of the gradient, nested accordingly; arguments and errors as there.

    Example:
        >>> import numpy as np
        >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 2.0]))
        array([[4., 2.],
               [2., 0.]])
    """
    return jacobian(grad(function, argnums), argnums)


def _rows(y: Any, expression: Expression) -> list[Array]:
    """The derivative of one result with respect to each input, of shape (*out, *in)."""
    inputs, attached = expression.inputs, expression.attached
    shape = tuple(getattr(y, "shape", ()))
    rows = [pull([y], inputs, [seed], create_graph=attached) for seed in _unit_cotangents(y)]
    if not rows:  # an empty result, or one that no input changes
        empty = [namespace(x.value).zeros((*shape, *x.shape), dtype=x.dtype) for x in inputs]
        return [Variable(e, requires_grad=False) for e in empty] if attached else empty
    return [
        ops.reshape(ops.stack(column), (*shape, *x.shape))
        for column, x in zip(zip(*rows, strict=True), inputs, strict=True)
    ]


def _unit_cotangents(y: Any) -> list[Array]:
    """A cotangent for each element of y: 1 there, 0 elsewhere."""
    if not isinstance(y, Variable) or not y.requires_grad:
        return []
    eye = namespace(plain(y)).eye(y.size, dtype=y.dtype)
    return [eye[row].reshape(zeros(y).shape) for row in range(y.size)]
