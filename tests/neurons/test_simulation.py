"""simulate: numbers of reference cells, engines, crossings, bad input, and what is kept."""

from __future__ import annotations

import signal
from typing import Any

import numpy as np
import pytest

from neuropil import neurons
from neuropil.errors import DivergenceError, EngineError, ShapeError
from neuropil.neurons import advancing, memory_limit
from neuropil.neurons.advancing import SimulationInterrupted
from neuropil.neurons.finite import SimulationDivergedError

CELL = neurons.LeakyIntegrateAndFire()
ENGINES = ["eager", pytest.param("xla", marks=pytest.mark.fast)]


@pytest.mark.parametrize("dt", [1.0, 0.3])
def test_located_rates_are_those_of_continuous_time_whatever_the_step(dt: float) -> None:
    currents = np.array([370.0, 400.0, 1000.0, 5000.0])
    run = neurons.simulate(CELL, currents, cells=4, duration=600.0, dt=dt, timing=neurons.Located())
    np.testing.assert_allclose(run.rate(), [0.0, *CELL.rate(currents[1:])], rtol=1e-12)
    np.testing.assert_allclose(run.rate()[1:3], [33.64, 149.25], atol=0.005)


def test_what_the_grid_costs_is_up_to_one_step_an_interval() -> None:
    located, grid = (
        neurons.simulate(CELL, 1000.0, duration=300.0, dt=0.25, timing=timing).spike_times()
        for timing in (neurons.Located(), neurons.OnGrid())
    )
    late = np.diff(grid) - np.diff(located)[: len(grid) - 1]
    assert np.all(late > -1e-9)
    assert np.all(late < 0.25)


def test_several_spikes_in_one_step_and_a_rest_of_the_refractory_time() -> None:
    cell = neurons.LeakyIntegrateAndFire(refractory=0.3)
    coarse, fine = (
        neurons.simulate(cell, 20_000.0, duration=20.0, dt=dt, timing=neurons.Located())
        for dt in (5.0, 0.01)
    )
    assert len(coarse.spike_times()) > 40
    np.testing.assert_allclose(coarse.spike_times(), fine.spike_times(), atol=1e-9)
    np.testing.assert_allclose(coarse["v"][-1], fine["v"][-1], atol=1e-7)


def test_what_is_not_held_moves_on_while_a_located_cell_waits() -> None:
    cell = neurons.WithSynapses(CELL, {"e": neurons.Synapse(3.0)})
    run = neurons.simulate(
        cell,
        2000.0,
        duration=9.0,
        dt=1.0,
        initial={"e": 500.0},
        record=("v", "e"),
        timing=neurons.Located(),
    )
    np.testing.assert_allclose(run["e"][:, 0], 500.0 * np.exp(-run.times / 3.0), rtol=1e-13)
    first = run.spike_times()[0]
    waiting = (run.times > first) & (run.times < first + 2.0)
    assert waiting.any()
    assert np.all(run["v"][waiting] == -70.0)


def test_located_spikes_of_a_model_without_reset_are_where_it_passes_its_threshold() -> None:
    squid = neurons.HodgkinHuxley()
    coarse, fine = (
        neurons.simulate(squid, 10.0, duration=20.0, dt=dt, timing=neurons.Located())
        for dt in (0.05, 0.0125)
    )
    assert len(coarse.spike_times()) == 2
    assert np.all(coarse.spike_times() % 0.05 > 1e-3)
    np.testing.assert_allclose(coarse.spike_times(), fine.spike_times(), atol=1e-3)


def test_a_reset_above_threshold_is_named_where_it_would_spike_for_ever() -> None:
    class Restless(neurons.Model):
        integrator = neurons.Exact()

        def initial(self) -> Any:
            return {"v": 0.0}

        def derivatives(self, state: Any, current: Any) -> Any:
            return {"v": current - state["v"]}

        def excess(self, state: Any) -> Any:
            return state["v"] - 1.0

        def reset(self, state: Any) -> Any:
            return {"v": 2.0 + 0.0 * state["v"]}

    with pytest.raises(ValueError, match="cell 0 spiked 1000 times in a step: its reset"):
        neurons.simulate(Restless(), 5.0, duration=1.0, dt=0.5, timing=neurons.Located())


