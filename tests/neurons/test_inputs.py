"""Inputs: what they are at a time and within a step; noise of the right strength."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil import neurons
from neuropil.errors import ShapeError
from neuropil.neurons.inputs import during

CELL = neurons.LeakyIntegrateAndFire(leak=0.0, threshold=20.0, reset_to=0.0)


def test_inputs_add_up_with_numbers_too() -> None:
    total = 1.0 + neurons.Constant(2.0) + neurons.Sine(1.0, 250.0) + np.array([0.0, 5.0])
    assert isinstance(total, neurons.Sum)
    assert len(total.inputs) == 4
    np.testing.assert_allclose(total.at(1.0), [4.0, 9.0], rtol=1e-14)


@pytest.mark.parametrize("dt", [0.1, 0.3, 0.7])
def test_a_pulse_on_the_grid_lasts_as_many_steps_as_it_should(dt: float) -> None:
    for first in range(0, 300, 7):
        pulse = neurons.Pulse(1.0, start=first * dt, stop=dt * (first + 3))
        on = [during(pulse, k * dt, dt)(f) for k in range(first + 5) for f in (0.0, 0.5, 1.0)]
        assert np.flatnonzero(on).tolist() == list(range(3 * first, 3 * first + 9))


@pytest.mark.parametrize(
    "integrator", [neurons.Heun(), neurons.RK4(), neurons.Exact()], ids=lambda m: type(m).__name__
)
def test_a_jump_on_the_grid_costs_no_integrator_its_order(integrator: Any) -> None:
    pulse = neurons.Pulse(100.0, start=2.0, stop=12.0)
    errors = []
    for dt in (0.5, 0.25):
        run = neurons.simulate(CELL, pulse, duration=12.0, dt=dt, integrator=integrator)
        errors.append(abs(run["v"][-1, 0] + 4.0 * np.expm1(-1.0)))
    if integrator.order < np.inf:
        assert np.log2(errors[0] / errors[1]) == pytest.approx(integrator.order, abs=0.1)
    else:
        assert max(errors) < 1e-13


def test_sampled_currents_are_held_for_their_own_step() -> None:
    values = np.array([[100.0, 0.0], [0.0, 50.0], [200.0, 200.0]])
    sampled = neurons.Sampled(values, dt=5.0)
    run = neurons.simulate(CELL, sampled, cells=2, duration=20.0, dt=0.1)
    parts = [neurons.Pulse(row, start=5.0 * k, stop=5.0 * (k + 1)) for k, row in enumerate(values)]
    whole = neurons.simulate(CELL, parts[0] + parts[1] + parts[2], cells=2, duration=20.0, dt=0.1)
    assert np.array_equal(run["v"], whole["v"])


def test_a_sampled_current_can_be_differentiated() -> None:
    import neuropil as npl

    values = npl.Variable(np.array([10.0, 20.0, 30.0]))
    run = neurons.simulate(CELL, neurons.Sampled(values, dt=1.0), duration=3.0, dt=0.5)
    found: Any
    (found,) = npl.gradients(run["v"][-1, 0], [values])
    kept = np.exp(-np.array([2.0, 1.0, 0.0]) / 10.0)
    np.testing.assert_allclose(found, kept * 10.0 / 250.0 * -np.expm1(-0.1), rtol=1e-12)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: neurons.Sampled(np.zeros((2, 2, 2)), 1.0), ShapeError, r"\(times,\) or \(times,"),
        (lambda: neurons.Sampled([], 1.0), ShapeError, r"got \(0,\)"),
        (lambda: neurons.Sampled([1.0], 0.0), ValueError, "a time above 0"),
        (lambda: neurons.Sampled([1.0, np.nan], 1.0), ValueError, r"got NaN at \[1\]"),
        (lambda: neurons.WhiteNoise(1.0, dt=0.0), ValueError, "a time above 0"),
        (lambda: neurons.WhiteNoise(-1.0, dt=0.1), ValueError, "at least 0, got -1.0"),
        (lambda: neurons.WhiteNoise(1.0, dt=0.1, cells=0), ValueError, "at least one cell"),
        (
            lambda: neurons.ornstein_uhlenbeck(1.0, 0.0, dt=0.1, duration=1.0),
            ValueError,
            "tau is a time above 0",
        ),
    ],
)
def test_bad_settings_are_refused(make: Any, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        make()


def test_a_step_that_leaves_values_out_is_refused() -> None:
    with pytest.raises(ValueError, match=r"another value every 0.1 ms, so that a step of 0.5 ms"):
        neurons.simulate(CELL, neurons.WhiteNoise(1.0, dt=0.1) + 3.0, duration=1.0, dt=0.5)


@pytest.mark.parametrize("dt", [0.1, 1.0])
def test_what_white_noise_does_to_a_slow_cell_does_not_depend_on_its_step(dt: float) -> None:
    """The voltage's standard deviation is strength/C √(τ/2); 4 standard errors of 4000 cells."""
    strength, cells = 100.0, 4000
    noise = neurons.WhiteNoise(strength, dt=dt, cells=cells, rng=3)
    v = neurons.simulate(CELL, noise, cells=cells, duration=60.0, dt=dt, every=60.0)["v"][-1]
    held = np.sqrt(np.tanh(0.5 * dt / 10.0) / (0.5 * dt / 10.0))  # what holding it takes away
    truth = strength / 250.0 * np.sqrt(10.0 / 2.0) * held
    assert v.std() == pytest.approx(truth, rel=4.0 / np.sqrt(2 * cells))
    assert abs(v.mean()) < 4.0 * truth / np.sqrt(cells)


def test_noise_is_a_function_of_seed_and_time() -> None:
    first, again, other = (neurons.WhiteNoise(1.0, dt=0.5, cells=5, rng=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.at(7.3), again.at(7.1))
    assert not np.array_equal(first.at(7.3), first.at(7.6))
    assert not np.array_equal(first.at(7.3), other.at(7.3))
    coarse, fine = (
        neurons.simulate(CELL, first, cells=5, duration=20.0, dt=dt, every=0.5)["v"]
        for dt in (0.5, 0.125)
    )
    np.testing.assert_allclose(coarse, fine, rtol=1e-10, atol=1e-12)


@pytest.mark.fast
def test_noise_is_the_same_in_a_program() -> None:
    noise = neurons.WhiteNoise(100.0, dt=0.5, cells=3, rng=1)
    eager, program = (
        neurons.simulate(CELL, noise, cells=3, duration=20.0, dt=0.5, engine=engine)["v"]
        for engine in ("eager", "xla")
    )
    np.testing.assert_allclose(eager, program, rtol=1e-10, atol=1e-12)


def test_ornstein_uhlenbeck_has_its_mean_deviation_and_memory() -> None:
    tau, dt, cells = 5.0, 0.5, 200
    path = neurons.ornstein_uhlenbeck(
        3.0, tau, dt=dt, duration=500.0, cells=cells, mean=10.0, rng=0
    )
    values = path.values
    independent = values.size * dt / (2.0 * tau)
    assert values.mean() == pytest.approx(10.0, abs=4.0 * 3.0 / np.sqrt(independent))
    assert values.std() == pytest.approx(3.0, rel=4.0 / np.sqrt(independent))
    apart = values - 10.0
    kept = np.mean(apart[10:] * apart[:-10]) / np.mean(apart**2)
    assert kept == pytest.approx(np.exp(-1.0), abs=4.0 / np.sqrt(independent))
    first = apart[0]  # from the distribution it stays in
    assert first.std() == pytest.approx(3.0, rel=4.0 / np.sqrt(2 * cells))
