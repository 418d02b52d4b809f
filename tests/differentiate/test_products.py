"""vjp, jvp and hvp: adjoint to one another, and equal to products with the whole matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neuropil as npl
from neuropil.differentiate import grad, hessian, hvp, jacobian, jvp, vjp
from neuropil.errors import DTypeError, ShapeError

ONES: Any = np.ones(3)


def network(x: Any, theta: Any) -> tuple[Any, Any]:
    hidden = npl.tanh(theta["w"] @ x + theta["b"])
    return hidden, npl.logsumexp(hidden * npl.sum(x))


def arrays(rng: np.random.Generator) -> tuple[Any, Any]:
    return rng.normal(size=3), {"w": rng.normal(size=(4, 3)), "b": rng.normal(size=4)}


@given(st.integers(0, 10_000))
def test_forward_and_backward_products_are_adjoint(seed: int) -> None:
    """⟨Jt, s⟩ = ⟨t, Jᵀs⟩ for a function of nested arguments with two results."""
    rng = np.random.default_rng(seed)
    point, (dx, dt) = arrays(rng), arrays(rng)
    s0, s1 = rng.normal(size=4), rng.normal()
    value, (t0, t1) = jvp(network, point, (dx, dt))
    again, pullback = vjp(network, *point)
    back_x, back = pullback((s0, s1))
    left = t0 @ s0 + t1 * s1
    right = back_x @ dx + np.sum(back["w"] * dt["w"]) + back["b"] @ dt["b"]
    assert left == pytest.approx(right, rel=1e-12, abs=1e-12)
    np.testing.assert_array_equal(value[0], again[0])


@given(st.integers(0, 10_000))
def test_products_are_those_with_the_whole_matrices(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, t, s = rng.normal(size=(3, 4))

    def function(x: Any) -> Any:
        return npl.sin(x) * npl.sum(x**2)

    j = jacobian(function)(x)
    np.testing.assert_allclose(jvp(function, (x,), (t,))[1], j @ t, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(vjp(function, x)[1](s)[0], j.T @ s, rtol=1e-10, atol=1e-12)

    def energy(x: Any) -> Any:
        return npl.sum(npl.exp(npl.sin(x) * npl.sum(x)))

    h = hessian(energy)(x)
    np.testing.assert_allclose(h, h.T, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(hvp(energy, (x,), (t,))[0], h @ t, rtol=1e-10, atol=1e-10)


def test_hvp_of_several_nested_arguments() -> None:
    def energy(a: Any, theta: Any) -> Any:
        return npl.sum(a**2 * theta["b"])

    a, b = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    da, db = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    found = hvp(energy, (a, {"b": b}), (da, {"b": db}))
    np.testing.assert_allclose(found[0], 2 * b * da + 2 * a * db)
    np.testing.assert_allclose(found[1]["b"], 2 * a * da)


def test_a_pullback_may_be_called_again() -> None:
    _, pullback = vjp(lambda x: x**2, np.array(3.0))
    assert [pullback(s)[0] for s in (1.0, 2.0, 1.0)] == [6.0, 12.0, 6.0]


def test_products_stay_in_the_graph_of_variables() -> None:
    assert grad(lambda x: vjp(lambda v: v**3, x)[1](1.0)[0])(2.0) == 12.0
    assert grad(lambda x: jvp(lambda v: v**3, (x,), (1.0,))[1])(2.0) == 12.0
    assert grad(lambda s: vjp(lambda v: v**3, 2.0)[1](s)[0])(1.0) == 12.0
    assert grad(lambda t: jvp(lambda v: v**3, (2.0,), (t,))[1])(1.0) == 12.0
    assert grad(lambda x: hvp(lambda v: v**4, (x,), (1.0,))[0])(2.0) == 48.0


def test_forward_over_forward() -> None:
    def slope(x: Any) -> Any:
        return jvp(npl.sin, (x,), (1.0,))[1]

    assert jvp(slope, (0.3,), (1.0,))[1] == pytest.approx(-np.sin(0.3), rel=1e-14)


def test_results_that_do_not_depend_on_an_argument_have_derivative_zero() -> None:
    value, tangent = jvp(lambda x: (x, 2.0, np.arange(3)), (1.0,), (1.0,))
    assert value[0] == tangent[0] == 1.0
    assert tangent[1] == 0.0
    np.testing.assert_array_equal(tangent[2], np.zeros(3))
    assert jvp(lambda x: 2.0, (1.0,), (1.0,))[1] == 0.0


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: vjp(npl.exp, np.ones(3))[1](np.ones(4)), ShapeError, r"\(3,\), got \(4,\)"),
        (lambda: vjp(npl.exp, np.ones(3))[1]((np.ones(3),)), ShapeError, "nested like"),
        (lambda: jvp(npl.exp, (np.ones(3),), (1.0,)), ShapeError, r"tangents\[0\] must have"),
        (lambda: jvp(npl.exp, *[ONES] * 2), ShapeError, "primals must be a tuple"),
        (lambda: jvp(npl.exp, (np.arange(3),), (np.ones(3),)), DTypeError, "argument 0.* int64"),
        (lambda: hvp(npl.exp, (np.ones(3),), (np.ones(3),)), ShapeError, "scalar result"),
    ],
)
def test_what_does_not_fit_is_refused(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_a_product_is_not_the_cotangent_it_was_made_from():
    _, pullback = vjp(lambda x: x + 0.0, np.ones(2))
    seed = np.ones(2)
    for cotangent in (seed, npl.Variable(seed, requires_grad=False)):
        assert not np.shares_memory(pullback(cotangent)[0], seed)
