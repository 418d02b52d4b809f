"""Least squares: against closed forms and SciPy, on bounds, and where losses are not finite."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil.optim import Expansion, held_back, levenberg_marquardt

FREE = np.full(2, -np.inf), np.full(2, np.inf)


def expansion(r: Any, rows: Any) -> Expansion:
    """Of residuals (starts, samples) and their derivatives (starts, samples, n)."""
    return Expansion(
        0.5 * np.sum(r**2, axis=1),
        np.einsum("sk,skp->sp", r, rows),
        np.einsum("skp,skq->spq", rows, rows),
    )


def rosenbrock(points: Any) -> Expansion:
    """r = (10 (y − x²), 1 − x)."""
    x, y = points.T
    rows = np.zeros((len(x), 2, 2))
    rows[:, 0, 0], rows[:, 0, 1], rows[:, 1, 0] = -20.0 * x, 10.0, -1.0
    return expansion(np.stack([10.0 * (y - x**2), 1.0 - x], axis=1), rows)


def last(*args: Any, **settings: Any) -> Any:
    return [*levenberg_marquardt(*args, **settings)][-1]


@given(seed=st.integers(0, 2**32), size=st.integers(1, 5))
def test_linear_least_squares_are_solved(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    matrix, target = rng.normal(size=(size + 3, size)), rng.normal(size=size + 3)

    def linear(points: Any) -> Expansion:
        return expansion(points @ matrix.T - target, np.broadcast_to(matrix, (2, *matrix.shape)))

    free = np.full(size, -np.inf), np.full(size, np.inf)
    found = last(linear, rng.normal(size=(2, size)), *free, tolerance=1e-14)
    expected = np.linalg.lstsq(matrix, target)[0]
    assert found.converged.all()
    np.testing.assert_allclose(found.points, [expected] * 2, atol=1e-5)


def test_the_curved_valley_is_followed_from_everywhere() -> None:
    starts = np.array([[-1.2, 1.0], [3.0, -4.0], [0.0, 10.0]])
    found = last(rosenbrock, starts, *FREE, max_steps=200)
    np.testing.assert_allclose(found.points, np.ones((3, 2)), rtol=1e-4)


def test_starts_do_not_know_of_one_another() -> None:
    starts = np.array([[-1.2, 1.0], [3.0, -4.0]])
    together = last(rosenbrock, starts, *FREE, max_steps=7)
    for start, point in zip(starts, together.points, strict=True):
        alone = last(rosenbrock, start[None], *FREE, max_steps=7)
        np.testing.assert_array_equal(alone.points[0], point)


def test_the_loss_never_rises() -> None:
    steps = [*levenberg_marquardt(rosenbrock, np.array([[-1.2, 1.0]]), *FREE)]
    losses = [step.at.loss[0] for step in steps]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] == rosenbrock(np.array([[-1.2, 1.0]])).loss[0]


@pytest.mark.peer
def test_between_bounds_it_finds_what_scipy_finds() -> None:
    optimize = pytest.importorskip("scipy.optimize")
    for low, high in (([-2.0, -2.0], [0.5, 2.0]), ([1.5, -1.0], [3.0, 2.0])):
        start = np.clip([0.0, 0.0], low, high)
        expected = optimize.least_squares(
            lambda p: [10.0 * (p[1] - p[0] ** 2), 1.0 - p[0]],
            start + np.array([1e-3, 0.0]) * (start == low),
            bounds=(low, high),
            xtol=1e-12,
            ftol=1e-12,
            gtol=1e-12,
        )
        found = last(rosenbrock, start[None], np.array(low), np.array(high), max_steps=200)
        np.testing.assert_allclose(found.points[0], expected.x, atol=1e-4)
        assert held_back(found.points, found.at.gradient, np.array(low), np.array(high)).any()


def test_a_loss_that_is_not_finite_is_one_step_too_far() -> None:
    def walled(points: Any) -> Expansion:
        found = rosenbrock(points)
        return found._replace(loss=np.where(points[:, 0] > 0.8, np.nan, found.loss))

    found = last(walled, np.array([[-1.2, 1.0], [0.9, 0.0]]), *FREE, max_steps=200)
    assert found.points[0, 0] == pytest.approx(0.8, abs=0.01)
    assert found.points[1].tolist() == [0.9, 0.0]  # it began beyond
    assert found.converged[1]
    assert np.isinf(found.at.loss[1])


def test_a_parameter_that_changes_nothing_stays() -> None:
    def flat(points: Any) -> Expansion:
        rows = np.zeros((len(points), 1, 2))
        rows[:, 0, 0] = 1.0
        return expansion(points[:, :1] - 3.0, rows)

    found = last(flat, np.array([[0.0, 7.0]]), *FREE)
    np.testing.assert_allclose(found.points, [[3.0, 7.0]], rtol=1e-6)
