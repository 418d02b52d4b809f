"""check_gradients passes what is right and finds what is wrong by 0.1 %."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neuropil as npl
from neuropil.differentiate import check_gradients
from neuropil.graph import Primitive, primitive, primitives

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    """Primitives made here do not stay registered."""
    before = dict(primitives)
    yield
    primitives.clear()
    primitives.update(before)


def cube(first: float = 1.0, second: float = 1.0) -> Primitive:
    """x³ with its first and second derivative scaled by these factors."""

    @primitive(vjps=(lambda s, y, x: s * (6.0 * second) * x,))
    def _slope(x: Any, /) -> Any:
        return 3.0 * x**2

    @primitive(vjps=(lambda s, y, x: s * (first * _slope(x)),))
    def _cube(x: Any, /) -> Any:
        return x**3

    return _cube


X = np.array([[0.3, -1.2, 2.0], [0.01, 5.0, -0.4]])


def test_a_right_derivative_passes() -> None:
    check_gradients(cube(), X, order=3)


@pytest.mark.parametrize("factor", [1.001, 0.999])
def test_a_first_derivative_wrong_by_a_thousandth_fails(factor: float) -> None:
    with pytest.raises(AssertionError, match=r"order 1 .*argument 0\[0, 0\]"):
        check_gradients(cube(first=factor), X, order=1)


@pytest.mark.parametrize("factor", [1.001, 0.999])
def test_a_second_derivative_wrong_by_a_thousandth_fails(factor: float) -> None:
    wrong = cube(second=factor)
    check_gradients(wrong, X, order=1)
    with pytest.raises(AssertionError, match="derivative of order 2"):
        check_gradients(wrong, X, order=2)


@pytest.mark.parametrize("place", [(0, 0), (0, 2), (1, 1)])
def test_one_wrong_element_among_many_is_named(place: tuple[int, int]) -> None:
    factors = np.ones_like(X)
    factors[place] = 1.001

    @primitive(vjps=(lambda s, y, x: s * factors * npl.cos(x),))
    def _wrong_sine(x: Any, /) -> Any:
        return np.sin(x)

    with pytest.raises(AssertionError, match=rf"argument 1\[{place[0]}, {place[1]}\].*1 of 6"):
        check_gradients(lambda w, x: npl.sum(w * _wrong_sine(x)), np.ones(X.shape), X)


def test_an_error_diluted_by_a_large_sum_is_found() -> None:
    """Each element of the Jacobian is compared, so that no other can hide it."""
    factors = np.eye(5) * 0.001 + 1.0

    @primitive(vjps=(lambda s, y, x: (factors * s[:, None]).sum(axis=0),))
    def _sums(x: Any, /) -> Any:
        return np.full(5, x.sum())

    with pytest.raises(AssertionError, match=r"result 0\[0\].*argument 0\[0\].*expected 1"):
        check_gradients(_sums, np.arange(5.0), order=1)


@given(
    seed=st.integers(0, 10_000),
    shape=st.sampled_from([(), (1,), (3,), (2, 2)]),
    size=st.sampled_from([1e-2, 1.0, 30.0]),
)
def test_smooth_functions_pass_reliably(seed: int, shape: tuple[int, ...], size: float) -> None:
    rng = np.random.default_rng(seed)
    x, y = size * rng.normal(size=(2, *shape))

    def function(x: Any, y: Any) -> Any:
        return npl.sin(x) * y + npl.log1p(npl.square(y)), npl.softplus(npl.sum(x * y) / 100)

    check_gradients(function, x, y)


def test_a_result_that_does_not_change_passes() -> None:
    check_gradients(lambda x: npl.sum(npl.softmax(x, axis=-1)), 10.0 * X)
    check_gradients(lambda x: np.ones(3), X)


def test_integers_are_left_alone() -> None:
    index = np.array([2, 0])
    check_gradients(lambda x, i, n: (x[i] ** n, i), np.arange(3.0), index, 2)


def test_nested_arguments_and_named_elements() -> None:
    theta = {"w": np.ones((2, 2)), "b": [np.zeros(2)]}
    check_gradients(lambda t, x: npl.tanh(t["w"] @ x + t["b"][0]), theta, np.ones(2))
    wrong = cube(first=1.001)
    with pytest.raises(AssertionError, match=r"argument 0\['w'\]\[0, 0\]: expected 3"):
        check_gradients(lambda t: wrong(t["w"]), theta, order=1)


def test_single_precision_arguments_are_compared_in_double() -> None:
    check_gradients(lambda x: npl.exp(x) / x, np.array([0.7, 1.3], np.float32))


def test_a_function_may_use_variables_of_its_own() -> None:
    weight = npl.Variable(np.array([1.0, 2.0]))
    check_gradients(lambda x: npl.sum(npl.sin(weight * x)), np.array([0.5, 0.1]))
    assert weight.grad is None
