"""jacobian and hessian: closed forms, nesting and edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import neuropil as npl
from neuropil.differentiate import grad, hessian, jacobian

A = np.arange(6.0).reshape(2, 3)
X = np.array([0.5, -1.0, 2.0])


def test_a_linear_map_is_its_own_jacobian() -> None:
    np.testing.assert_array_equal(jacobian(lambda x: A @ x)(X), A)
    np.testing.assert_array_equal(jacobian(npl.Variable(A).__matmul__)(X).value, A)


def test_the_hessian_of_a_quadratic_form() -> None:
    m = A.T @ A + np.eye(3)
    np.testing.assert_allclose(hessian(lambda x: x @ m @ x / 2)(X), m, rtol=1e-14)


def test_shapes_are_those_of_result_and_argument() -> None:
    j = jacobian(lambda x: npl.reshape(x, (3, 1)) * x)(X)
    assert j.shape == (3, 3, 3)
    expected = np.einsum("ik,j->ijk", np.eye(3), X) + np.einsum("jk,i->ijk", np.eye(3), X)
    np.testing.assert_allclose(j, expected)
    assert jacobian(lambda x: x**2)(3.0) == 6.0
    assert jacobian(lambda x: x[:0])(X).shape == (0, 3)
    np.testing.assert_array_equal(jacobian(lambda x: np.ones(2))(X), np.zeros((2, 3)))


def test_jacobians_nest_like_result_and_arguments() -> None:
    def function(x: Any, theta: Any) -> Any:
        return {"sum": npl.sum(x) * theta["w"], "square": x**2}

    one = jacobian(function)(X, {"w": np.ones(2)})
    np.testing.assert_allclose(one["sum"], np.ones((2, 3)))
    np.testing.assert_allclose(one["square"], np.diag(2 * X))
    both = jacobian(function, (0, 1))(X, {"w": np.ones(2)})
    np.testing.assert_allclose(both["sum"][1]["w"], np.eye(2) * X.sum())
    np.testing.assert_allclose(both["square"][1]["w"], np.zeros((3, 2)))


def test_blocks_of_a_hessian_in_two_arguments() -> None:
    blocks = hessian(lambda a, b: npl.sum(a**2 * b), (0, 1))(X, X + 1)
    np.testing.assert_allclose(blocks[0][0], np.diag(2 * (X + 1)))
    np.testing.assert_allclose(blocks[0][1], np.diag(2 * X))
    np.testing.assert_allclose(blocks[1][0], np.diag(2 * X))
    np.testing.assert_allclose(blocks[1][1], np.zeros((3, 3)))


def test_a_jacobian_can_be_differentiated() -> None:
    third = jacobian(hessian(lambda x: npl.sum(x**3)))(X)
    expected = np.zeros((3, 3, 3))
    expected[range(3), range(3), range(3)] = 6.0
    np.testing.assert_allclose(third, expected)
    assert grad(lambda x: npl.sum(jacobian(npl.exp)(x)))(X) == pytest.approx(np.exp(X))
