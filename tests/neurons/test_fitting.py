"""Parameters fitted to traces and to curves of rates."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neuropil as npl
from neuropil import neurons, xla
from neuropil.console.interruption import Interruption
from neuropil.errors import DataError, EngineError, ShapeError
from neuropil.neurons import fitting
from neuropil.neurons.fitting import search
from neuropil.neurons.fitting.mismatch import Mismatch
from neuropil.neurons.fitting.samples import sampled
from neuropil.neurons.fitting.sensitivity import Sensitive
from neuropil.neurons.inputs import as_input

PULSE = neurons.Pulse(150.0, start=2.0, stop=12.0)
CELL = {"capacitance": 200.0, "tau": 12.0}
BOUNDS = {"capacitance": (50.0, 500.0), "tau": (4.0, 40.0)}


def passive(every: float = 0.5, noise: float = 0.0) -> tuple[Any, Any]:
    """A cell below threshold: times and voltages."""
    cell = neurons.LeakyIntegrateAndFire(**CELL)
    run = neurons.simulate(
        cell, PULSE, duration=16.0, dt=0.5, every=every, integrator=neurons.RK4()
    )
    return run.times, run["v"][:, 0] + np.random.default_rng(0).normal(0.0, noise, run.times.size)


def fitted(times: Any, trace: Any, bounds: Any = BOUNDS, **settings: Any) -> fitting.TraceFit:
    given: dict[str, Any] = {"rng": 0, "starts": 4, "engine": "eager", "couplings": ()}
    given["integrator"] = neurons.RK4()
    return fitting.fit_trace(
        neurons.LeakyIntegrateAndFire, PULSE, times, trace, bounds, **given | settings
    )


MODELS: list[tuple[Any, dict[str, float], Any, Any]] = [
    (neurons.squid_axon, {"g_na": 100.0, "g_k": 40.0, "e_leak": -55.0, "start": -60.0}, 12.0, None),
    (neurons.squid_axon, {"g_k": 30.0, "capacitance": 1.2}, 12.0, neurons.ExponentialEuler()),
    (neurons.LeakyIntegrateAndFire, CELL | {"leak": -68.0}, 150.0, None),
    (neurons.AdaptiveExponential, {"capacitance": 250.0, "coupling": 3.0}, 300.0, None),
]


@pytest.mark.parametrize(("model", "point", "current", "integrator"), MODELS)
def test_slopes_carried_forward_are_those_of_backpropagation(
    model: Any, point: dict[str, float], current: Any, integrator: Any
) -> None:
    parameters = {name: npl.Variable(np.asarray(x)) for name, x in point.items()}
    run = neurons.simulate(
        model(**parameters), current, duration=1.5, dt=0.05, integrator=integrator
    )
    cells = Sensitive(model, tuple(point), as_input(current), 0.05, integrator)
    points = np.array([*point.values()])[:, None]
    moment = cells.begin(points)
    for k in range(30):
        moment = cells.step(points, moment, np.asarray(k))
    for name, slopes in zip(sorted(run.state.keys() - {"refractory"}), moment[1], strict=True):
        expected = npl.gradients(run.state[name][0], list(parameters.values()))
        np.testing.assert_allclose(moment[0][name][0], run.state[name].value[0], rtol=1e-12)
        np.testing.assert_allclose(
            slopes[:, 0], [0.0 if x is None else float(x) for x in expected], rtol=1e-9, atol=1e-15
        )


@settings(max_examples=10, deadline=None)
@given(
    gain=st.floats(0.0, 1.0),
    first=st.integers(0, 3),
    stride=st.integers(1, 2),
    tau=st.floats(6.0, 30.0),
)
def test_sums_of_squares_have_the_derivatives_they_say(
    gain: float, first: int, stride: int, tau: float
) -> None:
    times, trace = passive()
    samples, dt = sampled(0.5 * np.arange(first, first + 8), 0.5 / stride)
    cells = Sensitive(neurons.LeakyIntegrateAndFire, ("tau", "leak"), PULSE, dt)
    mismatch = Mismatch(cells, samples, "v")
    observed, points = trace[:8] + times[:8] % 0.3, np.array([[tau, -69.0], [tau, -71.0]])

    def at(moved: Any) -> Any:
        return mismatch(np.asarray(moved), np.asarray(gain), observed)

    expansion = at(points)
    for j, h in enumerate((1e-4, 1e-4)):
        step = h * np.eye(2)[j]
        more, less = at(points + step), at(points - step)
        slope = (more.loss - less.loss) / (2.0 * h)
        np.testing.assert_allclose(expansion.gradient[:, j], slope, rtol=1e-5, atol=1e-7)
    assert (np.linalg.eigvalsh(expansion.curvature) >= -1e-9).all()


def test_without_coupling_the_sum_is_that_of_a_simulation() -> None:
    times, trace = passive()
    fit = fitted(times, trace + 0.3, max_steps=0, starts={"capacitance": 150.0, "tau": 20.0})
    cell = neurons.LeakyIntegrateAndFire(capacitance=150.0, tau=20.0)
    run = neurons.simulate(cell, PULSE, duration=16.0, dt=0.5, integrator=neurons.RK4())
    residuals = run["v"][:, 0] - trace - 0.3
    assert fit.rms == pytest.approx(np.sqrt(np.mean(residuals**2)))
    np.testing.assert_allclose(fit.fitted - fit.observed, residuals, atol=1e-12)


def test_a_passive_cell_is_found_again_exactly() -> None:
    for couplings in ((), (2.0,)):
        fit = fitted(*passive(), couplings=couplings)
        assert fit.values == pytest.approx(CELL, rel=1e-6)
        assert fit.agreeing == 4
        assert isinstance(fit.model, neurons.LeakyIntegrateAndFire)
        assert fit.model.tau == fit.values["tau"]


def test_samples_may_be_coarser_than_steps_and_begin_at_once_or_later() -> None:
    times, trace = passive(every=1.0)
    with_first = np.concatenate([[0.0], times]), np.concatenate([[-70.0], trace])
    for curve in ((times, trace), with_first, (times[4:], trace[4:])):
        fit = fitted(*curve, dt=0.5, starts=2)
        assert fit.values == pytest.approx(CELL, rel=1e-6)
        np.testing.assert_allclose(fit.fitted, fit.observed, atol=1e-5)


def test_standard_errors_are_the_scatter_of_fits() -> None:
    currents = np.linspace(400.0, 900.0, 12)
    truth = {"tau": 10.0, "refractory": 2.0}
    rates = neurons.LeakyIntegrateAndFire().rate(currents)
    bounds = {"tau": (5.0, 50.0), "refractory": (0.0, 10.0)}
    values, errors = [], []
    for seed in range(200):
        noise = np.random.default_rng(seed).normal(0.0, 1.0, rates.shape)
        fit = fitting.fit_rates(
            neurons.LeakyIntegrateAndFire, currents, rates + noise, bounds, starts=truth
        )
        values.append([*fit.values.values()])
        errors.append([error**2 for error in fit.errors.values()])
    scatter, told = np.cov(np.array(values).T), np.mean(errors, axis=0)
    np.testing.assert_allclose(np.diag(scatter), told, rtol=0.35)  # of 200: ± 10 %
    off = np.mean(values, axis=0) - [*truth.values()]
    assert (np.abs(off) < 4.0 * np.sqrt(told / 200.0)).all()


def test_what_a_trace_does_not_determine_is_named() -> None:
    def cell(resistance: float, gain: float, tau: float) -> neurons.LeakyIntegrateAndFire:
        return neurons.LeakyIntegrateAndFire(capacitance=tau / (resistance * gain), tau=tau)

    times, trace = passive(noise=0.1)
    bounds = {"resistance": (0.02, 0.2), "gain": (0.5, 2.0), "tau": (4.0, 40.0)}
    fit = fitting.fit_trace(
        cell,
        PULSE,
        times,
        trace,
        bounds,
        rng=0,
        starts=2,
        engine="eager",
        couplings=(),
        integrator=neurons.RK4(),
    )
    assert set(fit.undetermined) == {"resistance", "gain"}
    assert np.isinf([fit.errors["resistance"], fit.errors["gain"]]).all()
    assert np.isfinite(fit.errors["tau"])
    assert "not determined, with gain" in str(fit)


def test_a_parameter_stays_on_the_bound_that_holds_it_back() -> None:
    times, trace = passive()
    fit = fitted(times, trace, {"capacitance": (50.0, 500.0), "tau": (15.0, 40.0)})
    assert fit.values["tau"] == 15.0
    assert np.isnan(fit.errors["tau"])
    assert fit.errors["capacitance"] > 0.0
    assert "tau         = 15 (on its bound)" in str(fit)


def test_starts_are_those_that_are_given_or_drawn_within_the_bounds() -> None:
    curve = passive()
    given = fitted(*curve, max_steps=0, starts={"tau": [5.0, 6.0], "capacitance": 100.0})
    assert [attempt.start for attempt in given.attempts] == [
        {"capacitance": 100.0, "tau": 5.0},
        {"capacitance": 100.0, "tau": 6.0},
    ]
    drawn = fitted(*curve, max_steps=0, starts=np.int64(20), rng=3)
    again = fitted(*curve, max_steps=0, starts=20, rng=3)
    assert [a.start for a in drawn.attempts] == [a.start for a in again.attempts]
    for name, (low, high) in BOUNDS.items():
        values = [attempt.start[name] for attempt in drawn.attempts]
        assert low <= min(values) < max(values) <= high


@pytest.mark.fast
def test_a_program_finds_what_numpy_finds() -> None:
    curve = passive(noise=0.2)
    eager, program = (fitted(*curve, engine=engine) for engine in ("eager", "xla"))
    assert program.values == pytest.approx(eager.values, rel=1e-6)
    assert program.rms == pytest.approx(eager.rms, rel=1e-12)


@pytest.mark.fast
def test_conductances_of_a_squid_axon_are_found_from_far_off() -> None:
    """The bar of `benchmarks.fitting`, with one seed and four corners of ±50 %."""
    true = {"g_na": 120.0, "g_k": 36.0, "g_leak": 0.3}
    current = neurons.Pulse(10.0, start=5.0, stop=25.0) + neurons.Pulse(20.0, start=30.0, stop=45.0)
    axon = neurons.HodgkinHuxley()  # ten of its steps are one of the fit's
    run = neurons.simulate(axon, current, duration=50.0, dt=0.0025, every=0.025, progress=False)
    trace = run["v"][:, 0] + np.random.default_rng(0).normal(0.0, 0.5, len(run.times))
    factors = np.array([[0.5, 0.5, 0.5], [0.5, 1.5, 0.5], [1.5, 0.5, 1.5], [1.5, 1.5, 1.5]])
    corners = {name: factors[:, i] * value for i, (name, value) in enumerate(true.items())}
    bounds = {name: (value / 4.0, value * 4.0) for name, value in true.items()}
    fit = fitting.fit_trace(neurons.squid_axon, current, run.times, trace, bounds, starts=corners)
    for attempt in fit.attempts:
        assert attempt.values == pytest.approx(true, rel=0.01)
    assert fit.rms == pytest.approx(0.5, rel=0.05)  # what is left is the noise
    assert fit.agreeing == 4
    for name, value in true.items():
        assert abs(fit.values[name] - value) < 4.0 * fit.errors[name]


def test_the_rates_of_a_cell_tell_its_parameters() -> None:
    currents = np.linspace(300.0, 900.0, 15)
    cell = neurons.LeakyIntegrateAndFire(capacitance=220.0, tau=18.0, refractory=3.0)
    bounds = {"capacitance": (50.0, 500.0), "tau": (5.0, 50.0), "refractory": (0.0, 10.0)}
    fit = fitting.fit_rates(
        neurons.LeakyIntegrateAndFire, currents, cell.rate(currents), bounds, rng=0
    )
    assert fit.values == pytest.approx({"capacitance": 220.0, "tau": 18.0, "refractory": 3.0})
    assert fit.undetermined == ()
    np.testing.assert_allclose(fit.fitted, cell.rate(currents), atol=1e-6)


def test_rates_that_were_simulated_are_fitted_as_well() -> None:
    v_in = np.linspace(1.1, 4.0, 8)
    cell = neurons.NormalizedLeakyIntegrateAndFire(tau=15.0, refractory=4.0)
    rates = neurons.tuning.rates(cell, v_in, duration=600.0, dt=1.0)
    bounds = {"tau": (5.0, 50.0), "refractory": (0.0, 10.0)}
    fit = fitting.fit_rates(neurons.NormalizedLeakyIntegrateAndFire, v_in, rates, bounds, rng=0)
    assert fit.values == pytest.approx({"tau": 15.0, "refractory": 4.0}, rel=1e-6)


def test_rates_do_not_tell_capacitance_from_threshold() -> None:
    currents = np.linspace(350.0, 900.0, 15)
    rates = neurons.LeakyIntegrateAndFire().rate(currents)
    bounds = {"capacitance": (100.0, 500.0), "threshold": (-60.0, -40.0)}
    fit = fitting.fit_rates(neurons.LeakyIntegrateAndFire, currents, rates, bounds, rng=0)
    assert set(fit.undetermined) == {"capacitance", "threshold"}


def test_both_kinds_of_fit_are_drawn() -> None:
    trace = fitted(*passive(), max_steps=0).plot()
    assert [axes.get_ylabel() for axes in trace.axes] == ["mV", "residual (mV)"]
    v_in = np.array([3.0, 2.0, 1.5])
    rates = neurons.NormalizedLeakyIntegrateAndFire().rate(v_in)
    fit = fitting.fit_rates(
        neurons.NormalizedLeakyIntegrateAndFire, v_in, rates, {"tau": (5.0, 50.0)}, rng=0
    )
    assert fit.plot().axes[0].lines[0].get_xdata().tolist() == [1.5, 2.0, 3.0]  # type: ignore[union-attr]


def test_a_stopped_fit_keeps_what_it_found(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def pressed() -> Iterator[Interruption]:
        interruption = Interruption()
        interruption.requested = True
        yield interruption

    monkeypatch.setattr(search, "listening", pressed)
    with pytest.raises(fitting.FitInterrupted) as caught:
        fitted(*passive(), couplings=(5.0, 1.0))
    fit = caught.value.fit
    assert fit.stages == ["0 /ms"]
    assert np.isfinite(fit.rms)


TIMES, TRACE = 0.5 * np.arange(1, 41), np.full(40, -70.0)


def with_nan() -> Any:
    trace = TRACE.copy()
    trace[7] = np.nan
    return trace


REFUSED: list[tuple[type[Exception], str, dict[str, Any]]] = [
    (DataError, r"finite numbers, got nan at \[7\]", {"trace": with_nan()}),
    (
        DataError,
        "2 samples are too few, there have to be 3",
        {"times": TIMES[:2], "trace": TRACE[:2]},
    ),
    (ShapeError, "two lists of one length", {"trace": TRACE[:-1]}),
    (ShapeError, r"run\['v'\]\[:, 0\]", {"trace": TRACE[:, None]}),
    (DataError, "no whole number of steps of dt = 0.3 ms: take dt = 0.25", {"dt": 0.3}),
    (DataError, "no whole number of steps of dt = 1 ms: take dt = 0.5", {"dt": 1.0}),
    (DataError, "even, increasing times", {"times": TIMES**1.1}),
    (DataError, "even, increasing times", {"times": TIMES[::-1]}),
    (DataError, "first is 0.6 ms: shift", {"times": TIMES + 0.1}),
    (DataError, "first is -0.5 ms: shift", {"times": TIMES - 1.0}),
    (ValueError, "dt is a time above 0", {"dt": 0.0}),
    (ValueError, "the lower one first", {"parameters": {"tau": (40.0, 4.0)}}),
    (ValueError, "two finite numbers", {"parameters": {"tau": (4.0, np.inf)}}),
    (ValueError, "two finite numbers", {"parameters": {"tau": 4.0}}),
    (ValueError, "name at least one", {"parameters": {}}),
    (ValueError, "needs tau above 0, got 0", {"parameters": {"tau": (0.0, 4.0)}}),
    (
        KeyError,
        "has the parameters capacitance, tau, .* got 'g_na'",
        {"parameters": {"g_na": (1, 2)}},
    ),
    (
        ValueError,
        "tau starts between its bounds, 4 and 40, got 50",
        {"starts": CELL | {"tau": 50.0}},
    ),
    (ValueError, "got nan", {"starts": CELL | {"tau": np.nan}}),
    (KeyError, "starts name the parameters capacitance, tau, got tau", {"starts": {"tau": 5.0}}),
    (ShapeError, "of one length", {"starts": {"tau": [5.0, 6.0], "capacitance": [60.0] * 3}}),
    (ValueError, "at least one start", {"starts": 0}),
    (TypeError, r"starts is how many, .* got 1.5", {"starts": 1.5}),
    (ValueError, "max_steps is at least 0, got -1", {"max_steps": -1}),
    (KeyError, "has the variables v, got 'u'", {"variable": "u"}),
    (KeyError, "has the variables v, got 'refractory'", {"variable": "refractory"}),
    (ValueError, "coupling is a rate above 0", {"couplings": (-1.0,)}),
    (ValueError, "one of auto, eager, xla, got 'native'", {"engine": "native"}),
    (TypeError, "a function of its parameters", {"model": neurons.LeakyIntegrateAndFire()}),
    (TypeError, "returns a model", {"model": lambda capacitance, tau: tau}),
    (ShapeError, "that of one cell", {"current": np.ones(3)}),
    (TypeError, "a current is a number", {"current": "400"}),
    (ValueError, "would leave some out", {"current": neurons.Sampled(np.ones(400), dt=0.1)}),
]


@pytest.mark.parametrize(("error", "message", "changed"), REFUSED)
def test_what_cannot_be_fitted_is_refused(
    error: type[Exception], message: str, changed: dict[str, Any]
) -> None:
    usual: dict[str, Any] = {
        "model": neurons.LeakyIntegrateAndFire,
        "current": PULSE,
        "times": TIMES,
        "trace": TRACE,
        "parameters": BOUNDS,
        "engine": "eager",
    }
    with pytest.raises(error, match=message):
        fitting.fit_trace(**usual | changed)


def test_the_engine_has_to_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xla, "available", lambda: False)
    with pytest.raises(EngineError, match="needs JAX"):
        fitted(TIMES, TRACE, engine="xla")
    assert fitted(TIMES, TRACE, engine="auto", max_steps=0).values


def test_rates_that_cannot_be_fitted_are_refused() -> None:
    currents, bounds = np.arange(4.0), {"tau": (5.0, 50.0)}
    for rates in (np.zeros(4), np.array([0.0, 1.0, 2.0, -3.0])):
        with pytest.raises(DataError, match="not negative and not all 0"):
            fitting.fit_rates(neurons.LeakyIntegrateAndFire, currents, rates, bounds)
    with pytest.raises(TypeError, match="fit others to a trace"):
        fitting.fit_rates(neurons.squid_axon, currents, np.ones(4), {"g_k": (5.0, 50.0)})


def test_starts_that_meet_a_curve_without_noise_agree() -> None:
    currents = np.linspace(0.0, 800.0, 17)
    cell = neurons.LeakyIntegrateAndFire(tau=20.0, refractory=3.0)
    bounds = {"tau": (5.0, 50.0), "refractory": (0.0, 10.0)}
    fit = fitting.fit_rates(
        neurons.LeakyIntegrateAndFire, currents, cell.rate(currents), bounds, rng=0
    )
    right = [abs(attempt.values["tau"] - 20.0) < 1e-6 for attempt in fit.attempts]
    assert fit.agreeing == sum(right) > len(right) // 2
