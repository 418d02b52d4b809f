"""grad and value_and_grad: what is differentiated, how results nest, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neuropil as npl
from neuropil.differentiate import grad, value_and_grad
from neuropil.errors import DTypeError, ShapeError

X = np.array([0.5, -1.0, 2.0])


def loss(theta: Any, x: Any) -> Any:
    return npl.mean(npl.square(theta["w"] * x + theta["b"][0]))


def test_the_gradient_of_plain_arrays_is_a_plain_array() -> None:
    value, gradient = value_and_grad(lambda x: npl.sum(x**3))(X)
    assert value == np.sum(X**3)
    assert isinstance(gradient, np.ndarray)
    np.testing.assert_allclose(gradient, 3 * X**2, rtol=1e-15)


def test_argnums_choose_arguments() -> None:
    def function(a: Any, b: Any, *, scale: float) -> Any:
        return npl.sum(a * b**2) * scale

    a, b = X, X + 1
    np.testing.assert_allclose(grad(function, 1)(a, b, scale=2.0), 4 * a * b)
    np.testing.assert_allclose(grad(function, -2)(a, b, scale=2.0), 2 * b**2)
    both = grad(function, (1, 0))(a, b, scale=2.0)
    assert isinstance(both, tuple)
    np.testing.assert_allclose(both[0], 4 * a * b)
    np.testing.assert_allclose(both[1], 2 * b**2)
    assert len(grad(function, (0,))(a, b, scale=1.0)) == 1


def test_the_gradient_nests_like_the_argument() -> None:
    theta = {"w": np.array(2.0), "b": [np.array(0.5)]}
    gradient = grad(loss)(theta, X)
    error = 2.0 * X + 0.5
    assert gradient["w"] == pytest.approx(np.mean(2 * error * X))
    assert gradient["b"][0] == pytest.approx(np.mean(2 * error))


@given(st.floats(-3, 3), st.integers(1, 6))
def test_gradients_of_gradients(x: float, n: int) -> None:
    function: Any = lambda v: npl.exp(2.0 * v)  # noqa: E731
    for _ in range(n):
        function = grad(function)
    assert function(x) == pytest.approx(2.0**n * np.exp(2.0 * x), rel=1e-12)


def test_an_inner_gradient_sees_the_outer_variable_it_closes_over() -> None:
    assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0) == 6.0
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0  # no perturbation confused


def test_a_partial_derivative_holds_the_other_arguments() -> None:
    """Also where, in an outer expression, one argument was made from the other."""

    def product(a: Any, b: Any) -> Any:
        return a * b

    assert grad(product)(X[0], X[0]) == X[0]
    assert grad(lambda x: grad(product)(x, x**2))(3.0) == 6.0
    assert grad(lambda x: grad(lambda y: x * y)(x))(3.0) == 1.0


def test_the_gradient_in_a_variable_is_part_of_its_graph() -> None:
    x = npl.Variable(X)
    slope = grad(lambda v: npl.sum(v**3))(x)
    assert isinstance(slope, npl.Variable)
    npl.sum(slope).backward()
    np.testing.assert_allclose(x.grad, 6 * X)


def test_variables_the_function_uses_keep_the_result_in_their_graph() -> None:
    weight = npl.Variable(X)
    slope = grad(lambda v: npl.sum(weight**2 * v))(np.ones(3))
    assert isinstance(slope, npl.Variable)
    npl.sum(slope).backward()
    np.testing.assert_allclose(weight.grad, 2 * X)  # nothing was added to it before


def test_under_no_grad_the_result_is_plain() -> None:
    x = npl.Variable(X)
    with npl.no_grad():
        slope = grad(lambda v: npl.sum(v**3))(x)
        assert not npl.graph.is_recording()
    assert isinstance(slope, np.ndarray)
    np.testing.assert_allclose(slope, 3 * X**2)
    assert x.grad is None


def test_a_constant_has_gradient_zero() -> None:
    np.testing.assert_array_equal(grad(lambda _: 3.0)(X), np.zeros(3))
    np.testing.assert_array_equal(grad(lambda a, b: npl.sum(a), 1)(X, X), np.zeros(3))
    outer = npl.Variable(X)
    slope = grad(lambda a, b: npl.sum(a), 1)(outer, outer)
    np.testing.assert_array_equal(slope.value, np.zeros(3))


def test_gradients_are_arrays_of_their_own() -> None:
    first, second = grad(lambda a, b: npl.sum(a + b), (0, 1))(X, X)
    first += 1.0
    np.testing.assert_array_equal(second, np.ones(3))


def test_the_dtype_is_the_arguments() -> None:
    gradient = grad(lambda x: npl.sum(npl.exp(x)))(X.astype(np.float32))
    assert gradient.dtype == np.float32


@pytest.mark.parametrize(
    ("function", "error", "message"),
    [
        (lambda x: x * 2, ShapeError, r"scalar result, got shape \(3,\): reduce it"),
        (lambda x: (x[0], x[1]), ShapeError, "scalar result, got 2 of them"),
    ],
)
def test_a_result_that_is_no_scalar_is_refused(
    function: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        grad(function)(X)


@pytest.mark.parametrize(
    ("argument", "kind"),
    [(3, "int"), (np.arange(3), "int64"), ("x", "str"), (None, "NoneType"), (True, "bool")],
)
def test_arguments_without_derivative_are_refused(argument: Any, kind: str) -> None:
    with pytest.raises(DTypeError, match=rf"argument 1\['w'\] must be real floating.* got {kind}"):
        grad(lambda a, b: npl.sum(a), 1)(X, {"w": argument})


def test_an_argument_that_is_not_there_is_refused() -> None:
    with pytest.raises(IndexError, match="names argument 2, the call has 1"):
        grad(npl.sum, 2)(X)
