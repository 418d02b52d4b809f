from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil.errors import EngineError
from neuropil.kernels import Probe, Recorded
from neuropil.neurons import Record, SpikeRecord
from neuropil.neurons import population_statistics as statistics


@dataclass
class Ran:
    """A network that has run for a second."""

    recorded: Recorded
    dt: float = 0.5
    time: float = field(default=1000.0)


def recorded(steps: Any, cells: Any) -> SpikeRecord:
    probe = Probe("spikes", "cells", np.arange(10, 13))
    found = Recorded({"spikes": [(np.asarray(steps), np.asarray(cells) + 10)]})
    return SpikeRecord(Ran(found), probe)


def test_rates_count_spikes() -> None:
    record = recorded([0, 9, 999, 1999], [0, 2, 2, 2])
    np.testing.assert_allclose(record.times, [0.5, 5.0, 500.0, 1000.0])
    assert record.cells.tolist() == [0, 2, 2, 2]
    assert record.counts().tolist() == [1, 0, 3]
    assert record.rates().tolist() == [1.0, 0.0, 3.0]
    assert record.rate() == pytest.approx(4 / 3)
    assert record.rates(start=500.0).tolist() == [0.0, 0.0, 2.0]
    assert record.rate_over_time(500.0).tolist() == pytest.approx([2.0, 2 / 3])
    assert repr(record) == "SpikeRecord(cells: 4 spikes of 3 cells)"
    with pytest.raises(ValueError, match="ran for longer"):
        record.rate(start=1000.0)
    with pytest.raises(ValueError, match="above 0 ms"):
        record.correlation(0.0)


def test_a_clock_is_regular_and_a_poisson_process_is_not() -> None:
    rng = np.random.default_rng(0)
    clock = np.arange(1.0, 1000.0, 10.0)
    random = np.cumsum(rng.exponential(10.0, 20_000))
    times = np.concatenate([clock, random])
    cells = np.concatenate([np.zeros(len(clock), int), np.full(len(random), 1)])
    order = np.argsort(times)
    cvs = statistics.interval_cvs(times[order], cells[order], 3)
    assert cvs[0] == pytest.approx(0.0, abs=1e-12)
    assert cvs[1] == pytest.approx(1.0, abs=0.03)
    assert np.isnan(cvs[2])
    assert np.isnan(recorded([0], [0]).cv())


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 200)), max_size=60),
    st.sampled_from([0.5, 1.0, 7.5, 30.0]),
)
def test_bins_hold_each_spike_once(spikes: list[tuple[int, int]], width: float) -> None:
    times = np.array([step * 0.5 for _, step in spikes])
    cells = np.array([cell for cell, _ in spikes], dtype=int)
    counts = statistics.counts_in_bins(times, cells, 4, 0.0, 100.0, width)
    bins = counts.shape[1]
    assert bins == int(100.0 / width)
    for k in range(bins):
        inside = (times > k * width) & (times <= (k + 1) * width)
        assert counts[:, k].tolist() == np.bincount(cells[inside], minlength=4).tolist()


def test_the_mean_correlation_is_that_of_the_pairs() -> None:
    rng = np.random.default_rng(1)
    shared = rng.poisson(3.0, 500)
    counts = np.array([rng.poisson(2.0, 500) + shared for _ in range(6)] + [np.ones(500, int)])
    matrix = statistics.correlations(counts)
    np.testing.assert_allclose(matrix[:6, :6], np.corrcoef(counts[:6]), rtol=1e-12)
    assert np.isnan(matrix[6]).all()
    pairs = matrix[:6, :6][~np.eye(6, dtype=bool)]
    assert statistics.mean_correlation(counts) == pytest.approx(pairs.mean(), rel=1e-12)
    assert pairs.mean() == pytest.approx(0.6, abs=0.1)  # 3 of 5 parts of the variance are shared
    assert np.isnan(statistics.mean_correlation(counts[6:]))


def test_samples_have_times() -> None:
    probe = Probe("v", "cells", np.array([3, 5]), "v", every=4)
    empty = Record(Ran(Recorded(samples={"v": []})), probe)
    assert empty.times.shape == (0,)
    assert empty.values.shape == (0, 2)
    parts = [np.ones((2, 2)), np.zeros((1, 2))]
    record = Record(Ran(Recorded(samples={"v": parts})), probe)
    assert record.times.tolist() == [2.0, 4.0, 6.0]
    assert record.values.tolist() == [[1, 1], [1, 1], [0, 0]]
    assert repr(record) == "Record(v of cells: 3 samples)"


def test_records_become_tables() -> None:
    pytest.importorskip("pandas")
    table = recorded([1, 3], [2, 0]).to_pandas()
    assert table["time"].tolist() == [1.0, 2.0]
    assert table["cell"].tolist() == [2, 0]
    probe = Probe("v", "cells", np.array([3, 5]), "v", every=4)
    samples = Record(Ran(Recorded(samples={"v": [np.arange(4.0).reshape(2, 2)]})), probe)
    table = samples.to_pandas()
    assert table.columns.tolist() == [3, 5]
    assert table.index.tolist() == [2.0, 4.0]
    assert table[5].tolist() == [1.0, 3.0]


def test_without_pandas_there_are_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(EngineError, match=r"needs pandas.*neuropil\[pandas\]"):
        recorded([0], [0]).to_pandas()
