"""Ready models: their published numbers, direct integrations by another library, bad settings."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import neurons
from neuropil.neurons import (
    AdaptiveExponential,
    Channel,
    Gate,
    HodgkinHuxley,
    Izhikevich,
    LeakyIntegrateAndFire,
    NormalizedLeakyIntegrateAndFire,
    TraubMiles,
    simulate,
)

MODELS: list[Callable[..., Any]] = [
    AdaptiveExponential,
    HodgkinHuxley,
    Izhikevich,
    LeakyIntegrateAndFire,
    NormalizedLeakyIntegrateAndFire,
    TraubMiles,
]


def spike_times(run: neurons.Recording) -> np.ndarray[Any, Any]:
    return run.times[run.spiked[:, 0]]


@pytest.mark.parametrize("model", MODELS)
def test_equations_hold_cells_side_by_side(model: Callable[..., Any]) -> None:
    """Each cell of many is what it would be alone."""
    currents = np.array([0.0, 0.3, 2.0])
    together = simulate(model(), currents, duration=5.0, dt=0.05, cells=3)
    for cell, current in enumerate(currents):
        alone = simulate(model(), current, duration=5.0, dt=0.05)
        np.testing.assert_allclose(together["v"][:, cell], alone["v"][:, 0], rtol=1e-12)


@pytest.mark.parametrize("model", MODELS)
def test_ready_values_are_usual_ones(model: Callable[..., Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model()


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: HodgkinHuxley(capacitance=0.0), "capacitance"),
        (lambda: TraubMiles(capacitance=-1.0), "capacitance"),
        (lambda: TraubMiles(refractory=-1.0), "refractory"),
        (lambda: LeakyIntegrateAndFire(tau=0.0), "tau"),
        (lambda: LeakyIntegrateAndFire(tau=np.array([10.0, float("nan")])), "tau"),
        (lambda: LeakyIntegrateAndFire(capacitance=np.array([1.0, -1.0])), "capacitance"),
        (lambda: LeakyIntegrateAndFire(threshold=-70.0), "threshold above reset_to"),
        (lambda: LeakyIntegrateAndFire(refractory=-1.0), "refractory"),
        (lambda: NormalizedLeakyIntegrateAndFire(tau=-20.0), "tau"),
        (lambda: Izhikevich(a=0.0), "a above 0"),
        (lambda: AdaptiveExponential(tau=0.0), "tau"),
        (lambda: AdaptiveExponential(slope=-2.0), "slope"),
        (lambda: Channel(-1.0, 0.0), "conductance"),
    ],
)
def test_settings_that_mean_nothing_are_refused(make: Callable[[], Any], name: str) -> None:
    with pytest.raises(ValueError, match=name):
        make()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: HodgkinHuxley(capacitance=100.0), r"100 µF/cm² .* 0.1 to 10"),
        (lambda: LeakyIntegrateAndFire(tau=0.01), r"tau = 0.01 ms .* 0.1 to 1000 ms"),
        (lambda: LeakyIntegrateAndFire(leak=-0.07, reset_to=-0.07, threshold=200.0), "threshold"),
        (lambda: NormalizedLeakyIntegrateAndFire(refractory=2000.0), "refractory"),
        (lambda: Izhikevich(c=65.0), "c = 65 mV"),
        (lambda: AdaptiveExponential(capacitance=281e-12), "capacitance"),
        (lambda: Channel(36.0, 500.0), "reversal"),
    ],
)
def test_values_no_cell_has_are_told_with_the_usual_range(
    make: Callable[[], Any], words: str
) -> None:
    with pytest.warns(UserWarning, match=words) as caught:
        make()
    assert caught[0].filename == __file__


def test_the_squid_axon_rests_where_it_should() -> None:
    run = simulate(
        HodgkinHuxley(), duration=50.0, dt=0.05, record=("v", "m", "h", "n"), initial={"v": -66.0}
    )
    found = [float(run[name][-1, 0]) for name in ("v", "m", "h", "n")]
    rest = [-64.9964, 0.052955, 0.595994, 0.317732]
    assert found == pytest.approx(rest, rel=2e-3)
    start = HodgkinHuxley().initial()
    assert [float(start[name]) for name in ("m", "h", "n")] == pytest.approx(rest[1:], abs=1e-6)


def test_the_first_spike_of_the_squid_axon() -> None:
    run = simulate(HodgkinHuxley(), 10.0, duration=4.0, dt=0.02)
    peak = int(run["v"][:, 0].argmax())
    assert run["v"][peak, 0] == pytest.approx(40.26, abs=0.01)
    assert run.times[peak] == pytest.approx(2.138, abs=0.02)


def test_removable_singularities_of_the_rates_are_part_of_the_model() -> None:
    for cell, voltages in (
        (HodgkinHuxley(), (-40.0, -55.0)),
        (TraubMiles(), (-50.0, -23.0, -48.0)),
    ):
        for v in voltages:
            beside = np.array([v - 1e-6, v, v + 1e-6])
            for gate in cell.gates.values():
                for rate in (gate.alpha(beside), gate.beta(beside)):
                    assert rate[1] == pytest.approx((rate[0] + rate[2]) / 2.0, rel=1e-9)


def test_a_channel_of_ones_own_slows_the_axon_down() -> None:
    """An A current, written in a few lines."""
    gate = Gate(
        alpha=lambda v: 0.02 / npl.phi(-(v + 56.0) / 8.0),
        beta=lambda v: 0.03 * npl.exp(-(v + 66.0) / 40.0),
        power=2,
    )
    axon = HodgkinHuxley()
    slower = HodgkinHuxley(channels={**axon.channels, "A": Channel(5.0, -77.0, {"a": gate})})
    assert list(slower.initial()) == ["v", "m", "h", "n", "a"]
    counts = [simulate(c, 12.0, duration=80.0, dt=0.05).spiked.sum() for c in (axon, slower)]
    assert counts[1] < counts[0]


def test_the_normalised_cell_is_the_physical_one_in_other_units() -> None:
    physical = LeakyIntegrateAndFire(tau=20.0, refractory=2.0)
    normalised = NormalizedLeakyIntegrateAndFire(tau=20.0, refractory=2.0)
    v_in = 1.7
    current = v_in * 15.0 * 250.0 / 20.0  # v_in (V_th − V_L) C/τ
    one = simulate(normalised, v_in, duration=100.0, dt=0.1)
    other = simulate(physical, current, duration=100.0, dt=0.1)
    np.testing.assert_allclose(one["v"], (other["v"] + 70.0) / 15.0, atol=1e-12)
    np.testing.assert_array_equal(one.spiked, other.spiked)
    rates = (
        normalised.rate(np.array([0.3, 1.0, v_in])),
        physical.rate(np.array([1.0, 187.5, current])),
    )
    np.testing.assert_allclose(*rates, rtol=1e-12)


def test_analytic_rates_are_those_of_the_reference() -> None:
    rates = LeakyIntegrateAndFire().rate(np.array([0.0, 375.0, 400.0, 1000.0]))
    np.testing.assert_allclose(rates, [0.0, 0.0, 33.64, 149.25], atol=0.005)
    normalised = NormalizedLeakyIntegrateAndFire()
    assert float(normalised.rate(np.array(1.0 + 1e-12))) < 2.0  # ln(1 − 1/v_in) goes to −∞
    assert float(normalised.rate(np.array(1e300))) == pytest.approx(500.0)


def test_a_rate_can_be_differentiated() -> None:
    slope = npl.grad(lambda i: npl.sum(LeakyIntegrateAndFire().rate(i)))
    h, i = 1e-4, np.array([400.0, 300.0])
    rate = LeakyIntegrateAndFire().rate
    np.testing.assert_allclose(slope(i), (rate(i + h) - rate(i - h)) / (2 * h), rtol=1e-6)


def test_kinds_of_cortical_firing() -> None:
    """What the paper's figure shows of each: adaptation, bursts, fast firing."""
    kinds = ["regular_spiking", "intrinsically_bursting", "chattering", "fast_spiking"]
    trains = {
        kind: np.diff(
            spike_times(simulate(getattr(Izhikevich, kind)(), 10.0, duration=400.0, dt=0.1))
        )
        for kind in kinds
    }
    regular, bursting, chattering, fast = trains.values()
    assert regular[-1] > 1.5 * regular[0]
    assert bursting[0] < 0.3 * bursting[-1]
    assert (chattering < 8.0).sum() > 5  # within bursts
    assert (chattering > 20.0).sum() > 2  # between them
    assert fast[-1] == pytest.approx(fast[2], rel=0.05)
    assert len(fast) > 3 * len(regular)


