"""Synapses that change: closed forms, and a slow direct simulation of networks of them."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from neuropil import neurons
from neuropil.neurons import Euler, ShortTerm, SpikeTiming

if TYPE_CHECKING:
    from neuropil.arrays import Array
    from neuropil.kernels import Plasticity

DT = 1.0
Numpy = np.ndarray[Any, Any]


class Script(neurons.Input):
    """So much current that the cells spike in the steps in which they shall."""

    def __init__(self, spikes: Numpy) -> None:
        self.current = np.where(spikes, 1e9, 0.0)

    def at(self, time: Array) -> Array:
        return self.current[round(float(time) / DT)]


class Sum(neurons.Model):
    """v is what has come in, and stays."""

    integrator = neurons.Exact()

    def initial(self) -> neurons.State:
        return {"v": 0.0}

    def derivatives(self, state: neurons.State, current: Array) -> neurons.State:
        return {"v": 0.0 * state["v"] + 0.0 * current}


def obedient() -> neurons.Model:
    """With Euler's method, a cell that spikes in the steps that begin with a strong current."""
    return neurons.LeakyIntegrateAndFire(refractory=0.0)


def trained(
    rule: Plasticity, source: Numpy, target: Numpy, weight: Any = 1.0, **settings: Any
) -> Numpy:
    """The weights (sources, targets) after spikes in some steps (rows) of cells (columns)."""
    net = neurons.Network(dt=DT, rng=0)
    sources = net.population("sources", obedient(), source.shape[1], integrator=Euler())
    targets = net.population("targets", obedient(), target.shape[1], integrator=Euler())
    net.inject(sources, Script(source))
    net.inject(targets, Script(target))
    synapses = net.connect(
        sources, targets, "v", weight=weight, plasticity=rule, **{"delay": 1e4, **settings}
    )
    seen = net.record_spikes(sources), net.record_spikes(targets)
    net.run(DT * len(source), engine="eager")
    assert [len(record.times) for record in seen] == [source.sum(), target.sum()]
    return synapses.weights.reshape(source.shape[1], target.shape[1])


def at_steps(steps: int, *spikes: int) -> Numpy:
    """One cell that spikes in some steps."""
    return np.isin(np.arange(steps), spikes)[:, None]


RULE: dict[str, Any] = {
    "potentiation": 0.03,
    "depression": 0.04,
    "tau_plus": 17.0,
    "tau_minus": 34.0,
}


@pytest.mark.parametrize("apart", [1, 5, 60])
@pytest.mark.parametrize(("low", "high"), [(0.0, 2.0), (0.5, 1.7), (0.0, -2.0)])
def test_a_pair_changes_the_weight_as_the_formula_says(apart: int, low: float, high: float) -> None:
    rule = SpikeTiming(high, low, **RULE)
    start = 0.5 * (low + high)
    before, after = at_steps(100, 10), at_steps(100, 10 + apart)
    stronger = trained(rule, before, after, start).item() - start
    weaker = trained(rule, after, before, start).item() - start
    assert stronger == pytest.approx(0.03 * np.exp(-apart / 17.0) * (high - low), rel=1e-12)
    assert weaker == pytest.approx(-0.04 * np.exp(-apart / 34.0) * (high - low), rel=1e-12)


def test_spikes_of_one_step_make_no_pair() -> None:
    together = at_steps(20, 3)
    assert trained(SpikeTiming(2.0, **RULE), together, together).item() == 1.0


@pytest.mark.parametrize("nearest", [False, True])
def test_a_regular_train_that_leads_by_a_lag(nearest: bool) -> None:
    """Pairs (j, i) of trains of period T: a geometric series of a geometric series."""
    period, lag, count = 25, 4, 6
    first = at_steps(200, *(10 + period * np.arange(count)))
    second = at_steps(200, *(10 + lag + period * np.arange(count)))
    rule = SpikeTiming(100.0, -100.0, nearest=nearest, **RULE)

    def pairs(shortest: int, tau: float, most: int) -> float:
        ages = np.arange(1 if nearest else most)
        enough = most - ages if not nearest else np.array([most])
        return float(np.sum(enough * np.exp(-(shortest + period * ages) / tau)))

    expected = 200.0 * (
        0.03 * pairs(lag, 17.0, count) - 0.04 * pairs(period - lag, 34.0, count - 1)
    )
    assert trained(rule, first, second, 1.0).item() - 1.0 == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("nearest", [False, True])
