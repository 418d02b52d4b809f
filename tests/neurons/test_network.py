from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from neuropil import neurons
from neuropil.errors import DataError, DivergenceError, EngineError, FileFormatError
from neuropil.kernels import Kernel
from neuropil.storage import load_tensors, save_tensors
from neuropil.xla import available

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIF = neurons.LeakyIntegrateAndFire()


class Small:
    """A network with a bit of everything: delays, noise, random spikes, synapses that change."""

    def __init__(self, seed: int = 0, *, plastic: bool = True, dtype: Any = np.float64) -> None:
        net = self.net = neurons.Network(dt=0.1, rng=seed, dtype=dtype)
        cell = neurons.WithSynapses(
            LIF, {"e": neurons.Synapse(5.0), "i": neurons.Synapse(10.0, order=1)}
        )
        self.cells = net.population("cells", cell, 40)
        self.noise = net.poisson("noise", 20, 30.0)
        net.inject(self.cells[:20], 300.0)
        net.inject(self.cells[20:], neurons.WhiteNoise(60.0, dt=0.1, cells=20, mean=320.0, rng=5))
        net.poisson_input(self.cells, "e", rate=5.0, weight=30.0, sources=100)
        fan = neurons.FixedProbability(0.3)
        net.connect(
            self.noise,
            self.cells,
            "e",
            weight=neurons.Normal(50.0, 5.0),
            rule=fan,
            delay=neurons.Uniform(0.0, 3.0),
        )
        rule = neurons.ShortTerm(0.5, tau_recovery=100.0) if plastic else None
        net.connect(self.cells[:30], self.cells, "e", weight=30.0, rule=fan, plasticity=rule)
        net.connect(self.cells[30:], self.cells, "i", weight=-20.0, delay=1.5)
        self.spikes = net.record_spikes(self.cells)
        self.random = net.record_spikes(self.noise)
        self.v = net.record(self.cells, "v", indices=[0, 7, 39], every=0.5)

    def same(self, other: Small) -> bool:
        return all(
            np.array_equal(a, b) for a, b in zip(self.records(), other.records(), strict=True)
        )

    def records(self) -> list[Any]:
        return [
            self.spikes.times,
            self.spikes.cells,
            self.random.times,
            self.random.cells,
            self.v.times,
            self.v.values,
        ]


def test_the_same_seed_gives_the_same_spikes_in_one_piece_or_in_ten() -> None:
    whole, pieces, other = Small(), Small(), Small(seed=1)
    whole.net.run(40.0)
    for duration in (0.1, 3.9, 0.0, 7.3, 4.7, 1.0, 9.0, 2.0, 6.0, 6.0):
        pieces.net.run(duration)
    other.net.run(40.0)
    assert len(whole.spikes.times) > 30
    assert len(whole.random.times) > 5
    assert whole.same(pieces)
    assert not whole.same(other)
    assert pieces.net.time == pytest.approx(40.0)


@pytest.mark.parametrize("step", [0, 1, 13, 200])
def test_a_restored_network_goes_on_as_an_undisturbed_one(step: int, tmp_path: Path) -> None:
    whole, first, second = Small(), Small(), Small()
    whole.net.run(30.0)
    first.net.run(step * 0.1)
    first.net.save(tmp_path / "state")
    first.net.run(3.0)  # what happens after it was saved is not in the file
    second.net.run(1.7)  # what happened before is forgotten
    for net in (first, second):
        net.net.restore(tmp_path / "state")
        assert net.net.time == pytest.approx(step * 0.1)
        net.net.run(30.0 - step * 0.1)
        assert whole.same(net)


