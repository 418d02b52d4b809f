"""L-BFGS and its line search (its numbers: tests/reference)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neuropil as npl
from neuropil import Variable, nn, optim
from neuropil.errors import DivergenceError
from neuropil.optim.line_search import FLAT, SUFFICIENT, Point, strong_wolfe


def closure(optimizer: optim.Optimizer, loss: Callable[[], Variable]) -> Callable[[], Variable]:
    def evaluate() -> Variable:
        optimizer.zero_grad()
        value = loss()
        value.backward()
        return value

    return evaluate


@given(seed=st.integers(0, 2**32), size=st.integers(1, 8))
def test_it_solves_a_quadratic_in_one_step(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(size, size))
    hessian, target = factor @ factor.T + np.eye(size), rng.normal(size=size)
    x = Variable(np.zeros(size))
    optimizer = optim.LBFGS(
        [x], max_iter=100, tolerance_change=1e-14, line_search_fn="strong_wolfe"
    )
    optimizer.step(
        closure(optimizer, lambda: 0.5 * npl.sum(x * (hessian @ x)) - npl.sum(target * x))
    )
    np.testing.assert_allclose(x.value, np.linalg.solve(hessian, target), atol=1e-5)


def test_it_trains_a_small_network_on_all_of_its_data() -> None:
    net = nn.Sequential(nn.Linear(2, 8, rng=1), nn.Tanh(), nn.Linear(8, 1, rng=2))
    inputs, targets = npl.data.xor()[:]
    optimizer = optim.LBFGS(net.parameters(), line_search_fn="strong_wolfe", max_iter=100)
    loss = nn.BCEWithLogitsLoss()
    before = optimizer.step(closure(optimizer, lambda: loss(net(inputs), targets)))
    assert loss(net(inputs), targets).item() < 1e-3 < before.item()


def at(f: Callable[[float], tuple[float, float]]) -> Callable[[float], Point]:
    def point(t: float) -> Point:
        loss, slope = f(t)
        return Point(t, loss, np.array([slope]), slope)

    return point


@given(
    st.floats(1e-3, 10.0),
    st.sampled_from(
        [
            lambda t: ((t - 1.0) ** 2, 2.0 * (t - 1.0)),
            lambda t: (-t / (t**2 + 2.0), (t**2 - 2.0) / (t**2 + 2.0) ** 2),
            lambda t: (t**4 - 3 * t, 4 * t**3 - 3),
            lambda t: (math.cos(t + 0.5), -math.sin(t + 0.5)),
        ]
    ),
)
def test_the_line_search_ends_in_a_point_of_strong_wolfe(t: float, f: Any) -> None:
    start = at(f)(0.0)
    point, _ = strong_wolfe(at(f), start, t, most=50, width=1e-12)
    assert point.loss <= start.loss + SUFFICIENT * point.t * start.slope
    assert abs(point.slope) <= FLAT * abs(start.slope)


@given(st.floats(0.1, 1e6))
def test_a_loss_that_is_not_finite_is_too_far(t: float) -> None:
    def barrier(t: float) -> tuple[float, float]:
        return (-math.log(1.0 - t) - 3 * t, 1 / (1 - t) - 3) if t < 1 else (math.inf, math.nan)

    start = at(barrier)(0.0)
    point, _ = strong_wolfe(at(barrier), start, t, most=60, width=1e-12)
    assert point.loss < start.loss
    assert point.t < 1


def test_it_counts_its_evaluations() -> None:
    x, calls = Variable(np.array([-1.2, 1.0])), []
    optimizer = optim.LBFGS([x], max_iter=1000, max_eval=17, line_search_fn="strong_wolfe")

    def rosenbrock() -> Variable:
        calls.append(1)
        return 100.0 * (x[1] - x[0] ** 2) ** 2 + (1.0 - x[0]) ** 2

    optimizer.step(closure(optimizer, rosenbrock))
    assert len(calls) == 17


def test_it_stops_where_there_is_nothing_to_gain() -> None:
    x, calls = Variable(np.zeros(3)), []

    def loss() -> Variable:
        calls.append(1)
        return npl.sum(x**2)

    optimizer = optim.LBFGS([x])
    optimizer.step(closure(optimizer, loss))
    assert len(calls) == 1
    assert not x.value.any()


def test_without_a_closure_it_says_what_is_missing() -> None:
    with pytest.raises(TypeError, match=r"call step\(closure\) with a function that clears"):
        optim.LBFGS([Variable([1.0])]).step()


def test_a_loss_that_is_not_finite_is_told() -> None:
    x = Variable(np.array([1.0, -1.0]))
    optimizer = optim.LBFGS([x])
    with np.errstate(invalid="ignore"), pytest.raises(DivergenceError, match="the loss is nan"):
        optimizer.step(closure(optimizer, lambda: npl.sum(npl.log(x))))
    far = Variable(np.array([1.0]))
    optimizer = optim.LBFGS([far], lr=1e200)
    with np.errstate(over="ignore"), pytest.raises(DivergenceError, match="smaller lr"):
        optimizer.step(closure(optimizer, lambda: npl.sum(far**4)))


@pytest.mark.parametrize("line_search_fn", ["strong_wolfe", None])
def test_a_rate_of_0_leads_nowhere(line_search_fn: Any) -> None:
    x = Variable([1.0, 2.0])
    optimizer = optim.LBFGS([x], lr=0.0, line_search_fn=line_search_fn)
    with pytest.raises(ValueError, match="learning rate of L-BFGS is 0"):
        optimizer.step(lambda: npl.sum(x**2))