@pytest.mark.parametrize("timing", [neurons.OnGrid(), neurons.Located()])
def test_a_run_goes_on_from_the_state_of_another(timing: neurons.Timing) -> None:
    whole = neurons.simulate(CELL, 900.0, duration=40.0, dt=0.5, timing=timing)
    first = neurons.simulate(CELL, 900.0, duration=23.0, dt=0.5, timing=timing)
    second = neurons.simulate(
        CELL, 900.0, duration=17.0, dt=0.5, timing=timing, initial=first.state
    )
    assert np.array_equal(np.concatenate([first["v"], second["v"]]), whole["v"])
    assert np.array_equal(np.concatenate([first.spiked, second.spiked]), whole.spiked)


@pytest.mark.fast
def test_engines_agree_and_give_float64_arrays_of_numpy() -> None:
    squid, current = neurons.HodgkinHuxley(), np.array([0.0, 10.0])
    runs = [
        neurons.simulate(
            squid, current, cells=2, duration=8.05, dt=0.05, every=0.2, record=("v", "m"), engine=e
        )
        for e in ("eager", "xla")
    ]
    for name in ("v", "m"):
        assert all(type(run[name]) is np.ndarray for run in runs)
        assert all(run[name].dtype == np.float64 for run in runs)
        np.testing.assert_allclose(runs[0][name], runs[1][name], rtol=1e-9, atol=1e-9)
    assert np.array_equal(runs[0].spiked, runs[1].spiked)
    assert np.array_equal(runs[0].times, runs[1].times)
    assert runs[0].times[0] == pytest.approx(0.2)
    assert runs[0]["v"].shape == (40, 2)
    assert runs[0].spiked.shape == (161, 2)
    np.testing.assert_allclose(runs[0].state["v"], runs[1].state["v"], rtol=1e-9)


@pytest.mark.fast
def test_auto_takes_the_program_where_there_are_many_steps(monkeypatch: Any) -> None:
    taken = []
    for name in ("one_by_one", "as_programs"):
        monkeypatch.setattr(
            "neuropil.neurons.simulation." + name, lambda *a, name=name, **k: taken.append(name)
        )
    neurons.simulate(CELL, duration=10.0, dt=0.1)
    neurons.simulate(CELL, duration=3000.0, dt=0.1)
    neurons.simulate(CELL, duration=3000.0, dt=0.1, timing=neurons.Located())
    neurons.simulate(CELL, duration=3000.0, dt=0.1, engine="eager")
    assert taken == ["one_by_one", "as_programs", "one_by_one", "one_by_one"]


@pytest.mark.fast
def test_the_rates_of_the_squid_axon() -> None:
    """Reference, section 2, within 0.1 %: the intervals settle within the first second."""
    currents = np.array([6.2, 6.3, 6.5, 10.0, 20.0, 50.0])
    run = neurons.simulate(
        neurons.HodgkinHuxley(), currents, cells=6, duration=1500.0, dt=0.02, every=0.1
    )
    rates = run.rate(after=200.0)
    np.testing.assert_allclose(rates[2:], [55.06, 68.32, 86.47, 117.04], rtol=1e-3)
    last = [np.max(run.spike_times(cell), initial=0.0) for cell in (0, 1)]
    assert last[0] < 200.0  # sustained firing begins near 6.26
    assert last[1] > 1400.0