def test_what_is_no_state_of_this_network_changes_nothing(tmp_path: Path) -> None:
    one = Small()
    one.net.run(5.0)
    one.net.save(tmp_path / "good")
    before = one.net.state_dict()
    content = (tmp_path / "good").read_bytes()
    (tmp_path / "cut").write_bytes(content[: len(content) // 2])
    (tmp_path / "empty").write_bytes(b"")
    save_tensors(tmp_path / "foreign", {"step": np.zeros(3)}, {"kind": "network", "version": 1})
    tensors, notes = load_tensors(tmp_path / "good")
    changes: dict[str, dict[str, Any]] = {
        "missing": {"state.cells.v": None},
        "more": {"state.cells.z": np.zeros(40)},
        "shape": {"state.cells.v": np.zeros(39)},
        "dtype": {"step": np.asarray(3.0)},
        "dt": {"dt": np.asarray(0.2)},
        "wiring": {"wiring": 255 - tensors["wiring"]},
    }
    for name, change in changes.items():
        both: dict[str, Any] = {**tensors, **change}
        changed = {key: x for key, x in both.items() if x is not None}
        save_tensors(tmp_path / name, changed, notes)
    for name in (
        "cut", "empty", "foreign", "missing", "more", "shape", "dtype", "dt", "wiring", "nowhere",
    ):  # fmt: skip
        with pytest.raises(FileFormatError):
            one.net.restore(tmp_path / name)
        after = one.net.state_dict()
        assert all(np.array_equal(before[key], after[key]) for key in before)
    with pytest.raises(DataError, match="another wiring"):
        Small(seed=1).net.load_state_dict(before)
    with pytest.raises(DataError, match="is not of this network"):
        neurons.Network(0.1, rng=0).load_state_dict(before)


def test_a_spike_brings_its_weight_in_charge() -> None:
    net = neurons.Network(dt=0.1, rng=0)
    cell = neurons.WithSynapses(LIF, {"s": neurons.Synapse(5.0, order=1, unit_area=True)})
    source = net.population("source", LIF, 1, initial={"v": -54.0})
    target = net.population("target", cell, 3)
    weights = np.array([1.0, -2.0, 0.5])
    connection = net.connect(source, target, "s", weight=weights, delay=2.0)
    s = net.record(target, "s.1")
    fired = net.record_spikes(source)
    net.run(400.0)
    assert fired.times.tolist() == pytest.approx([0.1])
    assert not s.values[: 1 + 20].any(), "it is on its way"
    # the area of a tau-function sampled on a grid is exact up to e^(-dt/τ) factors: Σ s dt
    decay = np.exp(-0.1 / 5.0)
    area = weights / 5.0 * (0.1 / 5.0) * decay / (1.0 - decay) ** 2 * 0.1
    np.testing.assert_allclose(0.1 * s.values.sum(axis=0), area, rtol=1e-12)
    np.testing.assert_array_equal(connection.weights, weights)
    assert connection.delays.tolist() == [20, 20, 20]


def test_parts_are_wired_and_fed_by_themselves() -> None:
    net = neurons.Network(dt=1.0, rng=0)
    cells = net.population("cells", LIF, 10)
    current = net.inject(cells[2:5], [100.0, 200.0, 300.0])
    net.inject(cells, [10.0] * 10)
    v = net.record(cells[1:6], "v")
    assert cells[2:5][1:2].first == 3
    net.run(1.0)
    rise = v.values[0] + 70.0
    np.testing.assert_allclose(rise / rise[0], [1.0, 11.0, 21.0, 31.0, 1.0])
    net.set_current(current, 0.0)
    net.run(300.0)
    np.testing.assert_allclose(v.values[-1], v.values[-1][0], rtol=1e-9)
    with pytest.raises(ValueError, match="an array of 3, got shape"):
        net.set_current(current, [1.0, 2.0])


def test_random_cells_spike_as_often_as_they_should() -> None:
    net = neurons.Network(dt=0.5, rng=0)
    cells = net.poisson("noise", 200, np.linspace(10.0, 90.0, 200))
    spikes = net.record_spikes(cells)
    net.run(5000.0)
    expected = 5.0 * np.linspace(10.0, 90.0, 200)
    z = (spikes.counts() - expected) / np.sqrt(expected)
    assert np.abs(z).max() < 5.0
    assert spikes.cv() == pytest.approx(1.0, abs=0.05)
    assert abs(spikes.correlation(50.0)) < 0.005
    net.set_rate(cells, 0.0)
    before = len(spikes.times)
    net.run(100.0)
    assert len(spikes.times) == before


def test_random_input_has_mean_and_variance_of_poisson() -> None:
    net = neurons.Network(dt=0.1, rng=0)
    slow = neurons.WithSynapses(LIF, {"s": neurons.Synapse(1e9)})  # adds up
    cells = net.population("cells", slow, 2000)
    drive = net.poisson_input(cells[1000:], "s", rate=40.0, weight=2.0, sources=500)
    s = net.record(cells, "s", every=5.0)
    net.run(5.0)
    counts = s.values[0, 1000:] / 2.0
    assert not s.values[0, :1000].any()
    mean = 0.04 * 500 * 5.0
    assert counts.mean() == pytest.approx(mean, abs=5 * np.sqrt(mean / 1000))
    assert counts.var() == pytest.approx(mean, rel=5 * np.sqrt(2 / 1000))
    net.set_rate(drive, 0.0)
    net.run(5.0)
    np.testing.assert_allclose(s.values[1], s.values[0], rtol=1e-7)


def test_rates_that_cannot_be_are_refused() -> None:
    net = neurons.Network(dt=0.1, rng=0)
    cells = net.population("cells", LIF, 2)
    with pytest.raises(ValueError, match="from 0 on"):
        net.poisson("a", 3, -1.0)
    with pytest.raises(ValueError, match="at most 10000 Hz, got 20000"):
        net.poisson("b", 3, 20_000.0)
    with pytest.raises(ValueError, match="50 spikes are expected"):
        net.poisson_input(cells, "v", rate=1000.0, weight=1.0, sources=1000)
    noise = net.poisson("c", 3, 10.0)
    with pytest.raises(ValueError, match="at most 10000"):
        net.set_rate(noise, 1e6)
    with pytest.raises(TypeError, match="has a rate"):
        net.set_rate(cells, 10.0)
    with pytest.raises(TypeError, match="spikes at random"):
        net.inject(noise, 1.0)
    with pytest.raises(TypeError, match="spikes at random"):
        net.connect(cells, noise, "v", weight=1.0)


def test_weights_for_listed_pairs_keep_the_order_of_the_list() -> None:
    net = neurons.Network(dt=0.1, rng=0)
    cells = net.population("cells", LIF, 4)
    connection = net.connect(
        cells[1:],
        cells[2:],
        "v",
        weight=[1.0, 2.0, 3.0],
        delay=[0.1, 0.2, 0.3],
        rule=neurons.Explicit([2, 0, 2], [1, 1, 0]),
    )
    found = zip(connection.sources, connection.targets, connection.weights, strict=True)
    assert {(int(a), int(b)): w for a, b, w in found} == {(2, 1): 1.0, (0, 1): 2.0, (2, 0): 3.0}
    assert connection.delays.tolist() == [2, 3, 1]
    assert connection.table.targets.tolist() == [3, 2, 3]


def test_float32_takes_half_the_memory() -> None:
    small = Small(dtype=np.float32, plastic=False)
    small.net.run(5.0)
    memory = small.net.memory
    assert memory is not None
    kinds = {name: x.dtype for name, x in memory.states["cells"].items()}
    assert kinds.pop("refractory") == np.int32
    assert set(kinds.values()) == {np.dtype(np.float32)}
    for table in small.net.kernel().synapses:
        assert table.targets.dtype == np.int32
        assert np.asarray(table.weights).dtype == np.float32


def test_a_wrong_network_is_refused() -> None:
    for make in (
        lambda: neurons.Network(dt=0.0),
        lambda: neurons.Network(dt=float("nan")),
        lambda: neurons.Network(dtype=np.int32),
    ):
        with pytest.raises(ValueError, match=r"dt is|float32 or float64"):
            make()
    net, other = neurons.Network(rng=0), neurons.Network(rng=0)
    cells = net.population("cells", LIF, 3)
    with pytest.raises(ValueError, match="'cells' already"):
        net.population("cells", LIF, 3)
    with pytest.raises(ValueError, match="at least one cell"):
        net.poisson("none", 0, 1.0)
    with pytest.raises(KeyError, match="act on v, refractory; got 'e'"):
        net.connect(cells, cells, "e", weight=1.0)
    with pytest.raises(KeyError, match="has the variables"):
        net.record(cells, "w")
    for indices in ([], [3], [-1], [1, 1], [2, 0], [0.5]):
        with pytest.raises(ValueError, match="indices from 0 to 2 in ascending order"):
            net.record(cells, "v", indices=indices)
    with pytest.raises(ValueError, match="above 0 ms"):
        net.record(cells, "v", every=0.0)
    with pytest.raises(ValueError, match="another network"):
        other.inject(cells, 1.0)
    for duration in (-1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="time from 0 on"):
            net.run(duration)
    with pytest.raises(ValueError, match="one of auto, eager, native, xla, got 'magic'"):
        net.run(1.0, engine="magic")
    net.run(1.0)
    with pytest.raises(RuntimeError, match="has begun"):
        net.connect(cells, cells, "v", weight=1.0)


def test_a_recorder_that_would_outgrow_memory_is_refused_before_the_run() -> None:
    net = neurons.Network(dt=0.1, rng=0)
    cells = net.population("cells", LIF, 1000)
    v = net.record(cells, "v")
    with pytest.raises(MemoryError, match=r"80,000.0 GB.*cells\.v\.0.*less often"):
        net.run(1e9)
    assert net.time == 0.0
    net.run(1.0)
    assert v.values.shape == (10, 1000)


def test_more_spikes_than_fit_into_memory_stop_the_run_and_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("neuropil.neurons.memory_limit._memory", lambda: 100_000)
    net = neurons.Network(dt=0.1, rng=0)
    spikes = net.record_spikes(net.poisson("noise", 100, 1000.0))
    with pytest.raises(MemoryError, match="the spikes until"):
        net.run(1000.0)
    assert 0.0 < net.time < 1000.0
    assert len(spikes.times) == pytest.approx(100 * net.time, rel=0.1)


class Bursting(neurons.Model):
    """dv/dt = v², which is infinite after a while, and then no number."""

    integrator = neurons.Euler()

    def initial(self) -> Any:
        return {"v": 1.0}

    def derivatives(self, state: Any, current: Any) -> Any:
        return {"v": state["v"] * state["v"] - state["v"] * state["v"] * state["v"] * 1e-9}


def test_nan_stops_the_run_and_keeps_the_records() -> None:
    net = neurons.Network(dt=0.1, rng=0)
    calm = net.population("calm", LIF, 2)
    cells = net.population("cells", Bursting(), 3, initial={"v": [0.0, 1.0, 0.0]})
    v, rest = net.record(cells, "v"), net.record(calm, "v")
    with pytest.raises(DivergenceError, match="v of cell 1 of cells is not a number after"):
        net.run(100.0)
    assert len(v.times) == round(net.time / 0.1) > 5
    assert np.isnan(v.values).sum() == 0
    assert len(rest.times) == len(v.times)


@pytest.fixture
def _python_handles_ctrl_c() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class PressesCtrlC(neurons.Input):
    """Once, in the step that begins after 10 ms."""

    def __init__(self) -> None:
        self.due = True

    def at(self, time: Any) -> Any:
        if self.due and time >= 10.0:
            self.due = False
            signal.raise_signal(signal.SIGINT)
        return 0.0


@pytest.mark.usefixtures("_python_handles_ctrl_c")
def test_ctrl_c_stops_between_two_steps_and_keeps_the_records() -> None:
    whole, stopped = Small(), Small()
    whole.net.run(30.0)
    stopped.net.inject(stopped.cells, PressesCtrlC())
    with pytest.raises(KeyboardInterrupt, match=r"stopped at .* of 30 ms; what was recorded"):
        stopped.net.run(30.0)
    assert 10.0 < stopped.net.time < 30.0
    assert len(stopped.v.times) == int(stopped.net.time / 0.5 + 1e-9)
    stopped.net.run(30.0 - stopped.net.time)
    assert whole.same(stopped)


def test_a_bar_is_shown_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    net = neurons.Network(rng=0)
    net.population("cells", LIF, 1)
    net.run(1.0)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    net.run(1.0)
    assert "simulating" in capsys.readouterr().err
    net.run(1.0, progress=False)
    assert capsys.readouterr().err == ""


@pytest.mark.fast
def test_xla_gives_the_same_spikes() -> None:
    eager, xla = Small(plastic=False), Small(plastic=False)
    eager.net.run(30.0, engine="eager")
    xla.net.run(10.0, engine="xla")
    xla.net.run(10.0, engine="eager")  # engines may take turns
    xla.net.run(10.0, engine="xla")
    for a, b in zip(eager.records()[:5], xla.records()[:5], strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_allclose(eager.v.values, xla.v.values, rtol=1e-10)


@pytest.mark.fast
def test_xla_tells_of_nan_like_the_eager_engine() -> None:
    def build() -> tuple[neurons.Network, neurons.Record]:
        net = neurons.Network(dt=0.1, rng=0)
        cells = net.population("cells", Bursting(), 3, initial={"v": [0.0, 1.0, 0.0]})
        return net, net.record(cells, "v")

    (one, v), (other, w) = build(), build()
    with pytest.raises(DivergenceError) as eager:
        one.run(100.0, engine="eager")
    with pytest.raises(DivergenceError) as xla:
        other.run(100.0, engine="xla")
    assert str(eager.value) == str(xla.value)
    np.testing.assert_allclose(v.values, w.values, rtol=1e-12)


@pytest.mark.fast
def test_xla_refuses_what_it_cannot_run() -> None:
    small = Small()
    with pytest.raises(EngineError, match="synapses that change, such as cells to cells"):
        small.net.run(1.0, engine="xla")
    assert small.net.time == 0.0
    small.net.run(1.0)


@pytest.mark.fast
def test_xla_delivers_in_every_way_like_the_eager_engine() -> None:
    def build() -> tuple[neurons.Network, list[Any]]:
        net = neurons.Network(dt=0.1, rng=3)
        cell = neurons.WithSynapses(LIF, {"s": neurons.Synapse(5.0, unit_area=True)})
        noise = net.poisson("noise", 30, 100.0)
        cells = net.population("cells", cell, 50)
        full, few = neurons.FixedProbability(0.5), neurons.FixedInDegree(1)
        some = neurons.Uniform(-3.0, 3.0)
        net.connect(noise[5:], cells[10:], "s", weight=some, rule=full)  # a product
        net.connect(noise, cells, "s", weight=some, rule=few)  # a sum
        net.connect(noise, cells, "v", weight=some, rule=full, delay=0.7)
        net.connect(noise, cells, "v", weight=some, rule=few, delay=0.2)
        net.connect(noise, cells, "v", weight=some, rule=few, delay=neurons.Uniform(0.0, 2.0))
        return net, [net.record(cells, name) for name in ("v", "s")]

    (one, seen), (other, likewise) = build(), build()
    one.run(11.0, engine="eager")
    other.run(11.0, engine="xla")
    for a, b in zip(seen, likewise, strict=True):
        assert np.ptp(a.values[-1]) > 0.0
        np.testing.assert_allclose(a.values, b.values, rtol=1e-11, atol=1e-11)
    memory, also = one.memory, other.memory
    assert memory is not None
    assert also is not None
    for place, way in memory.pending.items():
        np.testing.assert_allclose(also.pending[place], way, rtol=1e-12, atol=1e-14)


def test_without_jax_there_is_no_xla(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neuropil.neurons.engines.available", lambda: False)
    small = Small()
    with pytest.raises(EngineError, match="needs JAX, which is not installed"):
        small.net.run(1.0, engine="xla")
    assert available() in {True, False}


def test_a_network_is_a_kernel() -> None:
    kernel = Small().net.kernel()
    assert isinstance(kernel, Kernel)
    assert [cells.name for cells in kernel.cells] == ["cells", "noise"]
    assert [len(table.rows) - 1 for table in kernel.synapses] == [20, 30, 10]