@pytest.mark.parametrize(("mu_plus", "mu_minus"), [(0.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.4, 0.4)])
def test_a_network_is_what_all_pairs_add_up_to(
    nearest: bool, mu_plus: float, mu_minus: float
) -> None:
    rng = np.random.default_rng(3)
    source, target = rng.random((150, 4)) < 0.1, rng.random((150, 3)) < 0.1
    start = rng.uniform(0.1, 1.9, 12)
    settings: dict[str, Any] = {
        **RULE,
        "mu_plus": mu_plus,
        "mu_minus": mu_minus,
        "nearest": nearest,
    }
    ours = trained(SpikeTiming(2.0, **settings), source, target, start)
    slow = np.array(
        [
            pair_by_pair(start[3 * i + j], source[:, i], target[:, j], **settings)
            for i, j in product(range(4), range(3))
        ]
    )
    np.testing.assert_allclose(ours.ravel(), slow, rtol=1e-12)
    assert np.ptp(ours) > 0.1


def pair_by_pair(
    w: float,
    source: Numpy,
    target: Numpy,
    *,
    potentiation: float,
    depression: float,
    tau_plus: float,
    tau_minus: float,
    mu_plus: float,
    mu_minus: float,
    nearest: bool,
    high: float = 2.0,
) -> float:
    """One synapse, step after step, from the list of all spikes until then."""

    def partners(spikes: Numpy, step: int, tau: float) -> float:
        ages = step - np.flatnonzero(spikes[:step])
        ages = ages[-1:] if nearest else ages
        return float(np.sum(np.exp(-ages * DT / tau)))

    u = w / high
    for step in range(len(source)):
        if source[step]:
            u -= depression * u**mu_minus * partners(target, step, tau_minus)
            u = min(max(u, 0.0), 1.0)
        if target[step]:
            u += potentiation * (1.0 - u) ** mu_plus * partners(source, step, tau_plus)
            u = min(max(u, 0.0), 1.0)
    return u * high


def test_weights_stay_between_their_bounds() -> None:
    before, after = at_steps(300, *range(0, 300, 10)), at_steps(300, *range(2, 300, 10))
    rule = SpikeTiming(2.0, 0.5, **{**RULE, "potentiation": 0.4})
    assert trained(rule, before, after).item() == 2.0
    assert trained(rule, after, before, 1.9).item() > 0.5
    steep = SpikeTiming(2.0, 0.5, **{**RULE, "potentiation": 0.0, "depression": 0.4})
    assert trained(steep, after, before).item() == 0.5
    soft = SpikeTiming(2.0, 0.5, **{**RULE, "potentiation": 0.4}, mu_plus=1.0, mu_minus=1.0)
    assert 0.5 < trained(soft, before, after).item() < 2.0


def test_a_spike_is_sent_with_the_weight_it_finds() -> None:
    """The target has spiked: the first spike of the source weakens the synapse after it is sent."""
    net = neurons.Network(dt=DT)
    source = net.population("source", obedient(), 1, integrator=Euler())
    target = net.population("target", obedient(), 1, integrator=Euler())
    net.inject(source, Script(at_steps(30, 10, 20)))
    net.inject(target, Script(at_steps(30, 5)))
    rule = SpikeTiming(2.0, depression=0.1)
    synapses = net.connect(source, target, "v", weight=1.0, plasticity=rule)
    v = net.record(target, "v")
    net.run(10 * DT, engine="eager")
    before = v.values[-1, 0]
    net.run(DT, engine="eager")
    decayed = -70.0 + (before + 70.0) * (1.0 - DT / 10.0)
    assert v.values[-1, 0] - decayed == pytest.approx(1.0, rel=1e-12)
    assert synapses.weights.item() == pytest.approx(1.0 - 0.2 * np.exp(-5.0 / 20.0), rel=1e-12)