def test_the_first_peak_of_the_squid_axon() -> None:
    run = neurons.simulate(neurons.HodgkinHuxley(), 10.0, duration=3.0, dt=0.02)
    v = run["v"][:, 0]
    k = int(v.argmax())
    a, b, c = np.polyfit(run.times[k - 1 : k + 2], v[k - 1 : k + 2], 2)  # between the samples
    assert c - b * b / (4.0 * a) == pytest.approx(40.26, abs=0.005)
    assert -b / (2.0 * a) == pytest.approx(2.138, rel=1e-3)


def test_the_squid_axon_rests() -> None:
    names = ("v", "m", "h", "n")
    run = neurons.simulate(neurons.HodgkinHuxley(), duration=20.0, dt=0.05, record=names)
    expected = {"v": -64.9964, "m": 0.052955, "h": 0.595994, "n": 0.317732}
    for name in names:
        assert run[name][-1, 0] == pytest.approx(expected[name], rel=1e-5)


@pytest.mark.parametrize("engine", ENGINES)
def test_no_duration_is_no_step(engine: Any) -> None:
    run = neurons.simulate(CELL, 400.0, duration=0.0, dt=0.1, cells=3, engine=engine)
    assert run["v"].shape == (0, 3)
    assert run.spiked.shape == (0, 3)
    assert run.spike_times(2).size == 0
    assert run.rate().tolist() == [0.0, 0.0, 0.0]
    assert run.state["v"].tolist() == [-70.0] * 3


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dt": 0.0}, "dt is a time above 0"),
        ({"dt": float("nan")}, "dt is a time above 0"),
        ({"duration": -1.0}, "a duration is at least 0 ms, got -1.0"),
        ({"every": 0.05}, "every is a time of at least one step of 0.1 ms"),
        ({"engine": "cuda"}, "an engine is one of auto, eager, xla, got 'cuda'"),
        ({"record": ("u",)}, "has the variables v, refractory, got 'u'"),
        ({"initial": {"w": 0.0}}, "has the variables v, refractory, got 'w'"),
        ({"initial": {"v": np.zeros(2)}}, "one for each of 1 cells"),
        ({"current": np.zeros(3)}, "one for each of 1 cells, got \\(3,\\): pass cells=3"),
    ],
)
def test_bad_settings_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises((ValueError, KeyError), match=message):
        neurons.simulate(CELL, **({"duration": 1.0, "dt": 0.1} | settings))
    assert issubclass(ShapeError, ValueError)


def test_a_step_too_long_for_a_time_constant_is_refused_or_warned_of() -> None:
    euler = neurons.Euler()
    with pytest.raises(ValueError, match=r"Euler needs dt below 20 ms.* v, 10 ms; got 25 ms"):
        neurons.simulate(CELL, duration=100.0, dt=25.0, integrator=euler)
    with pytest.warns(UserWarning, match=r"dt = 15 ms is longer than the time constant of v, 10"):
        neurons.simulate(
            neurons.LeakyIntegrateAndFire(refractory=0.0), duration=30.0, dt=15.0, integrator=euler
        )
    with pytest.warns(UserWarning, match="on the grid it is none"):
        neurons.simulate(CELL, duration=30.0, dt=5.0)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_state_that_is_no_number_stops_it_and_what_was_recorded_is_kept(engine: Any) -> None:
    class Explosive(neurons.Model):
        integrator = neurons.RK4()

        def initial(self) -> Any:
            return {"v": np.array([-1.0, 1.0, -2.0]), "calm": 0.0}

        def derivatives(self, state: Any, current: Any) -> Any:
            return {"v": state["v"] ** 3, "calm": current - state["calm"]}

    with pytest.raises(SimulationDivergedError, match="v of cell 1 is not a finite") as caught:
        neurons.simulate(
            Explosive(), cells=3, duration=60.0, dt=0.01, engine=engine,
            initial={"v": np.array([0.0, 1.0, 0.0])},
        )  # fmt: skip
    error = caught.value
    assert isinstance(error, DivergenceError)
    assert (error.variable, error.cell) == ("v", 1)
    assert 0.5 <= error.time < 0.6  # 1/√(1 − 2t)
    kept = error.recording
    assert kept is not None
    assert kept.times[-1] == pytest.approx(error.time - 0.01)
    assert np.isfinite(kept["v"]).all()


