"""Gradients of functions with a scalar result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuropil.arrays.trees import LEAF, Tree, unflatten
from neuropil.differentiate.expression import Argnums, Function, express, positions, pull
from neuropil.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from neuropil.differentiate.expression import Expression


def grad(function: Function, argnums: Argnums = 0) -> Callable[..., Tree]:
    """The function that computes ∇f, the gradient of a scalar function.

    Args:
        function: Takes arrays, or nested tuples, lists and dicts of arrays, and gives a scalar.
        argnums: The argument to differentiate, or a tuple of them: then the gradient is a tuple.

    Returns:
        A function of the same arguments. Its result is nested like the argument. It holds plain
        arrays; Variables, which can be differentiated again, where the result depends on
        Variables that were there before (an argument, or one that ``function`` uses), unless
        under `no_grad`.

    Raises:
        ShapeError: On a call whose result is not a scalar.
        DTypeError: On a call with an argument that is not real floating.

    Example:
        >>> import neuropil as npl
        >>> cube = lambda x: x**3
        >>> print(grad(cube)(2.0), grad(grad(cube))(2.0), grad(grad(grad(cube)))(2.0))
        12.0 12.0 6.0
    """
    with_value = value_and_grad(function, argnums)

    def gradient(*args: Tree, **settings: Any) -> Tree:
        return with_value(*args, **settings)[1]

    return gradient


def value_and_grad(function: Function, argnums: Argnums = 0) -> Callable[..., tuple[Any, Tree]]:
    """The function that computes a scalar function and its gradient together: ``(f, ∇f)``.

    See `grad` for arguments, results and errors.

    Example:
        >>> import neuropil as npl
        >>> value, slope = value_and_grad(npl.exp)(0.0)
        >>> print(value, slope)
        1.0 1.0
    """

    def both(*args: Tree, **settings: Any) -> tuple[Any, Tree]:
        expression = express(function, args, positions(argnums, len(args)), settings)
        _check_scalar(expression)
        parts = pull(
            expression.outputs, expression.inputs, [None], create_graph=expression.attached
        )
        trees = unflatten(expression.arguments, parts)
        return expression.value(), trees[0] if isinstance(argnums, int) else trees

    return both


def _check_scalar(expression: Expression) -> None:
    if expression.results != LEAF:
        raise ShapeError(
            f"grad needs a scalar result, got {len(expression.outputs)} of them: return one, or "
            "use jacobian or vjp"
        )
    shape = tuple(getattr(expression.outputs[0], "shape", ()))
    if shape != ():
        raise ShapeError(
            f"grad needs a scalar result, got shape {shape}: reduce it (mean, sum), or use "
            "jacobian or vjp"
        )
