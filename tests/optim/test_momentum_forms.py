"""The momentum of the notes (6.3.2) as settings of SGD: each line of the table in its docstring."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import neuropil as npl
from neuropil import Variable, optim

STEPS = 30
CURVATURE = np.array([1.0, 3.0, 0.2])
START = np.array([1.0, -2.0, 0.5])

shares = st.floats(0.0, 0.99)
rates = st.floats(1e-3, 0.2)
Rule = Callable[[Any, Any, Any], tuple[Any, Any]]


def gradient(x: Any) -> Any:
    """That of Σ h (x²/2 + sin x)."""
    return CURVATURE * (x + np.cos(x))


def by_the_notes(rule: Rule) -> np.ndarray:
    x, v, path = START.copy(), np.zeros(3), []
    for _ in range(STEPS):
        x, v = rule(x, v, gradient(x))
        path.append(x)
    return np.array(path)


def by_sgd(*, late: bool = False, **settings: float) -> np.ndarray:
    """The path of SGD; ``late`` gives each step the gradient of the place before."""
    x, path = Variable(START.copy()), []
    optimizer = optim.SGD([x], **settings)  # type: ignore[arg-type]
    before = np.zeros(3)
    for _ in range(STEPS):
        optimizer.zero_grad()
        npl.sum(CURVATURE * (0.5 * x**2 + npl.sin(x))).backward()
        x.grad, before = (before, x.grad) if late else (x.grad, before)
        optimizer.step()
        path.append(x.value.copy())
    return np.array(path)


def assert_same(ours: np.ndarray, theirs: np.ndarray) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


@given(kappa=rates, beta=shares)
def test_the_common_form(kappa: float, beta: float) -> None:
    def rule(x: Any, v: Any, g: Any) -> Any:
        v = beta * v + g
        return x - kappa * v, v

    assert_same(by_sgd(lr=kappa, momentum=beta), by_the_notes(rule))


@given(kappa=rates, beta=shares)
def test_the_form_that_averages(kappa: float, beta: float) -> None:
    def rule(x: Any, v: Any, g: Any) -> Any:
        v = beta * v + (1.0 - beta) * g
        return x - kappa * v, v

    assert_same(by_sgd(lr=kappa * (1.0 - beta), momentum=beta), by_the_notes(rule))


@given(kappa=rates, eta=rates, r=st.floats(0.01, 1.0))
def test_the_form_with_friction(kappa: float, eta: float, r: float) -> None:
    def rule(x: Any, v: Any, g: Any) -> Any:
        v = (1.0 - r) * v + eta * g
        return x - kappa * v, v

    assert_same(by_sgd(lr=kappa * eta, momentum=1.0 - r), by_the_notes(rule))


@given(dt=st.floats(0.01, 0.3), r=st.floats(0.3, 1.0))
def test_eulers_method_with_the_new_velocity(dt: float, r: float) -> None:
    def rule(x: Any, v: Any, g: Any) -> Any:
        v = (1.0 - r) * v - dt * g
        return x + dt * v, v

    assert_same(by_sgd(lr=dt**2, momentum=1.0 - r), by_the_notes(rule))


@given(dt=st.floats(0.01, 0.3), r=st.floats(0.3, 1.0))
def test_eulers_method_with_the_old_velocity_is_one_gradient_late(dt: float, r: float) -> None:
    def rule(x: Any, v: Any, g: Any) -> Any:
        return x + dt * v, (1.0 - r) * v - dt * g

    assert_same(by_sgd(lr=dt**2, momentum=1.0 - r, late=True), by_the_notes(rule))


@given(kappa=rates, beta=st.floats(0.01, 0.99))
def test_dampening_differs_from_averaging_by_the_first_velocity(kappa: float, beta: float) -> None:
    """As if V had been the first gradient, not 0."""

    def rule(x: Any, v: Any, g: Any) -> Any:
        v = beta * (v if v.any() else g) + (1.0 - beta) * g
        return x - kappa * v, v

    assert_same(by_sgd(lr=kappa, momentum=beta, dampening=beta), by_the_notes(rule))
