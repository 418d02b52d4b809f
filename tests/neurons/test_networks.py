from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil.neurons import networks


@pytest.mark.parametrize("build", [networks.cuba, networks.cobahh])
def test_benchmarks_are_wired_as_published(build: Any) -> None:
    net = build(rng=0)
    excitatory, inhibitory = net.kernel().synapses
    assert [len(excitatory.rows) - 1, len(inhibitory.rows) - 1] == [3200, 800]
    assert inhibitory.first == 3200
    pairs = 3200 * 4000
    assert abs(len(excitatory) - 0.02 * pairs) < 5 * np.sqrt(0.0196 * pairs)
    weights = excitatory.weights, inhibitory.weights
    assert weights == ((1.62, -9.0) if build is networks.cuba else (6.0, 67.0))
    assert net.dt == 0.1


def test_where_the_benchmarks_begin() -> None:
    (cuba,) = networks.cuba(rng=0).kernel().cells
    v = np.asarray(cuba.start["v"])
    assert -60.0 <= v.min() < v.max() < -50.0
    assert v.mean() == pytest.approx(-55.0, abs=5 * 10 / np.sqrt(12 * 4000))
    (cobahh,) = networks.cobahh(rng=0).kernel().cells
    start = {name: np.asarray(x) for name, x in cobahh.start.items()}
    for name, mean, std in (("v", -65.0, 5.0), ("e", 40.0, 15.0), ("i", 200.0, 120.0)):
        assert start[name].mean() == pytest.approx(mean, abs=5 * std / np.sqrt(4000))
        assert start[name].std() == pytest.approx(std, rel=0.06)
    assert not any(start[gate].any() for gate in "mhn")


def test_the_same_seed_gives_the_same_benchmark() -> None:
    found = []
    for seed in (0, 0, 1):
        net = networks.cuba(rng=seed)
        spikes = net.record_spikes(net.populations["cells"])
        net.run(5.0)
        found.append((spikes.times, spikes.cells))
    np.testing.assert_array_equal(found[0], found[1])
    assert len(found[2][0]) != len(found[0][0]) or (found[2][1] != found[0][1]).any()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("build", "duration", "rate", "deviation"),
    # over a shorter time than `python -m benchmarks.network_rates`, and from one seed: the bounds
    # are four of the standard deviations that are known for the long runs
    [(networks.cuba, 1000.0, 5.59, 0.19), (networks.cobahh, 300.0, 36.9, 1.8)],
)
def test_benchmarks_fire_at_about_their_rate(
    build: Any, duration: float, rate: float, deviation: float
) -> None:
    net = build(rng=0)
    spikes = net.record_spikes(net.populations["cells"])
    net.run(duration)
    assert spikes.rate() == pytest.approx(rate, abs=4 * deviation)
    assert 0.4 < spikes.cv() < 3.0
    assert abs(spikes.correlation()) < 0.2