def test_a_state_that_begins_as_no_number_is_refused() -> None:
    with pytest.raises(SimulationDivergedError, match="v of cell 1 is not a finite number at 0 ms"):
        neurons.simulate(CELL, cells=2, duration=1.0, dt=0.1, initial={"v": [-60.0, np.nan]})


@pytest.mark.parametrize("engine", ENGINES)
def test_ctrl_c_keeps_what_was_recorded(engine: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(advancing, "_LONGEST", 500)

    with pytest.raises(SimulationInterrupted, match="of 1000 ms") as caught:
        neurons.simulate(CELL, Pressed(), duration=1000.0, dt=0.1, engine=engine)
    run = caught.value.recording
    assert 0.0 < run.duration < 200.0
    assert run["v"].shape == run.spiked.shape == (round(run.duration / 0.1), 1)


class Pressed(neurons.Input):
    """Somebody presses Ctrl-C when the current is asked for during the simulation."""

    def __init__(self) -> None:
        self.asked = 0

    def at(self, time: Any) -> Any:
        self.asked += 1
        if self.asked == 3:  # twice it is asked before
            signal.raise_signal(signal.SIGINT)
        return 400.0


def test_a_recording_that_outgrows_memory_is_refused_with_numbers(monkeypatch: Any) -> None:
    monkeypatch.setattr(memory_limit, "_memory", lambda: 10**6)
    with pytest.raises(MemoryError, match=r"1 variables of 1000 cells at 1000 times.*0.0 GB"):
        neurons.simulate(CELL, cells=1000, duration=100.0, dt=0.1)
    run = neurons.simulate(CELL, cells=1000, duration=50.0, dt=0.1, every=10.0)
    assert run["v"].shape == (5, 1000)


def test_located_crossings_are_refused_where_they_have_no_derivative() -> None:
    import neuropil as npl

    cell = neurons.LeakyIntegrateAndFire(tau=npl.Variable(np.array(10.0)))
    with pytest.raises(EngineError, match=r"Located\(\) looks for crossings .* use OnGrid"):
        neurons.simulate(cell, duration=1.0, dt=0.1, timing=neurons.Located())
    with npl.no_grad():
        run = neurons.simulate(cell, 400.0, duration=50.0, dt=0.1, timing=neurons.Located())
    assert run.spike_times()[0] == pytest.approx(10.0 * np.log(16.0))
    with pytest.raises(EngineError, match="cannot be used with engine='xla'"):
        neurons.simulate(CELL, duration=1.0, dt=0.1, timing=neurons.Located(), engine="xla")


def test_spike_times_of_a_cell_that_is_not_there() -> None:
    run = neurons.simulate(CELL, duration=1.0, dt=0.1, cells=2)
    with pytest.raises(IndexError, match="there are cells 0 to 1, got 2"):
        run.spike_times(2)


def test_what_is_no_cell_or_no_current_is_refused() -> None:
    cell = neurons.LeakyIntegrateAndFire()
    kind: Any = neurons.LeakyIntegrateAndFire
    with pytest.raises(TypeError, match=r"a model is an object such as LeakyIntegrateAndFire\(\)"):
        neurons.simulate(kind, duration=1.0, dt=0.1)
    for cells in (0, -1):
        with pytest.raises(ValueError, match=f"at least one cell, got cells={cells}"):
            neurons.simulate(cell, duration=1.0, dt=0.1, cells=cells)
    wrong: Any
    for wrong in ("400", None, {"v": 1.0}):
        with pytest.raises(TypeError, match="a current is a number"):
            neurons.simulate(cell, wrong, duration=1.0, dt=0.1)