def test_a_thalamic_cell_bursts_out_of_hyperpolarisation() -> None:
    cell = Izhikevich.thalamo_cortical()
    rest = {"v": -87.0, "u": 0.25 * -87.0}
    rebound = simulate(cell, 0.0, duration=100.0, dt=0.1, initial=rest)
    assert np.diff(spike_times(rebound))[:2].max(initial=0.0) < 10.0
    assert rebound.spiked.sum() >= 2


def test_an_exponential_that_goes_to_infinity_leaves_nothing_behind() -> None:
    for dt in (0.5, 0.01):
        run = simulate(
            AdaptiveExponential(slope=0.1), 2000.0, duration=50.0, dt=dt, record=("v", "w")
        )
        assert np.isfinite(run["v"]).all()
        assert run.spiked.any()
        assert np.abs(run["w"]).max() < 80.5 * run.spiked.sum() + 100.0


def test_each_spike_of_the_adaptive_cell_adds_b() -> None:
    cell = AdaptiveExponential(coupling=0.0, tau=10_000.0)
    run = simulate(cell, 1000.0, duration=30.0, dt=0.05, record=("w",))
    jumps = np.diff(run["w"][:, 0])[run.spiked[1:, 0]]
    np.testing.assert_allclose(jumps, 80.5, rtol=1e-2)


