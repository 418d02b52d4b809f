"""Exact propagation against closed forms, where time constants coincide too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil import neurons
from neuropil.ops import phi

TAU, CAPACITANCE, LEAK = 10.0, 250.0, -70.0


def response(order: int, tau_s: float, t: Any) -> Any:
    """∫₀^t e^(−(t−s)/τ) h(s) ds with h(s) = (s/τ_s)ⁿ e^(−s/τ_s)/n!, by Kummer's function.

    With a = 1/τ_s − 1/τ it is e^(−t/τ) τ_s⁻ⁿ tⁿ⁺¹/(n+1)! · ₁F₁(n+1; n+2; −a t), a series of
    positive terms in the Kummer-transformed form: nothing is divided by a.
    """
    mpmath = pytest.importorskip("mpmath")
    with mpmath.workdps(40):
        a = mpmath.mpf(1) / tau_s - mpmath.mpf(1) / TAU
        return np.array(
            [
                float(
                    mpmath.exp(-mpmath.mpf(x) / TAU)
                    * mpmath.mpf(tau_s) ** -order
                    * mpmath.mpf(x) ** (order + 1)
                    / mpmath.factorial(order + 1)
                    * mpmath.hyp1f1(order + 1, order + 2, -a * x)
                )
                for x in t
            ]
        )


def synaptic(order: int, tau_s: float, dt: float) -> neurons.Recording:
    """The voltage of a cell without leak potential after one spike of weight 100 at time 0."""
    cell = neurons.WithSynapses(
        neurons.LeakyIntegrateAndFire(leak=0.0, threshold=20.0, reset_to=0.0),
        {"e": neurons.Synapse(tau_s, order=order)},
    )
    port = cell.ports["e"]
    start = {port.variable: 100.0 * port.jump}
    last = cell.synapses["e"].variables("e")[-1]
    return neurons.simulate(cell, duration=50.0, dt=dt, initial=start, record=("v", last))


@pytest.mark.peer
@pytest.mark.parametrize("order", [0, 1, 2, 3])
@pytest.mark.parametrize("apart", [-7.0, 5.0, 1e-2, 1e-6, 1e-10, -1e-10, 0.0])
def test_voltage_after_a_spike_is_the_closed_form(order: int, apart: float) -> None:
    tau_s = TAU + apart
    run = synaptic(order, tau_s, 0.5)
    truth = 100.0 / CAPACITANCE * response(order, tau_s, run.times)
    np.testing.assert_allclose(run["v"][:, 0], truth, rtol=1e-12, atol=0.0)


@pytest.mark.parametrize("order", [0, 1, 2, 3])
def test_the_filter_is_the_closed_form(order: int) -> None:
    tau_s, dt = 3.0, 0.25
    run = synaptic(order, tau_s, dt)
    name = "e" if order == 0 else f"e.{order}"
    t = run.times
    factorial = float(np.prod(np.arange(1, order + 1)))
    truth = 100.0 * (t / tau_s) ** order * np.exp(-t / tau_s) / factorial
    np.testing.assert_allclose(run[name][:, 0], truth, rtol=1e-12, atol=0.0)


def test_subthreshold_voltage_is_the_closed_form() -> None:
    run = neurons.simulate(
        neurons.LeakyIntegrateAndFire(leak=0.0, threshold=20.0, reset_to=0.0),
        np.array([100.0, 200.0, -300.0]),
        cells=3,
        duration=100.0,
        dt=0.1,
    )
    settled = np.array([100.0, 200.0, -300.0]) * TAU / CAPACITANCE
    truth = -settled * np.expm1(-run.times[:, None] / TAU)
    np.testing.assert_allclose(run["v"], truth, rtol=1e-12)


@pytest.mark.fast
def test_500_ms_are_the_same_in_steps_of_a_millisecond_and_of_2_to_the_minus_13() -> None:
    """4,096,000 steps, whose rounding errors add up: where time constants are long, over 10⁵."""
    cell = neurons.WithSynapses(
        neurons.LeakyIntegrateAndFire(), {"e": neurons.Synapse(2.0, order=1)}
    )
    settings: dict[str, Any] = {"duration": 500.0, "initial": {"e.0": 900.0}, "every": 100.0}
    ends = [
        neurons.simulate(cell, 300.0, dt=1.0, engine="eager", **settings)["v"][:, 0],
        neurons.simulate(cell, 300.0, dt=2.0**-13, engine="xla", **settings)["v"][:, 0],
    ]
    assert len(ends[0]) == 5
    np.testing.assert_allclose(ends[0], ends[1], rtol=0.0, atol=1e-9)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_phi_is_its_series_and_its_recurrence(order: int) -> None:
    mpmath = pytest.importorskip("mpmath")
    x = np.concatenate([-np.logspace(-8, 2.5, 40), [0.0], np.logspace(-8, 2, 40)])
    with mpmath.workdps(50):
        truth = []
        for value in map(mpmath.mpf, x.tolist()):
            taylor = mpmath.hyp1f1(1, order + 1, value) / mpmath.factorial(order)
            truth.append(float(taylor))
    np.testing.assert_allclose(phi(x, order=order), truth, rtol=3e-14)
