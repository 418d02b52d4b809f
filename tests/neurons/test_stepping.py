"""A step of many cells: thresholds, resets and refractory times on the grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil import neurons
from neuropil.neurons.crossing import crossing
from neuropil.neurons.stepping import REFRACTORY, initial_state, stepper

CELL = neurons.LeakyIntegrateAndFire()


def test_a_cell_that_spikes_is_reset_and_held_for_the_refractory_time() -> None:
    state: Any = initial_state(CELL, 3, {"v": np.array([-55.01, -60.0, -54.0])})
    step = stepper(CELL, CELL.integrator, state, 0.5)
    counts, spikes = [], []
    for _ in range(7):
        state, spiked, crossings = step(state, lambda fraction: 500.0)
        counts.append(state[REFRACTORY].tolist())
        spikes.append(spiked.tolist())
        assert crossings is None
    assert spikes[0] == [True, False, True]
    assert [count[0] for count in counts[:5]] == [4, 3, 2, 1, 0]
    assert state["v"][0] > -70.0


def test_each_cell_may_have_a_refractory_time_of_its_own() -> None:
    cell = neurons.LeakyIntegrateAndFire(refractory=np.array([0.0, 1.0, 5.0]))
    run = neurons.simulate(cell, 5000.0, cells=3, duration=200.0, dt=0.1)
    intervals = [np.diff(run.spike_times(i)).mean() for i in range(3)]
    np.testing.assert_allclose(np.diff(intervals), [1.0, 4.0], atol=1e-9)


def test_a_model_without_reset_spikes_where_it_comes_above_threshold_only() -> None:
    run = neurons.simulate(neurons.HodgkinHuxley(), 10.0, duration=20.0, dt=0.05)
    v = run["v"][:, 0]
    upwards = np.flatnonzero((v[1:] >= 0.0) & (v[:-1] < 0.0)) + 1
    assert np.flatnonzero(run.spiked[:, 0]).tolist() == upwards.tolist()
    assert len(upwards) == 2


def test_a_model_without_threshold_never_spikes() -> None:
    class Leak(neurons.Model):
        integrator = neurons.Exact()

        def initial(self) -> Any:
            return {"v": 1.0}

        def derivatives(self, state: Any, current: Any) -> Any:
            return {"v": current - state["v"]}

    for timing in (neurons.OnGrid(), neurons.Located()):
        run = neurons.simulate(Leak(), 1e6, duration=1.0, dt=0.1, timing=timing)
        assert not run.spiked.any()
        assert run.spike_times().size == 0


@pytest.mark.parametrize(
    ("function", "root"),
    [
        (lambda t: t - 0.3, 0.3),
        (lambda t: t**3 - 1e-9, 1e-3),
        (lambda t: np.expm1(50.0 * (t - 0.7)), 0.7),
        (lambda t: np.where(t < 0.25, -1.0, 1.0), 0.25),
        (lambda t: np.sqrt(t) - 1e-4, 1e-8),
    ],
)
def test_crossings_are_bracketed_and_found_to_rounding(function: Any, root: float) -> None:
    asked = 0

    def counted(t: Any) -> Any:
        nonlocal asked
        asked += 1
        return function(t)

    zero, one = np.zeros(2), np.ones(2)
    wanted = np.array([True, False])
    found = crossing(counted, zero, one, function(zero), function(one), wanted)
    assert found[0] == pytest.approx(root, abs=1e-13)
    assert function(found)[0] >= 0.0
    assert found[1] == 0.0
    assert asked < 60
