"""Rates against input, the least current that fires, gates: against formulas, for any model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil import neurons
from neuropil.neurons import (
    HodgkinHuxley,
    LeakyIntegrateAndFire,
    NormalizedLeakyIntegrateAndFire,
    tuning,
)


class FitzHughNagumo(neurons.Model):
    """A model that is not in the library; times are 10 ms each."""

    integrator = neurons.RK4()

    def initial(self) -> neurons.State:
        return {"v": -1.1994, "w": -0.6243}

    def derivatives(self, state: neurons.State, current: Any) -> neurons.State:
        v, w = state["v"], state["w"]
        return {"v": v - v**3 / 3 - w + current, "w": (v + 0.7 - 0.8 * w) / 12.5}

    def excess(self, state: neurons.State) -> Any:
        return state["v"] - 1.0


def test_the_physical_cell_fires_as_its_formula_says() -> None:
    cell, currents = LeakyIntegrateAndFire(), np.array([300.0, 376.0, 400.0, 1000.0, 4000.0])
    found = tuning.rates(cell, currents, dt=1.0)
    np.testing.assert_allclose(found, cell.rate(currents), rtol=1e-9)
    np.testing.assert_allclose(found[[0, 2, 3]], [0.0, 33.64, 149.25], atol=0.005)


def test_the_normalised_cell_fires_as_the_notes_say() -> None:
    v_in = np.array([0.5, 1.0, 1.01, 2.0, 50.0])
    found = tuning.rates(NormalizedLeakyIntegrateAndFire(), v_in, dt=0.5)
    expected = 1000.0 / (2.0 - 20.0 * np.log(1.0 - 1.0 / v_in[2:]))
    np.testing.assert_allclose(found, [0.0, 0.0, *expected], rtol=1e-9)


def test_cells_may_differ_in_their_parameters() -> None:
    cell = NormalizedLeakyIntegrateAndFire(
        tau=np.array([10.0, 20.0]), refractory=np.array([0, 3.0])
    )
    found = tuning.rates(cell, np.array([2.0, 2.0]), dt=0.5)
    np.testing.assert_allclose(found, 1000.0 / np.array([10 * np.log(2), 3 + 20 * np.log(2)]))


def test_what_the_grid_costs_can_be_seen() -> None:
    cell, current = LeakyIntegrateAndFire(), np.array([1000.0])
    late = tuning.rates(cell, current, dt=0.5, timing=neurons.OnGrid())
    assert late[0] == pytest.approx(1000.0 / 7.0)  # 4.7 ms until the threshold are 5


@pytest.mark.parametrize("model", [FitzHughNagumo(), neurons.Izhikevich()])
def test_any_model_has_a_tuning_curve(model: neurons.Model) -> None:
    currents = np.linspace(0.0, 1.0, 5) * (0.6 if isinstance(model, FitzHughNagumo) else 20.0)
    found = tuning.rates(model, currents, duration=600.0, dt=0.25)
    assert found[0] == 0.0
    assert found[-1] > 0.0


def test_the_squid_axon_starts_to_fire_fast() -> None:
    """Its rates jump from 0 to about 50 Hz: type II excitability."""
    found = tuning.rates(HodgkinHuxley(), [5.0, 10.0], duration=320.0, after=100.0)
    assert found[0] == 0.0
    assert found[1] == pytest.approx(68.32, rel=2e-3)


def test_the_rheobase_of_the_physical_cell() -> None:
    """(V_th − E_L) C/τ, and a little more, since just above it intervals are long."""
    found = tuning.rheobase(LeakyIntegrateAndFire(), 0.0, 1000.0, relative=1e-6, dt=1.0)
    assert 375.0 < found < 375.01


def test_the_rheobase_of_a_users_model() -> None:
    found = tuning.rheobase(
        FitzHughNagumo(), 0.0, 1.0, relative=0.01, duration=500.0, after=100.0, dt=0.5
    )
    assert found == pytest.approx(0.33, abs=0.02)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (500.0, 1000.0, "fires at 500 already"),
        (0.0, 100.0, "silent at 100"),
        (1.0, 1.0, "low < high"),
    ],
)
def test_a_search_in_the_wrong_place_says_so(low: float, high: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        tuning.rheobase(LeakyIntegrateAndFire(), low, high, duration=300.0, dt=1.0)


def test_a_search_for_more_than_floats_can_tell_ends() -> None:
    found = tuning.rheobase(
        LeakyIntegrateAndFire(), 0.0, 1000.0, relative=0.0, duration=300.0, dt=1.0
    )
    assert found == pytest.approx(375.0, rel=1e-3)


@pytest.mark.parametrize("currents", [[float("nan")], [[1.0]], 3.0])
def test_currents_that_are_none_are_refused(currents: Any) -> None:
    with pytest.raises(ValueError, match="finite numbers"):
        tuning.rates(LeakyIntegrateAndFire(), currents)


def test_a_rate_needs_time_after_the_beginning() -> None:
    with pytest.raises(ValueError, match="simulate for longer"):
        tuning.rates(LeakyIntegrateAndFire(), [400.0], duration=200.0)


def test_gates_settle_where_a_simulation_at_a_clamped_voltage_ends() -> None:
    voltages = np.array([-70.0, -55.0, -40.0, 20.0])
    for name, gate in HodgkinHuxley().gates.items():
        curve = tuning.gating_curves(HodgkinHuxley(), voltages)[name]
        x = np.zeros(4)
        for _ in range(60):  # dx/dt = (x_∞ − x)/τ, by its exact solution over τ
            x = x + (1.0 - np.exp(-1.0)) * gate.derivative(x, voltages) * curve.time_constant
        np.testing.assert_allclose(curve.steady, x, rtol=1e-9)


def test_gates_of_a_channel_by_itself() -> None:
    channel = HodgkinHuxley().channels["K"]
    curves = tuning.gating_curves(channel, np.array([-64.9964]))
    assert list(curves) == ["n"]
    assert float(curves["n"].steady[0]) == pytest.approx(0.317732, abs=1e-6)
