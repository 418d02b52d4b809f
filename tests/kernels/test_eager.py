from __future__ import annotations

from itertools import pairwise
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuropil.errors import DivergenceError
from neuropil.kernels import (
    Cells,
    Kernel,
    Memory,
    Plasticity,
    Probe,
    Recorded,
    Synapses,
    Trace,
    Transmitted,
    eager,
)
from neuropil.kernels.compressed_rows import columns, members, rows_of


def player(name: str, trains: Any) -> Cells:
    """Cells that spike in given steps: steps × cells. Their one variable adds up what arrives."""
    trains = np.asarray(trains, dtype=bool)

    def step(state: Any, time: Any) -> Any:
        return {"x": state["x"]}, trains[round(float(time))]

    return Cells(name, trains.shape[1], step, {"x": np.zeros(trains.shape[1])})


def run(kernel: Kernel, steps: int) -> tuple[Memory, Recorded]:
    memory, recorded = Memory.at_start(kernel), Recorded.of(kernel)
    eager.run(kernel, memory, recorded, steps)
    return memory, recorded


def test_every_spike_arrives_with_its_weight_after_its_delay() -> None:
    trains = np.zeros((8, 2))
    trains[0, 0] = trains[2, 1] = trains[3, 0] = 1
    sources = player("a", trains)
    targets = player("b", np.zeros((8, 3)))
    table = Synapses(
        "a", 0, "b", "x", np.array([0, 2, 3]), np.array([0, 2, 2]), np.array([1.0, 10.0, 100.0]),
        np.array([0, 1, 3]),
    )  # fmt: skip
    probe = Probe("x", "b", np.arange(3), "x")
    _, recorded = run(Kernel(1.0, [sources, targets], [table], [probe]), 8)
    expected = np.zeros((8, 3))
    for step, cell, amount in (
        (0, 0, 1.0),
        (1, 2, 10.0),
        (3, 0, 1.0),
        (4, 2, 10.0),
        (5, 2, 100.0),
    ):
        expected[step:, cell] += amount
    samples = recorded.samples_of("x")
    np.testing.assert_array_equal(samples, expected)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_delivery_is_the_sum_over_all_synapses(data: st.DataObject) -> None:
    seed = data.draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    sources, targets, steps = 4, 3, 12
    trains = rng.random((steps, sources)) < 0.4
    counts = rng.integers(0, 5, sources)
    rows = np.concatenate([[0], np.cumsum(counts)])
    total = int(rows[-1])
    reached = rng.integers(0, targets, total).astype(np.int32)
    weights = rng.integers(-5, 6, total).astype(np.float64)
    delays = rng.integers(0, 4, total).astype(np.int32)
    table = Synapses("a", 0, "b", "x", rows, reached, weights, delays, jump=2.0)
    cells = [player("a", trains), player("b", np.zeros((steps, targets)))]
    memory, _ = run(Kernel(1.0, cells, [table]), steps)
    expected, waiting = np.zeros(targets), 0.0
    for k, i in np.argwhere(trains):
        for s in range(rows[i], rows[i + 1]):
            if k + delays[s] < steps:
                expected[reached[s]] += 2.0 * weights[s]
            else:
                waiting += 2.0 * weights[s]
    np.testing.assert_array_equal(memory.states["b"]["x"], expected)
    assert sum(pending.sum() for pending in memory.pending.values()) == waiting


def test_what_reaches_a_variable_that_a_spike_resets_is_lost_in_that_step() -> None:
    def step(state: Any, time: Any) -> Any:
        spiked = np.array([True, False])
        return {"x": np.where(spiked, 0.0, state["x"]), "y": state["y"]}, spiked

    cells = Cells("a", 2, step, {"x": np.ones(2), "y": np.zeros(2)}, frozenset({"x"}))
    every = np.array([0, 2, 2]), np.array([0, 1], np.int32)
    tables = [Synapses("a", 0, "a", name, *every, 1.0) for name in ("x", "y")]
    memory, _ = run(Kernel(1.0, [cells], tables), 1)
    np.testing.assert_array_equal(memory.states["a"]["x"], [0.0, 2.0])
    np.testing.assert_array_equal(memory.states["a"]["y"], [1.0, 1.0])


def test_probes_see_what_they_look_at_and_no_more() -> None:
    trains = np.zeros((6, 3))
    trains[[0, 3, 5], [0, 2, 1]] = 1
    probes = [Probe("some", "a", np.array([1, 2])), Probe("x", "a", np.array([2]), "x", every=4)]
    _, recorded = run(Kernel(1.0, [player("a", trains)], (), probes), 6)
    steps, cells = recorded.spikes_of("some")
    assert steps.tolist() == [3, 5]
    assert cells.tolist() == [2, 1]
    samples = recorded.samples_of("x")
    assert samples is not None
    assert samples.shape == (1, 1)


def test_nan_is_named_and_records_are_kept() -> None:
    def step(state: Any, time: Any) -> Any:
        bad = np.array([0.0, 0.0, np.nan if time > 0.25 else 0.0])
        return {"v": state["v"] + 1.0, "w": bad}, np.array([True, False, False])

    cells = Cells("a", 3, step, {"v": np.zeros(3), "w": np.zeros(3)})
    probes = [Probe("spikes", "a", np.arange(3)), Probe("v", "a", np.arange(3), "v")]
    kernel = Kernel(0.1, [cells], (), probes)
    memory, recorded = Memory.at_start(kernel), Recorded.of(kernel)
    with pytest.raises(DivergenceError, match=r"w of cell 2 of a is not a number after 0\.4 ms"):
        eager.run(kernel, memory, recorded, 100)
    assert memory.step == 3
    assert recorded.spikes_of("spikes")[0].tolist() == [0, 1, 2]
    samples = recorded.samples_of("v")
    assert samples is not None
    assert samples[:, 0].tolist() == [1.0, 2.0, 3.0]


