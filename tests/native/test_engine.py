"""The native engine beside the eager one: the same networks, the same spikes."""

from __future__ import annotations

import signal
import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import neurons
from neuropil.errors import DivergenceError, EngineError
from neuropil.kernels import Cells, Kernel, Memory, Probe, Recorded
from neuropil.neurons.engines import ENGINES
from neuropil.neurons.networks import cobahh, cuba

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from neuropil.neurons import Network

pytest.importorskip("numba")


def network(**settings: Any) -> Network:
    return neurons.Network(**({"dt": 0.1, "rng": 0} | settings))


def integrate_and_fire(**synapses: Any) -> Any:
    return neurons.WithSynapses(neurons.LeakyIntegrateAndFire(), synapses)


def currents() -> Network:
    """Every kind of current, into all cells and into parts of them."""
    net = network()
    cells = net.population("cells", neurons.LeakyIntegrateAndFire(), 13)
    path = np.random.default_rng(0).uniform(200.0, 700.0, (300, 4))
    net.inject(cells, neurons.Sine(100.0, 40.0) + neurons.Pulse(200.0, start=5.0, stop=30.0))
    net.inject(cells[2:7], 150.0)
    net.inject(cells[5:13], np.linspace(300.0, 500.0, 8))
    net.inject(cells[0:4], neurons.WhiteNoise(300.0, dt=0.1, cells=4, mean=400.0, rng=3))
    net.inject(cells, neurons.WhiteNoise(50.0, dt=0.5, cells=1, rng=4))
    net.inject(cells[1:5], neurons.Sampled(path, 0.1))
    net.inject(cells, neurons.Sampled(np.linspace(0.0, 90.0, 300), 0.1))
    return net


def random_spikes() -> Network:
    """Populations that spike at random, and random spikes to cells."""
    net = network()
    steady = net.poisson("steady", 30, 50.0)
    each = net.poisson("each", 7, np.linspace(0.0, 200.0, 7))
    swinging = net.poisson("swinging", 5, neurons.Sine(50.0, 10.0, mean=60.0))
    cells = net.population("cells", integrate_and_fire(e=neurons.Synapse(5.0, order=1)), 11)
    net.connect(steady, cells, "e", weight=30.0, rule=neurons.FixedProbability(0.4))
    net.connect(each, cells, "e", weight=neurons.Uniform(10.0, 50.0))
    net.connect(swinging, cells, "v", weight=1.5)
    net.poisson_input(cells, "e.0", rate=20.0, weight=8.0, sources=50)
    some = {"rate": np.linspace(1.0, 30.0, 3), "weight": np.array([1.0, 2.0, 3.0])}
    net.poisson_input(cells[3:6], "v", sources=10, **some)
    return net


def delays() -> Network:
    """Synapses with and without delays, to synapses and to a variable that spikes reset."""
    net = network()
    first = net.population("first", neurons.LeakyIntegrateAndFire(), 20)
    synapses = {"e": neurons.Synapse(5.0), "i": neurons.RiseAndDecay(1.0, 5.0)}
    second = net.population("second", integrate_and_fire(**synapses), 15)
    net.inject(first, np.linspace(300.0, 700.0, 20))
    half, few = neurons.FixedProbability(0.5), neurons.FixedInDegree(4, twice=True)
    travel = neurons.Uniform(0.0, 3.0)
    net.connect(first, second, "e", weight=neurons.Normal(40.0, 5.0), rule=half, delay=travel)
    net.connect(first, second, "e", weight=20.0, rule=neurons.FixedInDegree(3))
    net.connect(second, second, "i", weight=-5.0, delay=1.5, rule=few)
    net.connect(second, first, "v", weight=2.0, delay=0.7)
    net.connect(first[3:9], first[5:20], "v", weight=0.5, rule=half)
    return net


def conductances() -> Network:
    """Synapses whose current depends on the voltage, by exponential Euler."""
    net = network()
    sources = net.poisson("sources", 30, 80.0)
    slow = neurons.RiseAndDecay(2.0, 100.0, current=neurons.MagnesiumBlock())
    fast = neurons.Synapse(5.0, current=neurons.Conductance(0.0))
    model = integrate_and_fire(fast=fast, slow=slow)
    cells = net.population("cells", model, 11, integrator=neurons.ExponentialEuler())
    net.connect(sources, cells, "fast", weight=3.0)
    net.connect(sources, cells, "slow", weight=1.0)
    return net


