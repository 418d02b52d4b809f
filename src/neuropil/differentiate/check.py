"""Derivatives compared with finite differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.arrays.trees import Tree, flatten, unflatten
from neuropil.differentiate.expression import Function, express, pull
from neuropil.graph import Variable, plain

if TYPE_CHECKING:
    from jaxtyping import Float

    Numpy = np.ndarray[Any, Any]

Flat = Callable[..., list[Any]]
"""A function of arrays that returns a list of arrays."""


@dataclass(frozen=True)
class _Case:
    """A function, where to differentiate it, and what its arguments and results are called."""

    function: Flat
    point: list[Numpy]
    arguments: list[str]
    results: list[str]


_ROUNDING = 1000 * np.finfo(np.float64).eps


def check_gradients(
    function: Function,
    *arguments: Tree,
    order: int = 2,
    step: float = 1e-4,
    tolerance: float = 1e-5,
) -> None:
    """Compare every derivative of ``function`` with central differences, in float64.

    The difference quotient is (f(x−2h) − 8f(x−h) + 8f(x+h) − f(x+2h)) / 12h with
    h = ``step``·max(1, |x|), whose error is of order h⁴. With ``order`` 2 the pullback
    (s, x) ↦ Jᵀs is checked in the same way at a random s, in both of its arguments, and so on for
    higher orders. Arguments that are not real floating are passed as they are; results that are
    not are left out.

    Two derivatives agree if they differ by at most ``tolerance`` times the quotient, and what
    rounding adds: about 2e-13·(1 + |f|)/h, when the function computes in float64 throughout.
    Derivatives larger than about 1e-5 that are wrong by 0.1 % therefore fail. At a kink, and
    within 2h of one, the two differ rightly.

    Args:
        function: Takes arrays, or nested tuples, lists and dicts of arrays, and gives such.
        arguments: Where to compare. Floating arrays are converted to float64.
        order: The highest derivative to check.
        step: h relative to the size of an element.
        tolerance: The largest relative error.

    Raises:
        AssertionError: A derivative is wrong. The message names the argument, its element, and
            the element of the result.

    Example:
        >>> import neuropil as npl
        >>> check_gradients(lambda x, y: npl.sin(x) + x * y, 0.5, 2.0)
    """
    case = _flat(function, arguments)
    rng = np.random.default_rng(0)
    for level in range(1, order + 1):
        outputs = _compare(case, level, step, tolerance)
        cotangents = [np.asarray(rng.uniform(0.5, 1.5, y.shape)) for y in outputs]
        case = _pullback(case, cotangents)


def _flat(function: Function, arguments: Sequence[Tree]) -> _Case:
    """``function`` as a function of its floating arrays alone."""
    leaves, structure = flatten(tuple(arguments))
    paths = [
        path
        for position, child in enumerate(structure.children)
        for path in child.paths(f"argument {position}")
    ]
    chosen = [place for place, leaf in enumerate(leaves) if _is_floating(leaf)]

    def flat(*arrays: Any) -> list[Any]:
        filled = list(leaves)
        for place, array in zip(chosen, arrays, strict=True):
            filled[place] = array
        outputs, _ = flatten(function(*unflatten(structure, filled)))
        return [y for y in outputs if _is_floating(y)]

    point = [np.array(plain(leaves[place]), dtype=np.float64) for place in chosen]
    results = [f"result {number}" for number in range(len(flat(*point)))]
    return _Case(flat, point, [paths[place] for place in chosen], results)


def _pullback(case: _Case, cotangents: list[Numpy]) -> _Case:
    """The function (s, x) ↦ Jᵀs of the cotangents and the arguments of ``case``."""
    count = len(cotangents)

    def pullback(*arrays: Any) -> list[Any]:
        seeds, primals = arrays[:count], arrays[count:]
        expression = express(case.function, primals, range(len(primals)))
        create_graph = any(isinstance(array, Variable) for array in arrays)
        return pull(expression.outputs, expression.inputs, seeds, create_graph=create_graph)

    names = [f"the cotangent of {name}" for name in case.results]
    gradients = [f"the gradient in {name}" for name in case.arguments]
    return _Case(pullback, [*cotangents, *case.point], names + case.arguments, gradients)


def _compare(case: _Case, level: int, step: float, tolerance: float) -> list[Numpy]:
    """Check the Jacobian of one case, element by element; returns the results."""
    expression = express(case.function, case.point, range(len(case.point)))
    outputs = [np.asarray(plain(y)) for y in expression.outputs]
    quotients, noise = _difference_quotients(case, outputs, step)
    for k, y in enumerate(expression.outputs):
        for row, element in enumerate(np.ndindex(outputs[k].shape)):
            seed = np.zeros(outputs[k].shape)
            seed[element] = 1.0
            found = pull([y], expression.inputs, [seed], create_graph=False)
            for i, derivative in enumerate(found):
                expected = quotients[i][k][:, row].reshape(derivative.shape)
                allowed = tolerance * np.abs(expected) + noise[i]
                wrong = ~(np.abs(derivative - expected) <= allowed)  # so that NaN is wrong
                if wrong.any():
                    at = tuple(map(int, np.argwhere(wrong)[0]))
                    raise AssertionError(
                        f"derivative of order {level} of {_at(case.results[k], element)} with "
                        f"respect to {_at(case.arguments[i], at)}: expected {expected[at]:.10g} "
                        f"from finite differences, got {derivative[at]:.10g} ({int(wrong.sum())} "
                        f"of {wrong.size} elements differ)"
                    )
    return outputs


def _difference_quotients(
    case: _Case, outputs: list[Numpy], step: float
) -> tuple[list[list[Float[Numpy, "inputs outputs"]]], list[Numpy]]:
    """For each argument and result the quotients, and for each argument what rounding does."""
    scale = 1.0 + max((float(np.abs(y).max(initial=0.0)) for y in outputs), default=0.0)
    quotients, noise = [], []
    for i, x in enumerate(case.point):
        widths = step * np.maximum(1.0, np.abs(x))
        rows: list[list[Numpy]] = [[] for _ in outputs]
        for element in np.ndindex(x.shape):
            h = float(widths[element])
            values = [_moved(case, i, element, reach * h) for reach in (-2, -1, 1, 2)]
            for row, (a, b, c, d) in zip(rows, zip(*values, strict=True), strict=True):
                row.append(((a - d + 8.0 * (c - b)) / (12.0 * h)).ravel())
        quotients.append(
            [np.array(row).reshape(x.size, y.size) for row, y in zip(rows, outputs, strict=True)]
        )
        noise.append(_ROUNDING * scale / widths)
    return quotients, noise


def _moved(case: _Case, i: int, element: tuple[int, ...], distance: float) -> list[Numpy]:
    """The results with one element of argument i changed by ``distance``."""
    moved = list(case.point)
    moved[i] = moved[i].copy()
    moved[i][element] += distance
    return [np.asarray(plain(y)) for y in case.function(*moved)]


def _is_floating(leaf: Any) -> bool:
    return isinstance(leaf, float) or getattr(getattr(leaf, "dtype", None), "kind", "") == "f"


def _at(name: str, element: tuple[int, ...]) -> str:
    return f"{name}[{', '.join(map(str, element))}]" if element else name
