"""Random expression graphs: derivatives against finite differences, Variables against arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import neuropil as npl
from neuropil.graph import Variable

Array = Any
MOST_ELEMENTS = 16
LARGEST = 10.0


@dataclass(frozen=True)
class Step:
    """One Operation or two, on nodes of the graph so far."""

    name: str
    operands: tuple[int, ...]

    def __call__(self, nodes: list[Array]) -> Array:
        return STEPS[self.name](*(nodes[i] for i in self.operands))


UNARY: dict[str, Callable[[Array], Array]] = {
    "sin": npl.sin,
    "tanh": npl.tanh,
    "sigmoid": npl.sigmoid,
    "erf": npl.erf,
    "log1p": lambda x: npl.log1p(x * x),
    "sqrt": lambda x: npl.sqrt(1.0 + x * x),
    "exp": lambda x: npl.exp(-x * x),
    "softmax": lambda x: npl.softmax(npl.expand_dims(x, axis=-1) * np.array([1.0, 2.0])),
    "gram": lambda x: x @ npl.matrix_transpose(x),
    "sum": lambda x: npl.sum(x, axis=0),
    "mean": lambda x: npl.mean(x, axis=-1, keepdims=True),
    "prod": npl.prod,
    "logsumexp": lambda x: npl.logsumexp(x, axis=-1),
    "var": npl.var,
    "cumulative_prod": lambda x: npl.cumulative_prod(x, axis=-1),
    "norm": lambda x: npl.linalg.vector_norm(npl.stack([x, npl.cos(x)])),
    "flatten": lambda x: npl.reshape(x, (-1,)),
    "transpose": lambda x: npl.permute_dims(x, tuple(range(len(x.shape)))[::-1]),
    "first": lambda x: x[..., 0],
    "backwards": lambda x: x[::-1],
    "repeated": lambda x: x[np.array([0, -1, 0])],
    "expand_dims": lambda x: npl.expand_dims(x, axis=0),
}
BINARY: dict[str, Callable[[Array, Array], Array]] = {
    "add": npl.add,
    "subtract": npl.subtract,
    "multiply": npl.multiply,
    "divide": lambda a, b: a / (2.0 + npl.cos(b)),
    "pow": lambda a, b: (1.5 + npl.sin(a)) ** b,
    "logaddexp": npl.logaddexp,
    "matmul": npl.matmul,
    "einsum": lambda a, b: npl.einsum("...i,...j->...ij", a, b),
    "concat": lambda a, b: npl.concat([a, b], axis=-1),
    "where": lambda a, b: npl.where(np.array([True, False, True]), a, b),
}
STEPS: dict[str, Callable[..., Array]] = UNARY | BINARY


@dataclass(frozen=True)
class Expression:
    """A program of steps on some leaves; every node enters the result."""

    leaves: list[np.ndarray]
    steps: list[Step]

    def __call__(self, *leaves: Array) -> Array:
        nodes = list(leaves)
        for step in self.steps:
            nodes.append(step(nodes))
        total: Array = 0.0
        for node in nodes:
            total = total + npl.sum(node * node)
        return total


@st.composite
def expressions(draw: st.DrawFn) -> Expression:
    shape = st.sampled_from([(), (3,), (2, 3), (2, 1), (3, 3), (2, 1, 3)])
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    leaves = [np.asarray(rng.standard_normal(draw(shape))) for _ in range(draw(st.integers(1, 3)))]
    nodes: list[Array] = list(leaves)
    steps = []
    for _ in range(draw(st.integers(1, 8))):
        name = draw(st.sampled_from(sorted(STEPS)))
        node = st.integers(0, len(nodes) - 1)
        operands = st.tuples(node, node) if name in BINARY else st.tuples(node)
        step = Step(name, draw(operands))
        try:
            value = np.asarray(step(nodes))
        except (ValueError, IndexError):
            continue  # these operands do not fit
        if 0 < value.size <= MOST_ELEMENTS and np.abs(value).max() <= LARGEST:
            steps.append(step)
            nodes.append(value)
    return Expression(leaves, steps)


@given(expressions())
@settings(max_examples=150)
def test_derivatives_are_those_of_finite_differences(expression: Expression) -> None:
    npl.check_gradients(expression, *expression.leaves, order=2)


@given(expressions())
def test_variables_hold_what_plain_arrays_give(expression: Expression) -> None:
    recorded = expression(*map(Variable, expression.leaves))
    np.testing.assert_array_equal(recorded.value, expression(*expression.leaves))


@given(expressions())
def test_evaluate_follows_changed_leaves(expression: Expression) -> None:
    leaves = [Variable(leaf) for leaf in expression.leaves]
    recorded = expression(*leaves)
    for leaf in leaves:
        leaf.value = np.asarray(0.5 * leaf.value + 0.1)
    np.testing.assert_array_equal(recorded.evaluate(), expression(*(leaf.value for leaf in leaves)))