def plastic(rule: Any) -> Callable[[], Network]:
    def make() -> Network:
        net = network()
        sources = net.poisson("sources", 30, 40.0)
        cells = net.population("cells", integrate_and_fire(e=neurons.Synapse(5.0)), 11)
        net.inject(cells, 300.0)
        half, travel = neurons.FixedProbability(0.5), neurons.Uniform(0.0, 2.0)
        weight = neurons.Uniform(20.0, 60.0)
        net.connect(sources, cells, "e", weight=weight, rule=half, plasticity=rule, delay=travel)
        net.connect(cells, cells, "e", weight=5.0, rule=half, plasticity=rule)
        return net

    return make


def models(*kinds: tuple[Any, float], integrator: Any = None) -> Callable[[], Network]:
    """A population of each model, each cell with another current."""

    def make() -> Network:
        net = network(dt=0.02)
        for k, (model, current) in enumerate(kinds):
            cells = net.population(f"{k}", model, 5, integrator=integrator)
            net.inject(cells, np.linspace(0.5, 20.0, 5) * current)
        return net

    return make


ALL = (
    (neurons.Izhikevich(), 1.0),
    (neurons.AdaptiveExponential(), 60.0),
    (neurons.HodgkinHuxley(), 1.0),
    (neurons.TraubMiles(), 20.0),
    (neurons.NormalizedLeakyIntegrateAndFire(), 0.2),
)


class OfAUser(neurons.Model):
    """Names that mean something else in a program, and most functions there are."""

    integrator = neurons.Euler()

    def initial(self) -> Any:
        return {"i": 0.1, "lambda": 0.2, "t1": 0.3, "cell": 0.4, "real": 0.5}

    def derivatives(self, state: Any, current: Any) -> Any:
        i, x, t, cell, real = state.values()
        chosen = npl.where(i > 0.2, npl.sin(i), npl.cos(x))
        bent = npl.log(1.0 + i**2) - npl.erf(t) + npl.atan(t) - npl.hypot(x, t)
        return {
            "i": chosen - i * 0.1,
            "lambda": npl.maximum(t, real) - npl.abs(x) * npl.sign(x) + npl.log1p(x**2),
            "t1": npl.tanh(cell) - npl.sigmoid(t) + bent,
            "cell": npl.clip(real, -0.5, 0.5) - npl.softplus(cell) ** 1.5 + npl.sqrt(npl.square(i)),
            "real": npl.floor(cell * 3.0) * 0.1 - npl.exp(-(real**2)) + npl.expm1(t / 9) + current,
        }

    def excess(self, state: Any) -> Any:
        return state["i"] - 1.0


def differing() -> Network:
    """Parameters that differ from cell to cell."""
    net = network()
    kinds = {"tau": np.linspace(8.0, 25.0, 12), "refractory": np.linspace(0.0, 4.0, 12)}
    net.inject(net.population("a", neurons.LeakyIntegrateAndFire(**kinds), 12), 500.0)
    axons = neurons.HodgkinHuxley(capacitance=np.linspace(0.8, 1.2, 6))
    axon = net.population("b", axons, 6, integrator=neurons.ExponentialEuler())
    net.inject(axon, 12.0)
    return net


NETWORKS = {
    "currents": currents,
    "random spikes": random_spikes,
    "delays": delays,
    "conductances": conductances,
    "spike timing": plastic(neurons.SpikeTiming(high=80.0, potentiation=0.05, depression=0.05)),
    "weights that count": plastic(
        neurons.SpikeTiming(high=80.0, potentiation=0.05, mu_plus=1.0, mu_minus=0.5, nearest=True)
    ),
    "short term": plastic(neurons.ShortTerm(0.4, tau_recovery=200.0, tau_facilitation=50.0)),
    "own integrators": models(*ALL),
    "Heun": models(*ALL[:2], integrator=neurons.Heun()),
    "exponential Euler": models(*ALL, integrator=neurons.ExponentialEuler()),
    "of a user": models((OfAUser(), 0.05)),
    "differing": differing,
}


