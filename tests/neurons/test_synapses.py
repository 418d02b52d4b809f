"""Synapses: closed forms, areas, exactness where time constants coincide, gradients."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import neurons
from neuropil.neurons import Cascade, Exact, MagnesiumBlock, RiseAndDecay, Synapse, WithSynapses

if TYPE_CHECKING:
    from neuropil.arrays import Array

ORDERS = range(4)
TIMES = np.array([0.0, 1e-9, 0.3, 5.0, 10.0, 77.0, 400.0])
CASCADES: dict[str, Cascade] = {
    **{f"order {n}": Synapse(7.0, n, unit_area=True) for n in ORDERS},
    "difference": RiseAndDecay(2.0, 9.0, unit_area=True),
    "almost the same": RiseAndDecay(5.0, 5.0 + 1e-10, unit_area=True),
    "the same": RiseAndDecay(5.0, 5.0, unit_area=True),
    "far apart": RiseAndDecay(1e-3, 300.0, unit_area=True),
}
each_cascade = pytest.mark.parametrize("synapse", CASCADES.values(), ids=list(CASCADES))


class Integral(neurons.Model):
    """dv/dt = current: v is the charge that came in; and a cell that never spikes."""

    integrator = Exact()

    def initial(self) -> neurons.State:
        return {"v": 0.0}

    def derivatives(self, state: neurons.State, current: Array) -> neurons.State:
        return {"v": current + 0.0 * state["v"]}


@pytest.mark.parametrize("n", ORDERS)
@pytest.mark.parametrize("tau", [0.5, 10.0, 300.0])
def test_the_kernel_is_that_of_the_notes(n: int, tau: float) -> None:
    k = 1.0 / (math.factorial(n) * tau ** (n + 1))
    expected = k * TIMES**n * np.exp(-TIMES / tau)
    np.testing.assert_allclose(Synapse(tau, n, unit_area=True).kernel(TIMES), expected, rtol=1e-13)
    np.testing.assert_allclose(Synapse(tau, n).kernel(TIMES), tau * expected, rtol=1e-13)
    assert Synapse(tau, n).kernel(np.array([-1e-9, -5.0])).tolist() == [0.0, 0.0]


def test_the_kernel_of_two_time_constants_is_a_difference() -> None:
    rise, decay = 2.0, 9.0
    expected = (np.exp(-TIMES / decay) - np.exp(-TIMES / rise)) / (decay - rise)
    kernel = RiseAndDecay(rise, decay, unit_area=True).kernel(TIMES)
    np.testing.assert_allclose(kernel, expected, rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("apart", [0.0, 1e-10, 1e-6, 1e-3, 1.0])
def test_the_difference_is_exact_where_the_time_constants_coincide(apart: float) -> None:
    with localcontext() as digits:
        digits.prec = 60
        rise, decay = Decimal(5), Decimal(5.0 + apart)
        t = [Decimal(x) for x in TIMES[1:].tolist()]
        if rise == decay:
            exact = [x / rise**2 * (-x / rise).exp() for x in t]
        else:
            exact = [((-x / decay).exp() - (-x / rise).exp()) / (decay - rise) for x in t]
        expected = [float(x) for x in exact]
    kernel = RiseAndDecay(5.0, 5.0 + apart, unit_area=True).kernel(TIMES[1:])
    np.testing.assert_allclose(kernel, expected, rtol=1e-12)


@each_cascade
def test_a_step_is_that_of_exact_propagation(synapse: Cascade) -> None:
    names = synapse.variables("s")
    stages = [np.array([0.3 + i, -1.0]) for i in range(len(names))]

    def derivatives(state: Any, current: Any) -> Any:
        return dict(zip(names, synapse.derivatives([state[n] for n in names]), strict=True))

    state = dict(zip(names, stages, strict=True))
    for dt in (0.1, 25.0):
        moved = Exact().step(derivatives, state, dt)(state, lambda _: 0.0)
        ours = synapse.propagated(stages, dt)
        for name, value in zip(names, ours, strict=True):
            np.testing.assert_allclose(value, moved[name], rtol=1e-11, atol=1e-15)


@each_cascade
def test_one_spike_injects_its_weight(synapse: Cascade) -> None:
    weight = 3.7
    net = neurons.Network(dt=0.5)
    source = net.population("source", neurons.LeakyIntegrateAndFire(), 1)
    net.inject(source, neurons.Pulse(1e9, stop=0.5))
    target = net.population("target", WithSynapses(Integral(), {"s": synapse}), 1)
    net.connect(source, target, "s", weight=weight)
    charge, spikes = net.record(target, "v"), net.record_spikes(source)
    net.run(80.0 * max(synapse.taus) if max(synapse.taus) < 100.0 else 12_000.0)
    assert len(spikes.times) == 1
    assert synapse.area == pytest.approx(1.0, rel=1e-14)
    assert charge.values[-1, 0] == pytest.approx(weight, rel=1e-12)


@pytest.mark.peer
@each_cascade
def test_the_area_is_1_for_scipys_quadrature(synapse: Cascade) -> None:
    quad = pytest.importorskip("scipy.integrate").quad
    ends = [0.0, *(x * tau for tau in sorted(synapse.taus) for x in (1.0, 8.0, 40.0)), 60.0 * 300.0]
    ends = sorted(set(ends))
    area = sum(
        quad(synapse.kernel, a, b, epsabs=1e-14, epsrel=1e-12, limit=200)[0]
        for a, b in pairwise(ends)
    )
    assert area == pytest.approx(1.0, abs=1e-10)


@pytest.mark.parametrize("n", ORDERS)
@pytest.mark.parametrize("apart", [0.0, 1e-10, -1e-7, 3.0])
def test_the_membrane_behind_a_synapse_is_exact(n: int, apart: float) -> None:
    """v after one spike, against the series of the double integral in 60 digits."""
    tau_m, tau_s, dt, steps = 10.0, 10.0 + apart, 0.1, 300
    cell = WithSynapses(
        neurons.LeakyIntegrateAndFire(leak=0.0, threshold=30.0, reset_to=0.0, refractory=0.0),
        {"s": Synapse(tau_s, n, unit_area=True)},
    )
    first = cell.ports["s"]
    run = neurons.simulate(
        cell, duration=dt * steps, dt=dt, initial={first.variable: 250.0 * first.jump}
    )
    t = dt * steps
    assert run["v"][-1, 0] == pytest.approx(_filtered_kernel(t, n, tau_m, tau_s), rel=1e-12)


def _filtered_kernel(t: float, n: int, tau_m: float, tau_s: float) -> float:
    """∫₀ᵗ h(r) e^(−(t−r)/τ_m) dr = e^(−t/τ_m)/τ_s^(n+1) Σⱼ aʲ t^(n+1+j)/(n! j! (n+1+j)).

    With a = 1/τ_m − 1/τ_s.
    """
    with localcontext() as digits:
        digits.prec = 60
        a = 1 / Decimal(tau_m) - 1 / Decimal(tau_s)
        x = Decimal(t)
        series = range(1, 60) if a else []
        terms = [a**j * x ** (n + 1 + j) / (math.factorial(j) * (n + 1 + j)) for j in series]
        terms.append(x ** (n + 1) / (n + 1))
        decay = (-x / Decimal(tau_m)).exp() / Decimal(tau_s) ** (n + 1)
        return float(decay * sum(terms) / math.factorial(n))


@pytest.mark.parametrize(
    "synapse",
    [
        *(Synapse(7.0, n, unit_peak=True) for n in ORDERS),
        RiseAndDecay(2.0, 9.0, unit_peak=True),
        RiseAndDecay(5.0, 5.0, unit_peak=True),
        neurons.ampa(),
        neurons.nmda(),
        neurons.gaba_a(),
        neurons.gaba_b(),
    ],
)
def test_a_peak_is_1_where_it_is_said_to_be(synapse: Cascade) -> None:
    assert synapse.kernel(synapse.peak_time) == pytest.approx(1.0, rel=1e-14)
    around = np.linspace(0.0, 5.0 * max(synapse.taus), 20_001)
    values = synapse.kernel(around)
    assert values.max() <= 1.0 + 1e-14
    assert around[values.argmax()] == pytest.approx(synapse.peak_time, abs=around[1])


def test_receptors_are_those_of_hill_and_tononi() -> None:
    fast, slow = neurons.ampa(), neurons.nmda()
    inhibition, slow_inhibition = neurons.gaba_a(), neurons.gaba_b()
    kinds = [fast, slow, inhibition, slow_inhibition]
    assert [(s.rise, s.decay) for s in kinds] == [
        (0.5, 2.4),
        (4.0, 40.0),
        (1.0, 7.0),
        (60.0, 200.0),
    ]
    assert [s.current.into(2.0, -60.0) > 0.0 for s in kinds] == [True, True, False, False]
    assert [neurons.ampa_like(n).kernel(0.0) for n in (0, 1)] == [0.1, 0.0]
    assert neurons.nmda_like().kernel(0.0) == pytest.approx(1.0 / 300.0, rel=1e-15)


def test_the_magnesium_block_is_that_of_jahr_and_stevens() -> None:
    v = np.array([-80.0, -40.0, 0.0, 40.0])
    block = MagnesiumBlock(reversal=0.0, magnesium=1.2)
    expected = 1.0 / (1.0 + 1.2 / 3.57 * np.exp(-0.062 * v))
    np.testing.assert_allclose(block.opened(v), expected, rtol=1e-15)
    np.testing.assert_allclose(block.into(2.0, v), -2.0 * expected * v, rtol=1e-15)
    half = math.log(1.2 / 3.57) / 0.062
    assert block.opened(half) == pytest.approx(0.5, rel=1e-14)
    assert MagnesiumBlock(magnesium=0.0).into(1.0, -70.0) == 70.0


def test_an_nmda_synapse_lets_more_in_where_the_cell_is_depolarised() -> None:
    clamps = np.array([-70.0, -30.0])
    cell = WithSynapses(Integral(), {"nmda": neurons.nmda()})
    first = cell.ports["nmda"]
    rates = cell.derivatives({"v": clamps, "nmda.0": np.ones(2), "nmda.1": np.ones(2)}, np.zeros(2))
    assert first.variable == "nmda.0"
    np.testing.assert_allclose(rates["v"], neurons.nmda().current.into(1.0, clamps), rtol=1e-15)
    assert rates["v"][1] > rates["v"][0] > 0.0


@pytest.mark.parametrize("n", ORDERS)
def test_gradients_of_what_a_train_adds_up_to(n: int) -> None:
    times, spikes = np.array([0.5, 3.0, 12.0, 40.0]), np.array([0.0, 2.0, 11.0])

    def psc(tau: Any, weights: Any) -> Any:
        return Synapse(tau, n, unit_area=True).psc(times, spikes, weights)

    npl.check_gradients(psc, np.array(7.0), np.array([1.0, -2.0, 0.5]))


@pytest.mark.parametrize("scale", ["unit_area", "unit_peak", None])
@pytest.mark.parametrize("apart", [1.0, 4.0])
def test_gradients_with_respect_to_rise_and_decay(apart: float, scale: str | None) -> None:
    settings: dict[str, Any] = {} if scale is None else {scale: True}
    times, spikes = np.array([0.5, 3.0, 12.0]), np.array([0.0, 2.0])

    def psc(rise: Any, decay: Any) -> Any:
        return RiseAndDecay(rise, decay, **settings).psc(times, spikes)

    npl.check_gradients(psc, np.array(3.0), np.array(3.0 + apart))


def test_where_rise_and_decay_coincide_each_has_half_the_gradient() -> None:
    rise, decay, tau = npl.Variable(5.0), npl.Variable(5.0), npl.Variable(5.0)
    RiseAndDecay(rise, decay, unit_area=True).kernel(8.0).backward()
    Synapse(tau, 1, unit_area=True).kernel(8.0).backward()
    assert rise.grad == pytest.approx(0.5 * tau.grad, rel=1e-12)
    assert decay.grad == pytest.approx(0.5 * tau.grad, rel=1e-12)


def test_each_cell_may_have_its_own_time_constant() -> None:
    taus = np.array([2.0, 5.0, 10.0])
    together = Synapse(taus, 2, unit_area=True).kernel(4.0)
    alone = [Synapse(tau, 2, unit_area=True).kernel(4.0) for tau in taus.tolist()]
    np.testing.assert_array_equal(together, alone)


@pytest.mark.fast
def test_kernels_are_the_same_under_xla() -> None:
    import jax

    for synapse in CASCADES.values():
        with jax.enable_x64():
            compiled = np.asarray(jax.jit(synapse.kernel)(TIMES))
        np.testing.assert_allclose(compiled, synapse.kernel(TIMES), rtol=1e-13, atol=1e-300)


def test_sums_of_kernels() -> None:
    synapse = neurons.gaba_a()
    times, spikes = np.linspace(0.0, 50.0, 7), np.array([30.0, 1.0, 1.0])
    weights = np.array([2.0, 1.0, -0.5])
    pairs = zip(weights, spikes, strict=True)
    expected = sum(w * synapse.kernel(times - t) for w, t in pairs)
    np.testing.assert_allclose(synapse.psc(times, spikes, weights), expected, rtol=1e-14)
    assert synapse.psc(times, np.zeros(0)).tolist() == [0.0] * 7
    assert synapse.psc(times.reshape(7, 1), spikes).shape == (7, 1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Synapse(0.0), "tau above 0"),
        (lambda: Synapse(float("nan")), "tau above 0"),
        (lambda: Synapse(5.0, -1), "at least 0, got -1"),
        (lambda: Synapse(5.0, unit_area=True, unit_peak=True), "choose one"),
        (lambda: RiseAndDecay(5.0, 2.0), "rise <= decay"),
        (lambda: RiseAndDecay(-5.0, 2.0), "rise above 0"),
        (lambda: RiseAndDecay(1.0, 2.0, unit_area=True, unit_peak=True), "choose one"),
        (lambda: MagnesiumBlock(magnesium=-1.0), "at least 0 mM"),
    ],
)
def test_what_is_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