def test_infinities_are_no_reason_to_stop() -> None:
    def step(state: Any, time: Any) -> Any:
        return {"last": np.array([-np.inf, np.inf])}, np.zeros(2, bool)

    kernel = Kernel(1.0, [Cells("a", 2, step, {"last": np.zeros(2)})])
    memory, _ = run(kernel, 3)
    assert memory.step == 3


class Told(Plasticity):
    """Sends the source's trace; notes in the weight what happened, in order."""

    source_traces = MappingProxyType({"s": Trace(tau=10.0)})
    target_traces = MappingProxyType({"t": Trace(tau=20.0, rest=1.0)})

    def transmit(self, weight: Any, source: Any, target: Any) -> Transmitted:
        return Transmitted(source["s"], 2.0 * weight + target["t"])

    def learn(self, weight: Any, source: Any, target: Any) -> Any:
        return weight + 100.0 * source["s"]


def test_traces_decay_then_transmit_then_learn_then_traces_rise() -> None:
    # steps:       0  1  2
    source_train = [1, 0, 1]
    target_train = [0, 1, 1]
    cells = [
        player("a", np.array(source_train)[:, None]),
        player("b", np.array(target_train)[:, None]),
    ]
    table = Synapses("a", 0, "b", "x", np.array([0, 1]), np.array([0]), 1.0, plasticity=Told())
    kernel = Kernel(1.0, cells, [table])
    memory = Memory.at_start(kernel)
    recorded = Recorded.of(kernel)
    s, t, w, x = 0.0, 1.0, 1.0, 0.0
    for k in range(3):
        s, t = s * np.exp(-1 / 10), 1.0 + (t - 1.0) * np.exp(-1 / 20)
        if source_train[k]:
            x, w = x + s, 2.0 * w + t
        if target_train[k]:
            w += 100.0 * s
        s, t = s + source_train[k], t + target_train[k]
        eager.run(kernel, memory, recorded, 1)
        assert memory.weights[0] == pytest.approx(w, rel=1e-15)
    assert memory.traces[0].source["s"] == pytest.approx(s, rel=1e-15)
    assert memory.traces[0].target["t"] == pytest.approx(t, rel=1e-15)
    assert memory.states["b"]["x"] == pytest.approx(x, rel=1e-15)
    assert table.weights == 1.0, "the kernel stays what it was"


def test_plastic_synapses_with_a_delay_send_when_the_spike_is_fired() -> None:
    class Depression(Plasticity):
        source_traces = MappingProxyType({"x": Trace(tau=1e9, rest=1.0)})

        def transmit(self, weight: Any, source: Any, target: Any) -> Transmitted:
            return Transmitted(weight * source["x"], weight)

        def mark_sources(self, source: Any) -> Any:
            return {"x": 0.5 * source["x"]}

    train = np.array([[1], [1], [0], [0], [0]])
    cells = [player("a", train), player("b", np.zeros((5, 2)))]
    table = Synapses(
        "a", 0, "b", "x", np.array([0, 2]), np.array([0, 1]), 4.0, 2, plasticity=Depression()
    )
    probe = Probe("x", "b", np.arange(2), "x")
    _, recorded = run(Kernel(1.0, cells, [table], [probe]), 5)
    samples = recorded.samples_of("x")
    assert samples is not None
    np.testing.assert_allclose(samples[:, 0], [0, 0, 4, 6, 6], rtol=1e-8)
    np.testing.assert_array_equal(samples[:, 0], samples[:, 1])


def test_rows_and_columns_hold_the_same_synapses() -> None:
    rows = np.array([0, 2, 2, 5])
    targets = np.array([1, 3, 0, 1, 3])
    table = Synapses("a", 0, "b", "x", rows, targets, 1.0)
    starts, synapses = columns(table, 5)
    assert [synapses[a:b].tolist() for a, b in pairwise(starts)] == [
        [2],
        [0, 3],
        [],
        [1, 4],
        [],
    ]
    assert rows_of(rows, np.arange(5)).tolist() == [0, 0, 2, 2, 2]
    assert members(rows, np.array([2, 0])).tolist() == [2, 3, 4, 0, 1]
    assert members(rows, np.array([1])).size == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"source": "nobody"}, "no cells 'nobody'"),
        ({"targets": np.array([0, 3])}, "cells 0 to 2, got 3"),
        ({"targets": np.array([-1, 0])}, "got -1"),
        ({"first": 2}, "cells 0 to 1, got 2"),
        ({"variable": "y"}, "'y', which is not there"),
    ],
)
def test_a_kernel_refuses_synapses_that_lead_nowhere(change: Any, words: str) -> None:
    parts: dict[str, Any] = {
        "source": "a",
        "first": 1,
        "target": "b",
        "variable": "x",
        "rows": np.array([0, 2]),
        "targets": np.array([0, 1]),
        "weights": 1.0,
    }
    cells = [player("a", np.zeros((1, 2))), player("b", np.zeros((1, 3)))]
    Kernel(1.0, cells, [Synapses(**parts)])
    with pytest.raises(ValueError, match=words):
        Kernel(1.0, cells, [Synapses(**{**parts, **change})])


def test_a_kernel_refuses_probes_of_cells_that_are_not_there() -> None:
    with pytest.raises(ValueError, match="cells 0 to 1, got 2"):
        Kernel(1.0, [player("a", np.zeros((1, 2)))], (), [Probe("p", "a", np.array([2]))])