def seen(make: Callable[[], Network], engine: str, parts: int = 1) -> tuple[Network, list[Any]]:
    """What a network does in 40 ms: spikes, every variable, and the weights in the end."""
    net = make()
    records: list[Any] = []
    for cells in net.populations.values():
        records.append(net.record_spikes(cells))
        start = net.kernel().cells[list(net.populations).index(cells.name)].start
        records += [net.record(cells, variable, every=0.5) for variable in start]
    for _ in range(parts):
        net.run(40.0 / parts, engine=engine)
    found = []
    for record in records:
        spikes = isinstance(record, neurons.SpikeRecord)
        found += [record.times, record.cells] if spikes else [record.values]
    assert net.memory is not None
    return net, [*found, *net.memory.weights.values()]


@pytest.mark.parametrize("name", NETWORKS)
def test_it_gives_the_spikes_of_the_eager_engine(name: str) -> None:
    _, eager = seen(NETWORKS[name], "eager")
    _, native = seen(NETWORKS[name], "native")
    _, pieces = seen(NETWORKS[name], "native", parts=5)
    assert sum(len(x) for x in eager if x.dtype.kind == "i") > 5 or name == "of a user"
    for a, b, c in zip(eager, native, pieces, strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-9, atol=1e-9)
        np.testing.assert_array_equal(c, b)


def test_cuba_is_the_same_spike_for_spike() -> None:
    spikes = []
    for engine in ("eager", "native"):
        net = cuba(rng=0)
        record = net.record_spikes(net.populations["cells"])
        net.run(100.0, engine=engine)
        spikes.append((record.times, record.cells))
    assert len(spikes[0][0]) > 2000
    np.testing.assert_array_equal(spikes[0][0], spikes[1][0])
    np.testing.assert_array_equal(spikes[0][1], spikes[1][1])


def test_a_chain_is_the_same_throughout() -> None:
    """What is fed forward does not grow: the same spikes, however long."""

    def chain() -> Network:
        net = network()
        before = net.poisson("noise", 200, 60.0)
        for k in range(4):
            model = integrate_and_fire(e=neurons.Synapse(3.0))
            layer = net.population(f"layer{k}", model, 100)
            rule = neurons.FixedInDegree(40)
            net.connect(before, layer, "e", weight=150.0, rule=rule, delay=1.0)
            before = layer
        return net

    found = []
    for engine in ("eager", "native"):
        net = chain()
        records = [net.record_spikes(cells) for cells in net.populations.values()]
        net.run(300.0, engine=engine)
        found.append([(record.times, record.cells) for record in records])
    assert min(len(times) for times, _ in found[0]) > 100
    for (t, c), (u, d) in zip(*found, strict=True):
        np.testing.assert_array_equal(t, u)
        np.testing.assert_array_equal(c, d)


@pytest.mark.parametrize(("make", "low", "high"), [(cuba, 4.5, 8.0), (cobahh, 28.0, 40.0)])
def test_float32_has_the_same_statistics(make: Any, low: float, high: float) -> None:
    net = make(rng=0, dtype=np.float32)
    cells = net.populations["cells"]
    spikes, v = net.record_spikes(cells), net.record(cells, "v", indices=[0], every=10.0)
    net.run(500.0, engine="native")
    assert v.values.dtype == np.float32
    assert low < spikes.rate(100.0) < high


def test_engines_take_turns_and_states_are_restored(tmp_path: Path) -> None:
    alone, together = random_spikes(), random_spikes()
    records = [net.record_spikes(net.populations["cells"]) for net in (alone, together)]
    alone.run(30.0, engine="eager")
    together.run(10.0, engine="native")
    together.save(tmp_path / "state.safetensors")
    together.run(5.0, engine="native")
    together.restore(tmp_path / "state.safetensors")
    together.run(10.0, engine="eager")
    together.run(10.0, engine="native")
    np.testing.assert_array_equal(records[0].times, records[1].times)
    np.testing.assert_array_equal(records[0].cells, records[1].cells)


def test_parameters_that_are_variables_are_read_at_each_run() -> None:
    threshold = npl.Variable(-55.0)
    net = network()
    cells = net.population("cells", neurons.LeakyIntegrateAndFire(threshold=threshold), 3)
    net.inject(cells, 500.0)
    spikes = net.record_spikes(cells)
    net.run(20.0, engine="native")
    before = len(spikes.times)
    threshold.value = np.asarray(0.0)
    net.run(20.0, engine="native")
    assert before > 0
    assert len(spikes.times) == before


def test_no_spike_is_lost_where_there_is_little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    from neuropil.native import engine

    monkeypatch.setattr(engine, "_ROOM", 1)
    _, native = seen(delays, "native")
    _, eager = seen(delays, "eager")
    for a, b in zip(eager, native, strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-9, atol=1e-9)


