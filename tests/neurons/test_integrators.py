"""Integrators: observed orders, and what each computes exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil import neurons
from neuropil.graph import Variable, gradients
from neuropil.neurons.integrators import Integrator

METHODS = {
    neurons.Euler(): (128, 256),
    neurons.ExponentialEuler(): (128, 256),
    neurons.Heun(): (256, 512),
    neurons.RK4(): (32, 64),
}


def rates(x: Any, current: Any) -> dict[str, Any]:
    """Van der Pol's oscillator, driven."""
    v, w = x["v"], x["w"]
    return {"v": w + current, "w": (1.0 - v * v) * w - v + 0.3 * current}


def drive(time: float) -> float:
    return 0.5 * np.sin(0.2 * np.pi * time)


def moved(integrator: Integrator, equations: Any, start: dict[str, Any], steps: int) -> Any:
    """The first variable after 2 ms."""
    dt = 2.0 / steps
    step = integrator.step(equations, start, dt)
    state: Any = start
    for k in range(steps):

        def at(fraction: Any, k: int = k) -> Any:
            return drive((k + fraction) * dt)

        state = step(state, at)
    return state["v"][0]


@pytest.mark.parametrize("integrator", METHODS, ids=lambda method: type(method).__name__)
def test_the_observed_order_is_the_declared_one_also_with_an_input_that_changes(
    integrator: Integrator,
) -> None:
    start = {"v": np.ones(1), "w": np.full(1, 0.5)}
    exact = moved(neurons.RK4(), rates, start, 2048)
    errors = [abs(moved(integrator, rates, start, n) - exact) for n in METHODS[integrator]]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(integrator.order, abs=0.1)


def test_exact_propagation_is_of_second_order_in_an_input_that_changes() -> None:
    def leak(x: Any, current: Any) -> dict[str, Any]:
        return {"v": current - x["v"]}

    w, t = 0.2 * np.pi, 2.0
    truth = 0.5 * (np.sin(w * t) - w * np.cos(w * t) + w * np.exp(-t)) / (1.0 + w * w)
    start = {"v": np.zeros(1)}
    errors = [abs(moved(neurons.Exact(), leak, start, n) - truth) for n in (32, 64)]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("integrator", [*METHODS, neurons.Exact()], ids=lambda m: type(m).__name__)
def test_each_cell_may_have_a_step_of_its_own(integrator: Integrator) -> None:
    def equations(x: Any, current: Any) -> dict[str, Any]:
        return {"v": current - x["v"] / 3.0 + x["w"], "w": -x["w"]}

    state = {"v": np.array([1.0, 2.0]), "w": np.array([0.5, -1.0])}
    prepared = integrator.prepare(equations, state)
    together = prepared(np.array([0.1, 0.3]))(state, lambda fraction: 0.2)
    for cell, dt in enumerate((0.1, 0.3)):
        alone = prepared(dt)(state, lambda fraction: 0.2)
        for name in state:
            assert together[name][cell] == pytest.approx(alone[name][cell], rel=1e-14)


@pytest.mark.parametrize("integrator", [*METHODS, neurons.Exact()], ids=lambda m: type(m).__name__)
def test_declared_stability_is_where_a_decay_stops_to_decay(integrator: Integrator) -> None:
    def growth(dt: float) -> float:
        step = integrator.step(lambda x, i: {"v": i - x["v"]}, {"v": np.ones(1)}, dt)
        return abs(float(step({"v": np.ones(1)}, lambda fraction: 0.0)["v"][0]))

    if np.isfinite(integrator.stable):
        assert growth(0.999 * integrator.stable) < 1.0 < growth(1.001 * integrator.stable)
    else:
        assert growth(100.0) < 1e-15


def test_exponential_euler_is_exact_for_a_gate_at_a_voltage_that_stands_still() -> None:
    gate = neurons.HodgkinHuxley().channels["K"].gates["n"]
    v, start, dt = -40.0, np.array([0.3]), 7.0
    step = neurons.ExponentialEuler().step(
        lambda x, i: {"n": gate.derivative(x["n"], v)}, {"n": start}, dt
    )
    settled, tau = gate.steady(v), gate.time_constant(v)
    truth = settled + (start - settled) * np.exp(-dt / tau)
    np.testing.assert_allclose(step({"n": start}, lambda fraction: 0.0)["n"], truth, rtol=1e-14)


def test_exact_propagation_refuses_what_is_not_linear_and_names_it() -> None:
    with pytest.raises(ValueError, match=r"dv/dt depends on v is not: use ExponentialEuler"):
        neurons.Exact().prepare(lambda x, i: {"v": i - x["v"] ** 2}, {"v": np.zeros(1)})


def test_a_step_is_differentiated_with_respect_to_state_and_time_constant() -> None:
    tau, start = Variable(np.array(5.0)), Variable(np.array([2.0]))
    step = neurons.Exact().step(lambda x, i: {"v": (i - x["v"]) / tau}, {"v": start}, 1.0)
    after = step({"v": start}, lambda fraction: 3.0)["v"]
    kept = np.exp(-1.0 / 5.0)
    of_tau: Any
    of_start: Any
    of_tau, of_start = gradients(after, [tau, start], np.ones(1))
    assert of_start[0] == pytest.approx(kept, rel=1e-13)
    assert float(of_tau) == pytest.approx((2.0 - 3.0) * kept / 25.0, rel=1e-13)