def hodgkin_huxley(_: float, x: Any) -> list[Any]:
    """The squid axon at 10 µA/cm², from the formulas as they are printed."""
    v, m, h, n = x
    am, bm = 0.1 * (v + 40) / (1 - np.exp(-(v + 40) / 10)), 4 * np.exp(-(v + 65) / 18)
    ah, bh = 0.07 * np.exp(-(v + 65) / 20), 1 / (1 + np.exp(-(v + 35) / 10))
    an, bn = 0.01 * (v + 55) / (1 - np.exp(-(v + 55) / 10)), 0.125 * np.exp(-(v + 65) / 80)
    out = 120 * m**3 * h * (v - 50) + 36 * n**4 * (v + 77) + 0.3 * (v + 54.387)
    return [10 - out, am * (1 - m) - bm * m, ah * (1 - h) - bh * h, an * (1 - n) - bn * n]


def traub_miles(_: float, x: Any) -> list[Any]:
    """The COBAHH cell at 500 pA."""
    v, m, h, n = x
    u = v + 63
    am = 0.32 * (13 - u) / (np.exp((13 - u) / 4) - 1)
    bm = 0.28 * (u - 40) / (np.exp((u - 40) / 5) - 1)
    ah, bh = 0.128 * np.exp((17 - u) / 18), 4 / (1 + np.exp((40 - u) / 5))
    an, bn = 0.032 * (15 - u) / (np.exp((15 - u) / 5) - 1), 0.5 * np.exp((10 - u) / 40)
    out = 20e3 * m**3 * h * (v - 50) + 6e3 * n**4 * (v + 90) + 10 * (v + 60)
    return [
        (500 - out) / 200,
        am * (1 - m) - bm * m,
        ah * (1 - h) - bh * h,
        an * (1 - n) - bn * n,
    ]


def izhikevich(_: float, x: Any) -> list[Any]:
    v, u = x
    return [0.04 * v**2 + 5 * v + 140 - u + 10, 0.02 * (0.2 * v - u)]


def adaptive_exponential(_: float, x: Any) -> list[Any]:
    v, w = x
    inward = -30 * (v + 70.6) + 60 * np.exp((v + 50.4) / 2) - w + 1000
    return [inward / 281, (4 * (v + 70.6) - w) / 144]


@pytest.mark.peer
@pytest.mark.parametrize(
    ("model", "equations", "current", "integrator"),
    [
        (HodgkinHuxley(), hodgkin_huxley, 10.0, None),
        (TraubMiles(start=-60.5), traub_miles, 500.0, neurons.RK4()),
    ],
)
def test_membranes_against_a_direct_integration(
    model: Any, equations: Any, current: float, integrator: Any
) -> None:
    integrate = pytest.importorskip("scipy.integrate")
    names = ("v", "m", "h", "n")
    start = [float(model.initial()[name]) for name in names]
    direct = integrate.solve_ivp(
        equations, (0.0, 20.0), start, "DOP853", t_eval=[5.0, 20.0], rtol=1e-11, atol=1e-12
    )
    run = simulate(model, current, duration=20.0, dt=0.01, integrator=integrator, record=names)
    for k, name in enumerate(names):
        ours = run[name][[499, 1999], 0]
        np.testing.assert_allclose(ours, direct.y[k], rtol=2e-4, atol=1e-6)
    assert run.spiked.sum() > 0


@pytest.mark.peer
@pytest.mark.parametrize(
    ("model", "equations", "current", "top"),
    [
        (Izhikevich(), izhikevich, 10.0, 30.0),
        (AdaptiveExponential(), adaptive_exponential, 1000.0, -20.0),  # beyond, it takes no time
    ],
)
def test_cells_with_a_reset_against_a_direct_integration(
    model: Any, equations: Any, current: float, top: float
) -> None:
    """Spike times, by an integration that stops at each of them and begins anew."""
    integrate = pytest.importorskip("scipy.integrate")

    def event(_: float, x: Any) -> float:
        return float(x[0] - top)

    event.terminal = True  # type: ignore[attr-defined]
    names = list(model.initial())
    time, x, expected = 0.0, [float(value) for value in model.initial().values()], []
    while True:
        leg = integrate.solve_ivp(
            equations, (time, 100.0), x, "DOP853", events=event, rtol=1e-10, atol=1e-10
        )
        if leg.status != 1:
            break
        time, x = float(leg.t[-1]), leg.y[:, -1]
        expected.append(time)
        after = {name: float(value) for name, value in zip(names, x, strict=True)}
        x = [float({**after, **model.reset(after)}[name]) for name in names]
    run = simulate(model, current, duration=100.0, dt=0.005)
    assert len(expected) >= 3
    np.testing.assert_allclose(spike_times(run), expected, atol=0.005 * (len(expected) + 2))