def test_threads_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    from neuropil.native import threads

    def make(rule: Any = None) -> Network:
        net = network()
        cells = net.population("cells", integrate_and_fire(e=neurons.Synapse(5.0)), 1000)
        net.inject(cells, np.linspace(300.0, 900.0, 1000))
        some = neurons.FixedInDegree(20)
        travel = neurons.Uniform(0.0, 1.0)
        net.connect(cells, cells, "e", weight=9.0, rule=some, delay=travel, plasticity=rule)
        net.connect(cells[:100], cells, "v", weight=0.1, rule=neurons.FixedProbability(0.1))
        return net

    def taken(number: int, rule: Any) -> list[Any]:
        def choose(self: Any, steps: int) -> tuple[int, int]:
            return number, min(steps, 50)

        monkeypatch.setattr("neuropil.native.engine.threads_available", lambda: number)
        monkeypatch.setattr(threads.Teams, "choose", choose)
        net = make(rule)
        spikes = net.record_spikes(net.populations["cells"])
        v = net.record(net.populations["cells"], "v", every=1.0)
        net.run(15.0, engine="native")
        assert net.memory is not None
        return [spikes.times, spikes.cells, v.values, *net.memory.weights.values()]

    for rule in (None, neurons.SpikeTiming(high=20.0)):
        one, two = taken(1, rule), taken(2, rule)
        assert one[0].size > 500
        for a, b in zip(one, two, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("watched_from", [0, 1_000_000])
def test_what_is_not_a_number_is_told_as_by_the_eager_engine(
    watched_from: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from neuropil.native import engine

    monkeypatch.setattr(engine, "_WATCHED_FROM", watched_from)

    class Exploding(neurons.Model):
        integrator = neurons.Euler()

        def initial(self) -> Any:
            return {"x": 1.0}

        def derivatives(self, state: Any, current: Any) -> Any:
            return {"x": npl.where(state["x"] > 50.0, state["x"] - np.nan, state["x"]) + current}

    told, kept = [], []
    for name in ("eager", "native"):
        net = network()
        cells = net.population("cells", Exploding(), 4)
        net.inject(cells, np.array([0.0, 1.0, 5.0, 2.0]))
        x = net.record(cells, "x")
        with pytest.raises(DivergenceError) as error:
            net.run(100.0, engine=name)
        told.append(str(error.value))
        kept.append(x.values)
    assert told[0] == told[1]
    assert len(kept[0]) > 5
    np.testing.assert_allclose(kept[0], kept[1])


def test_ctrl_c_keeps_what_was_recorded() -> None:
    net = cuba(rng=0)
    spikes = net.record_spikes(net.populations["cells"])
    net.run(1.0, engine="native")

    def press() -> None:
        time.sleep(0.5)
        signal.raise_signal(signal.SIGINT)

    threading.Thread(target=press).start()
    began = time.perf_counter()
    with pytest.raises(KeyboardInterrupt, match="goes on from here"):
        net.run(1e6, engine="native")
    assert time.perf_counter() - began < 2.5  # half a second, and less than one to stop
    assert net.time > 100.0
    assert spikes.times[-1] > net.time - 10.0
    before = net.time
    net.run(1.0, engine="native")
    assert net.time == pytest.approx(before + 1.0)


def asks(derivatives: Callable[[Any, Any], Any]) -> Network:
    class Model(neurons.Model):
        integrator = neurons.Euler()

        def initial(self) -> Any:
            return {"v": 0.5}

        def derivatives(self, state: Any, current: Any) -> Any:
            return {"v": derivatives(state["v"], current)}

    net = network()
    net.inject(net.population("odd ones", Model(), 3), 1.0)
    return net


@pytest.mark.parametrize(
    ("derivatives", "told"),
    [
        (lambda v, i: -v if bool(npl.all(v > 0.0)) else v, "all has no scalar form"),
        (lambda v, i: v - npl.sum(v), "sum has no scalar form"),
        (lambda v, i: v - npl.sort(v), "sort"),
        (lambda v, i: v * np.ones((3, 3))[0] @ np.ones((3, 3)), "matmul"),
    ],
)
def test_what_has_no_scalar_form_is_refused_by_name(derivatives: Any, told: str) -> None:
    net = asks(derivatives)
    with pytest.raises(EngineError, match="cannot run the cells odd ones") as error:
        net.run(1.0, engine="native")
    assert told in str(error.value)
    assert net.time == 0.0
    net.run(1.0, engine="eager")  # nothing has happened to it


def test_a_branch_of_python_is_refused() -> None:
    net = network()

    def step(state: Any, time: Any) -> Any:
        return {"v": state["v"] + (1.0 if time > 5.0 else 0.0)}, state["v"] > 1.0

    kernel = Kernel(0.1, [Cells("c", 2, step, {"v": np.zeros(2)})])
    with pytest.raises(EngineError, match="choose with npl\\.where"):
        ENGINES["native"](kernel)
    del net


def test_a_step_that_changes_shapes_is_refused() -> None:
    kernel = Kernel(
        0.1, [Cells("c", 2, lambda s, t: ({"v": s["v"][:1][:0]}, s["v"] > 1.0), {"v": np.zeros(2)})]
    )
    with pytest.raises(EngineError, match="v has the shape"):
        ENGINES["native"](kernel)


def test_a_kernel_without_spikes_and_without_cells_that_matter() -> None:
    """A population of one cell, a variable that stays, and no recording at all."""
    kernel = Kernel(
        0.1,
        [Cells("c", 1, lambda s, t: ({"v": s["v"], "w": s["w"] + 1.0}, False), _two_variables())],
        probes=[Probe("w", "c", np.array([0]), "w", 2)],
    )
    memory, recorded = Memory.at_start(kernel), Recorded.of(kernel)
    ENGINES["native"](kernel).run(memory, recorded, 5)
    samples = recorded.samples_of("w")
    assert samples is not None
    assert samples.ravel().tolist() == [2.0, 4.0]
    assert memory.states["c"]["w"].tolist() == [5.0]


def _two_variables() -> dict[str, Any]:
    return {"v": np.zeros(1), "w": np.zeros(1)}


def test_auto_is_native_where_it_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    from neuropil.neurons.engines import IfItCan

    monkeypatch.setitem(ENGINES, "auto", IfItCan)
    able, unable = delays(), asks(lambda v, i: v - npl.sum(v) + i)
    for net, kind in ((able, "Native"), (unable, "Eager")):
        net.run(1.0)
        chosen: Any = net._engines["auto"]
        assert type(chosen._engine).__name__ == kind


def test_the_source_is_readable() -> None:
    source = cobahh(rng=0).source()
    compile(source, "source", "exec")
    for line in ("v = all_v[cell]", "all_m[cell] = ", "def send0(", "for now in range(step"):
        assert line in source


def test_a_synapse_takes_eight_bytes_and_with_a_delay_of_its_own_twelve() -> None:
    net = network(dtype=np.float32)
    cells = net.population("cells", integrate_and_fire(e=neurons.Synapse(5.0)), 1000)
    rule, weight = neurons.FixedInDegree(100), neurons.Normal(1.0, 0.1)
    net.connect(cells, cells, "e", weight=weight, rule=rule)
    net.connect(cells, cells, "e", weight=weight, rule=rule, delay=neurons.Uniform(0.0, 2.0))
    net.run(1.0, engine="native")
    fixed = net._engines["native"]._fixed  # type: ignore[attr-defined]
    for table, each in ((0, 8), (1, 12)):
        arrays = [fixed[f"{name}{table}"] for name in ("targets", "weights", "delays")]
        assert sum(getattr(array, "nbytes", 0) for array in arrays) == each * 100_000


def test_a_current_that_varies_does_not_hide_the_derivative() -> None:
    """Symbols leave Variables their part: exponential Euler needs the Jacobian of a driven cell."""
    found = []
    for engine in ("eager", "native"):
        net = network(dt=0.05)
        cells = net.population("cells", neurons.HodgkinHuxley(), 3, integrator=_EXPONENTIAL)
        net.inject(cells, neurons.Sine(5.0, 40.0, mean=10.0))
        net.run(20.0, engine=engine)
        assert net.memory is not None
        found.append(net.memory.states["cells"]["v"])
    np.testing.assert_allclose(found[0], found[1], rtol=1e-9)


_EXPONENTIAL = neurons.ExponentialEuler()


def test_another_current_needs_no_other_program() -> None:
    from neuropil.native import machine

    net = network()
    cells = net.population("cells", neurons.LeakyIntegrateAndFire(), 3)
    flow = net.inject(cells, 300.0)
    net.run(1.0, engine="native")
    programs = len(machine._compiled)
    for current in (400.0, 500.0):
        net.set_current(flow, current)
        net.run(1.0, engine="native")
    assert len(machine._compiled) == programs


class Drawing(neurons.Model):
    """Noise of a Generator that it does not hold."""

    integrator = neurons.Euler()

    def __init__(self, draw: Callable[[], Any]) -> None:
        self.draw = draw

    def initial(self) -> Any:
        return {"v": 0.0}

    def derivatives(self, state: Any, current: Any) -> Any:
        return {"v": self.draw() - state["v"]}


def test_a_generator_in_a_closure_is_drawn_from_and_shared() -> None:
    found = []
    for engine in ("eager", "native"):
        rng = npl.Generator(0)
        net = network()
        for name in ("first", "second"):
            model = Drawing(lambda: rng.normal((5,), dtype=np.float64))  # noqa: B023
            net.population(name, model, 5)
        net.source()
        assert int(rng.counter) == 4  # of the checks when populations are added, not of the source
        net.run(2.0, engine=engine)
        assert net.memory is not None
        states = net.memory.states
        found.append([states["first"]["v"], states["second"]["v"], int(rng.counter)])
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10)


def test_a_generator_of_numpy_is_refused() -> None:
    rng = np.random.default_rng(0)
    net = network()
    net.population("cells", Drawing(lambda: rng.normal(size=5)), 5)
    with pytest.raises(EngineError, match="another one each time"):
        net.run(1.0, engine="native")


@pytest.mark.parametrize(
    ("derivative", "told"),
    [
        (lambda v: npl.concat([v[1:], v[:1]]), "reads v of another cell"),
        (lambda v: npl.take(v, npl.astype(v * 0.0, np.int64)), "reads v of another cell"),
    ],
)
def test_cells_that_read_others_are_refused(derivative: Any, told: str) -> None:
    net = asks(lambda v, i: derivative(v) + i)
    with pytest.raises(EngineError, match=told):
        net.run(1.0, engine="native")


def test_a_place_beyond_a_table_is_not_a_number() -> None:
    table = npl.Variable(np.arange(5.0))
    net = asks(lambda v, i: table[npl.astype(v, np.int64)] + i * 1e9)
    with pytest.raises(DivergenceError):
        net.run(5.0, engine="native")


def test_names_are_never_code(tmp_path: Path) -> None:
    name = f'z"""\n    time\n\nopen({str(tmp_path / "made")!r}, "w")\n\ndef foo():\n    """'
    net = network()
    for each in (name, "a_b", 'q"""', "\\N{x", "a"):
        cells = net.population(each, OddNames(), 3)
        net.connect(cells, cells, "b_c", weight=0.1)
    net.run(1.0, engine="native")
    assert not list(tmp_path.iterdir())


class OddNames(neurons.Model):
    integrator = neurons.Euler()

    def initial(self) -> Any:
        return dict.fromkeys(("c", "b_c", "fired", "eights", "count", "exp", "x y"), 0.5)

    def derivatives(self, state: Any, current: Any) -> Any:
        return {name: npl.exp(-x) - x for name, x in state.items()}


@pytest.mark.parametrize(
    "derivative",
    [
        lambda v: 2 * (v > 0) - v,
        lambda v: ((v > 0) + (v < 9)) * 1.0,
        lambda v: npl.tanh(npl.full_like(v, 2, dtype=np.int64)) - v,
        lambda v: npl.where(v > 0, npl.sqrt(npl.where(v > 0, 2, v)), 0.0),
        lambda v: npl.sign(0.0 * v + np.array([np.inf, 1.0, -2.0])) - v,
        lambda v: 1.0 - np.linspace(1, 3, 3).astype(np.float32) * v,
        lambda v: npl.astype(npl.astype(v * 300.0, np.int8) + 100, np.float64) - v,
    ],
)
def test_dtypes_meet_as_in_numpy(derivative: Any) -> None:
    found = []
    for engine in ("eager", "native"):
        net = asks(lambda v, i: derivative(v) + 0.0 * i)
        net.run(1.0, engine=engine)
        assert net.memory is not None
        found.append(net.memory.states["odd ones"]["v"])
    np.testing.assert_allclose(found[0], found[1], rtol=1e-12)