KINDS = {
    "depressing": ShortTerm(0.5, tau_recovery=800.0),
    "facilitating": ShortTerm(0.1, tau_recovery=50.0, tau_facilitation=600.0),
    "inexhaustible": ShortTerm(0.2, tau_facilitation=300.0),
    "plain": ShortTerm(0.3),
}
each_kind = pytest.mark.parametrize("rule", KINDS.values(), ids=list(KINDS))


def sent(rule: Plasticity, spikes: Numpy, weight: float = 2.0, delay: float = 0.0) -> Numpy:
    """What arrives in each step."""
    net = neurons.Network(dt=DT)
    source = net.population("source", obedient(), 1, integrator=Euler())
    target = net.population("target", Sum(), 1)
    net.inject(source, Script(spikes))
    net.connect(source, target, "v", weight=weight, delay=delay, plasticity=rule)
    v = net.record(target, "v")
    net.run(DT * len(spikes), engine="eager")
    return np.diff(v.values[:, 0], prepend=0.0)


def one_by_one(rule: ShortTerm, times: Numpy, weight: float = 2.0) -> Numpy:
    """Tsodyks and Markram's recursion from spike to spike."""
    u, x, last, amounts = 0.0, 1.0, -np.inf, []
    for time in times.tolist():
        wait = time - last
        x = 1.0 - (1.0 - x) * (np.exp(-wait / rule.tau_recovery) if rule.tau_recovery else 0.0)
        u *= np.exp(-wait / rule.tau_facilitation) if rule.tau_facilitation else 0.0
        u += rule.release * (1.0 - u)
        amounts.append(weight * u * x)
        x -= u * x
        last = time
    return np.array(amounts)


@each_kind
def test_what_is_sent_follows_the_recursion(rule: ShortTerm) -> None:
    spikes = np.random.default_rng(5).random((400, 1)) < 0.05
    steps = np.flatnonzero(spikes)
    arrived = sent(rule, spikes)
    np.testing.assert_allclose(arrived[steps], one_by_one(rule, steps * DT), rtol=1e-11)
    assert np.count_nonzero(arrived) == len(steps)
    np.testing.assert_allclose(sent(rule, spikes, delay=3.0)[3:], arrived[:-3], rtol=1e-11)


def test_a_regular_train_settles_where_the_closed_form_says() -> None:
    period = 20
    spikes = at_steps(6000, *range(0, 6000, period))
    for rule in (KINDS["depressing"], KINDS["facilitating"]):
        recovered = np.exp(-period / rule.tau_recovery)
        facilitation = rule.tau_facilitation
        kept = np.exp(-period / facilitation) if facilitation else 0.0
        u = rule.release / (1.0 - (1.0 - rule.release) * kept)
        x = (1.0 - recovered) / (1.0 - (1.0 - u) * recovered)
        arrived = sent(rule, spikes)[::period]
        assert arrived[-1] == pytest.approx(2.0 * u * x, rel=1e-10)
        assert arrived[0] == pytest.approx(2.0 * rule.release, rel=1e-12)
    depressing, facilitating = (sent(KINDS[k], spikes)[::period] for k in list(KINDS)[:2])
    assert depressing[1] < depressing[0]
    assert facilitating[1] > facilitating[0]


@each_kind
def test_the_weight_itself_stays(rule: ShortTerm) -> None:
    spikes = at_steps(50, 3, 9, 11)
    assert trained(rule, spikes, spikes, 1.25).item() == 1.25


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SpikeTiming(1.0, 1.0), "two bounds"),
        (lambda: SpikeTiming(1.0, tau_plus=0.0), "tau_plus above 0"),
        (lambda: SpikeTiming(1.0, tau_minus=float("nan")), "tau_minus above 0"),
        (lambda: SpikeTiming(1.0, mu_plus=-1.0), "exponents of at least 0"),
        (lambda: ShortTerm(0.0), "above 0 and at most 1"),
        (lambda: ShortTerm(1.1), "above 0 and at most 1"),
        (lambda: ShortTerm(0.5, tau_recovery=-1.0), "at least 0 ms"),
        (lambda: ShortTerm(0.5, tau_facilitation=float("nan")), "at least 0 ms"),
    ],
)
def test_what_is_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
