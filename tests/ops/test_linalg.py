"""Laws of linear algebra, for stacks of matrices, and derivatives of what primitives make up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import Variable, linalg
from neuropil.errors import GraphError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable

Array = Any
RNG = np.random.default_rng(0)
SQUARE = RNG.standard_normal((2, 3, 3))
TALL = RNG.standard_normal((2, 4, 3))
WIDE = TALL.swapaxes(-1, -2)
SYMMETRIC = SQUARE + SQUARE.swapaxes(-1, -2)
DEFINITE = SQUARE @ SQUARE.swapaxes(-1, -2) + np.eye(3)
ORDERS = ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf)


def assert_close(found: Array, expected: Array) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


def transposed(x: Array) -> Array:
    return linalg.matrix_transpose(x)


def test_inverse_and_solution() -> None:
    assert_close(linalg.inv(SQUARE) @ SQUARE, np.broadcast_to(np.eye(3), (2, 3, 3)))
    for b in (RNG.standard_normal(3), RNG.standard_normal((3, 2)), RNG.standard_normal((2, 3, 1))):
        y = linalg.solve(SQUARE, b)
        assert_close(
            SQUARE @ y if b.ndim > 1 else npl.vecdot(SQUARE, y[:, None, :]),
            np.broadcast_to(b, y.shape),
        )
        npl.check_gradients(linalg.solve, SQUARE, b)


@pytest.mark.parametrize("n", [-2, -1, 0, 1, 2, 3, 6])
def test_powers(n: int) -> None:
    assert_close(linalg.matrix_power(SQUARE, n), np.linalg.matrix_power(SQUARE, n))
    npl.check_gradients(lambda x: linalg.matrix_power(x, n), DEFINITE[0])


def test_determinants() -> None:
    expected = np.linalg.det(SQUARE)
    assert_close(linalg.det(SQUARE), expected)
    sign, logabsdet = linalg.slogdet(SQUARE)
    assert_close(sign * npl.exp(logabsdet), expected)
    assert linalg.slogdet(np.zeros((2, 2))) == (0.0, -np.inf)


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_the_derivative_of_the_determinant_is_right_at_singular_matrices(rank: int) -> None:
    x = SQUARE[0][:, :rank] @ SQUARE[1][:rank, :]
    npl.check_gradients(linalg.det, x, order=1)


def test_the_sign_of_a_determinant_has_no_slope() -> None:
    x = Variable(SQUARE)
    npl.sum(linalg.slogdet(x).sign).backward()
    assert_close(x.grad, np.zeros_like(SQUARE))


def test_cholesky() -> None:
    lower = linalg.cholesky(DEFINITE)
    upper = linalg.cholesky(DEFINITE, upper=True)
    assert_close(lower, np.linalg.cholesky(DEFINITE))
    assert_close(transposed(upper) @ upper, DEFINITE)
    npl.check_gradients(lambda x: linalg.cholesky(x, upper=True), DEFINITE[0])
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite"):
        linalg.cholesky(-DEFINITE)


@pytest.mark.parametrize("x", [SQUARE, TALL, WIDE], ids=["square", "tall", "wide"])
def test_qr(x: Array) -> None:
    for mode in ("reduced", "complete"):
        q, r = linalg.qr(x, mode=mode)
        expected = np.linalg.qr(x, mode=mode)
        assert_close(q, expected.Q)
        assert_close(r, expected.R)
    npl.check_gradients(lambda x: tuple(linalg.qr(x)), x[0])


@pytest.mark.parametrize("x", [SQUARE, TALL, WIDE], ids=["square", "tall", "wide"])
def test_svd(x: Array) -> None:
    for full in (True, False):
        u, s, vh = linalg.svd(x, full_matrices=full)
        k = s.shape[-1]
        assert_close((u[..., :k] * s[..., None, :]) @ vh[..., :k, :], x)
        assert_close(
            transposed(u) @ u,
            np.broadcast_to(np.eye(u.shape[-1]), transposed(u).shape[:-2] + (u.shape[-1],) * 2),
        )
        assert_close(s, linalg.svdvals(x))
    npl.check_gradients(lambda x: tuple(linalg.svd(x, full_matrices=False)), x[0])
    npl.check_gradients(lambda x: linalg.svd(x).S, x[0])


def test_what_is_not_unique_has_no_derivative() -> None:
    for call in (
        lambda x: linalg.svd(x).U,
        lambda x: linalg.svd(x).Vh,
        lambda x: linalg.qr(x, mode="complete").R,
    ):
        with pytest.raises(GraphError, match=r"full_matrices=False|mode=\"reduced\""):
            npl.sum(call(Variable(TALL))).backward()


def test_eigenvalues_of_symmetric_matrices() -> None:
    w, v = linalg.eigh(SYMMETRIC)
    assert_close((v * w[:, None, :]) @ transposed(v), SYMMETRIC)
    assert_close(linalg.eigvalsh(SYMMETRIC), w)
    npl.check_gradients(lambda x: tuple(linalg.eigh(x)), SYMMETRIC[0])
    npl.check_gradients(linalg.eigvalsh, SYMMETRIC[0])


def test_equal_eigenvalues_and_singular_values_have_a_first_derivative() -> None:
    """Their sum is the trace, whose gradient is the identity matrix."""
    for values in (
        linalg.eigvalsh,
        lambda x: linalg.eigh(x).eigenvalues,
        linalg.svdvals,
        lambda x: linalg.svd(x).S,
    ):
        x = Variable(np.eye(3))
        npl.sum(values(x)).backward()
        assert_close(x.grad, np.eye(3))


@pytest.mark.parametrize("x", [SQUARE, TALL, WIDE], ids=["square", "tall", "wide"])
def test_the_four_conditions_of_penrose(x: Array) -> None:
    p = linalg.pinv(x)
    assert_close(x @ p @ x, x)
    assert_close(p @ x @ p, p)
    assert_close(transposed(x @ p), x @ p)
    assert_close(transposed(p @ x), p @ x)
    npl.check_gradients(linalg.pinv, x[0])


def test_rank() -> None:
    x = np.stack([np.eye(3), np.diag([1.0, 1e-20, 0.0]), np.zeros((3, 3))])
    assert linalg.matrix_rank(x).tolist() == [3, 1, 0]
    assert linalg.matrix_rank(np.diag([1.0, 0.1]), rtol=0.5) == 1
    assert not linalg.matrix_rank(Variable(x)).requires_grad
    assert_close(linalg.pinv(np.diag([1.0, 0.1]), rtol=0.5), np.diag([1.0, 0.0]))


@pytest.mark.parametrize("order", [0, 0.5, 1, 2, 3, -1, -2.5, np.inf, -np.inf])
@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2)])
def test_vector_norms(order: float, axis: Any) -> None:
    for keepdims in (False, True):
        settings = {"axis": axis, "keepdims": keepdims, "ord": order}
        expected = np.linalg.vector_norm(TALL, **settings)
        assert_close(linalg.vector_norm(Variable(TALL), **settings).value, expected)
    npl.check_gradients(lambda x: linalg.vector_norm(x, axis=axis, ord=order), TALL[:, :2])


def test_second_derivative_of_the_norm_where_an_element_is_zero() -> None:
    npl.check_gradients(linalg.vector_norm, np.array([0.0, 3.0, 4.0]))
    npl.check_gradients(lambda x: linalg.vector_norm(x, ord=4), np.array([0.0, 3.0, 4.0]))


@pytest.mark.parametrize("order", ORDERS)
def test_matrix_norms(order: Any) -> None:
    for keepdims in (False, True):
        expected = np.linalg.matrix_norm(TALL, ord=order, keepdims=keepdims)
        assert_close(linalg.matrix_norm(TALL, ord=order, keepdims=keepdims), expected)
    npl.check_gradients(lambda x: linalg.matrix_norm(x, ord=order, keepdims=True), TALL[0])


def test_diagonals() -> None:
    for offset in (-2, 0, 1):
        assert_close(linalg.diagonal(TALL, offset=offset), np.linalg.diagonal(TALL, offset=offset))
        assert_close(linalg.trace(TALL, offset=offset), np.linalg.trace(TALL, offset=offset))
    assert linalg.trace(np.eye(2, dtype=np.float32), dtype=npl.float64).dtype == np.float64
    npl.check_gradients(lambda x: linalg.trace(x, offset=1), TALL)


def test_empty_stacks() -> None:
    for function in (linalg.inv, linalg.det, linalg.svdvals, linalg.trace, linalg.matrix_norm):
        x = Variable(np.zeros((0, 3, 3)))
        npl.sum(function(x)).backward()
        assert x.grad.shape == (0, 3, 3)


@pytest.mark.parametrize(
    "function",
    [linalg.inv, linalg.det, linalg.slogdet, linalg.cholesky, linalg.eigh, linalg.eigvalsh],
)
def test_square_matrices_are_asked_for(function: Callable[[Array], Array]) -> None:
    with pytest.raises(
        ShapeError, match=rf"{function.__name__} takes square matrices .* \(2, 4, 3\)"
    ):
        function(TALL)


def test_other_bad_arguments() -> None:
    with pytest.raises(ShapeError, match=r"solve takes square matrices"):
        linalg.solve(TALL, np.zeros(4))
    with pytest.raises(ValueError, match=r"solve cannot take arguments of shape"):
        linalg.solve(SQUARE, np.zeros((4, 1)))
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        linalg.inv(np.zeros((2, 2)))
    with pytest.raises(ValueError, match='ord "fro", "nuc"'):
        linalg.matrix_norm(TALL, ord=3)
    with pytest.raises(ValueError, match='mode "reduced" or "complete"'):
        linalg.qr(TALL, mode="full")


@pytest.mark.peer
@pytest.mark.parametrize("scale", [1e-8, 0.1, 1.0, 30.0])
def test_matrix_exponentials_are_scipys(scale: float) -> None:
    expm = pytest.importorskip("scipy.linalg").expm
    x = scale * np.random.default_rng(0).standard_normal((3, 4, 4))
    np.testing.assert_allclose(npl.linalg.expm(x), expm(x), rtol=1e-11, atol=1e-12)


def test_the_exponential_of_commuting_matrices_is_a_product() -> None:
    x = np.random.default_rng(1).standard_normal((4, 4))
    whole, half = npl.linalg.expm(x), npl.linalg.expm(x / 2)
    np.testing.assert_allclose(half @ half, whole, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(npl.linalg.expm(-x) @ whole, np.eye(4), rtol=0, atol=1e-12)
    npl.check_gradients(npl.linalg.expm, x, order=2)
