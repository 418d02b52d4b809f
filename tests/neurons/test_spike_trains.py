"""Spike trains: statistics, filters, correlograms, distances, and generators of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import combinations, pairwise, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neuropil as npl
from neuropil import neurons
from neuropil.errors import DataError
from neuropil.neurons import (
    GammaProcess,
    PointProcess,
    PoissonProcess,
    RegularProcess,
    SpikeTrain,
    SpikeTrains,
    VaryingPoissonProcess,
    van_rossum,
    victor_purpura,
)

EMPTY = SpikeTrain([], stop=100.0)
UNEVEN = SpikeTrain([3.0, 10.0, 11.0, 40.0, 41.5, 90.0], stop=100.0)
Numpy = np.ndarray[Any, Any]


def trains(most: int = 8, stop: float = 50.0) -> st.SearchStrategy[SpikeTrain]:
    """Trains on a grid of 0.5 ms, so that spikes often coincide."""
    grid = st.lists(st.integers(0, int(2 * stop)), max_size=most).map(sorted)
    return grid.map(lambda steps: SpikeTrain([0.5 * step for step in steps], stop=stop))


def test_a_train_and_its_rate() -> None:
    assert len(UNEVEN) == 6
    assert UNEVEN.rate == 60.0
    assert UNEVEN.duration == 100.0
    assert UNEVEN.intervals.tolist() == [7.0, 1.0, 29.0, 1.5, 48.5]
    assert list(UNEVEN)[:2] == [3.0, 10.0]
    assert repr(UNEVEN) == "SpikeTrain(6 spikes from 0 to 100 ms)"
    assert SpikeTrain([1.0, 4.0]).stop == 4.0
    times = np.array([1.0, 2.0])
    kept = SpikeTrain(times)
    times[0] = 1.5
    assert kept.times.tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="read-only"):
        kept.times[0] = 0.0


def test_statistics_of_intervals_are_their_definitions() -> None:
    gaps = UNEVEN.intervals
    assert UNEVEN.cv == pytest.approx(np.std(gaps) / np.mean(gaps), rel=1e-14)
    pairs = list(pairwise(gaps))
    cv2 = np.mean([2.0 * abs(b - a) / (a + b) for a, b in pairs])
    lv = np.mean([3.0 * (a - b) ** 2 / (a + b) ** 2 for a, b in pairs])
    assert UNEVEN.cv2 == pytest.approx(cv2, rel=1e-14)
    assert UNEVEN.lv == pytest.approx(lv, rel=1e-14)
    clock = SpikeTrain(np.arange(5.0))
    assert (clock.cv, clock.cv2, clock.lv) == (0.0, 0.0, 0.0)
    assert SpikeTrain([1.0, 1.0, 1.0]).cv2 == 0.0


@pytest.mark.peer
def test_the_coefficient_of_variation_is_scipys() -> None:
    variation = pytest.importorskip("scipy.stats").variation
    train = GammaProcess(30.0, 2.5).train(5000.0, rng=0)
    assert train.cv == pytest.approx(variation(train.intervals), rel=1e-13)


def test_bins() -> None:
    assert UNEVEN.counts(10.0).tolist() == [1, 2, 0, 0, 2, 0, 0, 0, 0, 1]
    assert UNEVEN.counts(30.0).tolist() == [3, 2, 0]  # the last 10 ms fill no bin
    assert UNEVEN.rates(50.0).tolist() == [100.0, 20.0]
    assert UNEVEN.counts(200.0).tolist() == []
    assert SpikeTrain([0.0, 10.0], stop=10.0).counts(10.0).tolist() == [2]
    assert SpikeTrain([-5.0, 0.0], start=-5.0, stop=5.0).counts(5.0).tolist() == [1, 1]


def test_spikes_on_a_grid_fall_where_exact_arithmetic_puts_them() -> None:
    steps = np.arange(1, 10_000)
    counts = SpikeTrain(steps * 0.1, stop=1000.0).counts(0.1)
    assert counts.tolist() == [0, *([1] * 9999)]
    assert SpikeTrain([0.3], stop=0.3).counts(0.1).tolist() == [0, 0, 1]


@given(trains(), st.sampled_from([0.5, 1.0, 5.0, 50.0]))
def test_every_spike_is_in_one_bin(train: SpikeTrain, bin: float) -> None:
    assert train.counts(bin).sum() == len(train)
    if len(train):
        histogram, _ = np.histogram(train.times, np.arange(0.0, 50.0 + bin / 2, bin))
        assert train.counts(bin).tolist() == histogram.tolist()


def test_fano_factors() -> None:
    counts = UNEVEN.counts(20.0)
    assert UNEVEN.fano_factor(20.0) == pytest.approx(np.var(counts) / np.mean(counts))
    assert SpikeTrain(np.arange(0.5, 10.0)).between(0.0, 8.0).fano_factor(2.0) == 0.0
    trials = SpikeTrains.of([1.0, 2.0, 3.0, 4.0], [0, 1, 1, 1], size=2, stop=5.0)
    assert trials.fano_factor() == 0.5


def test_an_empty_train_is_handled_everywhere() -> None:
    assert (len(EMPTY), EMPTY.rate, EMPTY.intervals.size) == (0, 0.0, 0)
    unknown = [EMPTY.cv, EMPTY.cv2, EMPTY.lv, EMPTY.fano_factor(10.0), SpikeTrain([]).rate]
    assert np.isnan(unknown).all()
    assert np.isnan(
        [SpikeTrain([1.0, 2.0]).cv, SpikeTrain([1.0]).cv2, EMPTY.fano_factor(200.0)]
    ).all()
    assert EMPTY.counts(50.0).tolist() == [0, 0]
    assert SpikeTrain([]).counts(1.0).tolist() == []
    synapse, times = neurons.Synapse(5.0), np.array([1.0, 2.0])
    for values in (
        EMPTY.filtered(synapse.kernel, times),
        neurons.recursive_update(EMPTY, synapse, times),
        neurons.convolution(EMPTY, synapse.kernel, 100.0),
    ):
        assert values.tolist() == [0.0, 0.0]
    assert len(EMPTY.shifted(5.0)) == len(EMPTY.between(5.0, 6.0)) == len(EMPTY.merged(EMPTY)) == 0
    assert EMPTY.merged(UNEVEN).times.tolist() == UNEVEN.times.tolist()
    assert van_rossum(EMPTY, EMPTY, tau=1.0) == victor_purpura(EMPTY, EMPTY, cost=1.0) == 0.0
    assert victor_purpura(EMPTY, UNEVEN, cost=1.0) == victor_purpura(UNEVEN, EMPTY, cost=1.0) == 6.0
    for pair in ((EMPTY, EMPTY), (EMPTY, UNEVEN), (UNEVEN, EMPTY)):
        assert neurons.cross_correlogram(*pair, bin=1.0, reach=2.0).counts.tolist() == [0] * 5
    both = SpikeTrains([EMPTY, UNEVEN])
    assert both.rates.tolist() == [0.0, 60.0]
    assert np.isnan(both.correlations(10.0)).tolist() == [[True, True], [True, False]]
    assert np.isnan(both.correlations(500.0)).all()
    assert both.merged().times.tolist() == UNEVEN.times.tolist()
    assert SpikeTrains.of([], [], size=3, stop=1.0).counts(1.0).tolist() == [[0], [0], [0]]


@pytest.mark.parametrize(
    ("times", "span", "message"),
    [
        ([2.0, 1.0], (0.0, 5.0), "2.0 before 1.0 ms at place 0: sort them"),
        ([1.0, float("nan")], (0.0, 5.0), "finite numbers, got nan at place 1"),
        ([1.0, float("inf")], (0.0, 5.0), "finite numbers, got inf"),
        ([1.0, 7.0], (0.0, 5.0), "between start and stop"),
        ([-1.0], (0.0, 5.0), "between start and stop"),
        ([[1.0]], (0.0, 5.0), "one row of numbers, got shape"),
        ([], (5.0, 0.0), "a stop after it, got 5.0 to 0.0"),
        ([], (0.0, float("nan")), "a stop after it"),
    ],
)
def test_trains_that_are_refused(times: Any, span: tuple[float, float], message: str) -> None:
    with pytest.raises(DataError, match=message):
        SpikeTrain(times, *span)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SpikeTrains([]), "at least one train"),
        (lambda: SpikeTrains([EMPTY, EMPTY.shifted(1.0)]), "during the same time"),
        (lambda: EMPTY.merged(EMPTY.shifted(1.0)), "during the same time"),
        (lambda: EMPTY.between(50.0, 101.0), "lies within it"),
        (lambda: EMPTY.between(50.0, 40.0), "lies within it"),
        (lambda: SpikeTrains.of([1.0], [2], size=2), "from 0 to 1, got 2 to 2"),
        (lambda: SpikeTrains.of([1.0], [0, 1], size=2), "each time has its cell"),
        (lambda: UNEVEN.counts(0.0), "above 0 ms"),
        (lambda: van_rossum(EMPTY, EMPTY, tau=0.0), "tau > 0 ms"),
        (lambda: victor_purpura(EMPTY, EMPTY, cost=-1.0), "at least 0 per ms"),
        (lambda: neurons.autocorrelogram(EMPTY, bin=0.0, reach=1.0), "bin > 0"),
        (lambda: PoissonProcess(-1.0), "at least 0"),
        (lambda: PoissonProcess(float("nan")), "at least 0"),
        (lambda: GammaProcess(5.0, 0.0), "shape of a gamma distribution"),
        (lambda: GammaProcess(0.0, 1.0), "a number above 0"),
        (lambda: RegularProcess(5.0, 1.0), "from 0 until before 1"),
        (lambda: PoissonProcess(5.0).train(-1.0), "a stop after it"),
        (lambda: PoissonProcess(5.0).train(float("inf")), "a stop after it"),
        (lambda: VaryingPoissonProcess(lambda t: t, 10.0).train(1e4, rng=0), "raise `highest`"),
        (lambda: VaryingPoissonProcess(lambda t: -t, 10.0).train(1e4, rng=0), "raise `highest`"),
        (
            lambda: neurons.convolution(SpikeTrain([0.25]), neurons.Synapse(1.0).kernel, 0.1),
            "on the grid of steps of 0.1 ms, got one at 0.25 ms",
        ),
    ],
)
def test_what_else_is_refused(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_shifting_cutting_and_merging() -> None:
    later = UNEVEN.shifted(-50.0)
    assert (later.start, later.stop, later.times[0]) == (-50.0, 50.0, -47.0)
    parts = [UNEVEN.between(0.0, 10.0), UNEVEN.between(10.0, 90.0), UNEVEN.between(90.0, 100.0)]
    assert [len(part) for part in parts] == [1, 4, 1]
    assert np.concatenate([part.times for part in parts]).tolist() == UNEVEN.times.tolist()
    assert len(SpikeTrain([5.0]).between(0.0, 5.0)) == 1
    merged = UNEVEN.merged(SpikeTrain([3.0, 5.0], stop=100.0), EMPTY)
    assert merged.times.tolist() == [3.0, 3.0, 5.0, 10.0, 11.0, 40.0, 41.5, 90.0]


SYNAPSES: list[neurons.Cascade] = [
    *(neurons.Synapse(7.0, n, unit_area=True) for n in range(4)),
    neurons.RiseAndDecay(2.0, 9.0),
    neurons.RiseAndDecay(5.0, 5.0, unit_peak=True),
    neurons.nmda_like(order=2),
]


@pytest.mark.parametrize("synapse", SYNAPSES)
def test_a_filter_in_three_ways(synapse: neurons.Cascade) -> None:
    """Convolution, sum and recursion differ by roundings of the 150 terms and factors."""
    steps = np.sort(np.random.default_rng(0).integers(0, 4000, 150))
    train = SpikeTrain(steps * 0.125, stop=500.0)  # a grid without roundings
    grid = np.arange(4001) * 0.125
    added = train.filtered(synapse.kernel, grid)
    recursive = neurons.recursive_update(train, synapse, grid)
    convolved = neurons.convolution(train, synapse.kernel, 0.125)
    scale = added.max()
    np.testing.assert_allclose(convolved, added, rtol=0, atol=1e-14 * scale)
    np.testing.assert_allclose(recursive, added, rtol=0, atol=1e-14 * scale)
    np.testing.assert_allclose(synapse.psc(grid, train.times), added, rtol=0, atol=1e-14 * scale)


def test_the_recursion_takes_times_in_any_order() -> None:
    synapse, times = neurons.ampa(), np.array([50.0, 3.0, 0.0, 3.0, 95.0])
    ours = neurons.recursive_update(UNEVEN, synapse, times)
    np.testing.assert_allclose(ours, UNEVEN.filtered(synapse.kernel, times), rtol=1e-12, atol=1e-15)


def test_any_kernel_filters_and_long_trains_go_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    times = np.linspace(0.0, 100.0, 11)

    def box(t: Numpy) -> Numpy:
        return np.where((t >= -5.0) & (t < 5.0), 0.1, 0.0)

    whole = UNEVEN.filtered(box, times)
    assert whole[1] == pytest.approx(0.2)
    monkeypatch.setattr("neuropil.neurons.spike_train._AT_ONCE", 22)
    np.testing.assert_allclose(UNEVEN.filtered(box, times), whole, rtol=1e-15)
    both = SpikeTrains([UNEVEN, EMPTY]).filtered(box, times)
    np.testing.assert_array_equal(both, [UNEVEN.filtered(box, times), np.zeros(11)])


@given(trains(), trains())
def test_a_cross_correlogram_counts_pairs(first: SpikeTrain, second: SpikeTrain) -> None:
    lags, counts = neurons.cross_correlogram(first, second, bin=2.0, reach=10.0)
    assert lags.tolist() == [-10.0, -8.0, -6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 6.0, 8.0, 10.0]
    apart = [b - a for a in first for b in second]
    slow = [sum(lag - 1.0 <= d < lag + 1.0 for d in apart) for lag in lags]
    assert counts.tolist() == slow
    itself = neurons.autocorrelogram(first, bin=1.0, reach=50.0)
    assert itself.counts.sum() == sum(abs(a - b) < 50.5 for a, b in permutations(first, 2))


def test_a_train_that_follows_has_its_peak_at_the_lag() -> None:
    first = PoissonProcess(20.0).train(20_000.0, rng=1)
    lags, counts = neurons.cross_correlogram(
        first, SpikeTrain(first.times + 7.0), bin=1.0, reach=20.0
    )
    assert lags[counts.argmax()] == 7.0
    assert counts.max() >= len(first)


def rossum_by_definition(a: SpikeTrain, b: SpikeTrain, tau: float) -> float:
    """√(½ΣΣe^(−|tᵢ−tⱼ|/τ) + ½ΣΣe^(−|uᵢ−uⱼ|/τ) − ΣΣe^(−|tᵢ−uⱼ|/τ))."""

    def overlap(x: SpikeTrain, y: SpikeTrain) -> float:
        return float(np.exp(-np.abs(x.times[:, None] - y.times) / tau).sum())

    squared = 0.5 * overlap(a, a) + 0.5 * overlap(b, b) - overlap(a, b)
    return float(np.sqrt(max(squared, 0.0)))


@given(trains(), trains(), st.sampled_from([0.1, 5.0, 1e4]))
def test_van_rossums_distance(a: SpikeTrain, b: SpikeTrain, tau: float) -> None:
    distance = van_rossum(a, b, tau=tau)
    assert distance == pytest.approx(rossum_by_definition(a, b, tau), rel=1e-7, abs=1e-6)
    assert distance == pytest.approx(van_rossum(b, a, tau=tau), rel=1e-12, abs=1e-12)
    assert van_rossum(a, a, tau=tau) == 0.0


def test_van_rossums_distance_is_an_integral() -> None:
    other, tau = SpikeTrain([4.0, 10.0, 60.0], stop=100.0), 8.0
    t = np.linspace(0.0, 300.0, 600_001) + 2.5e-4  # midpoints
    kernel = neurons.Synapse(tau).kernel
    squares = (UNEVEN.filtered(kernel, t) - other.filtered(kernel, t)) ** 2
    integral = squares.sum() * 5e-4 / tau
    assert van_rossum(UNEVEN, other, tau=tau) == pytest.approx(np.sqrt(integral), rel=1e-4)


def purpura_by_definition(a: SpikeTrain, b: SpikeTrain, cost: float) -> float:
    """The cheapest of all ways to pair some spikes of one with as many of the other."""
    best = float(len(a) + len(b))
    for count in range(1, min(len(a), len(b)) + 1):
        for some, others in (
            (x, y) for x in combinations(a, count) for y in combinations(b, count)
        ):
            moved = sum(cost * abs(t - u) for t, u in zip(some, others, strict=True))
            best = min(best, len(a) + len(b) - 2 * count + moved)
    return best


@given(trains(5), trains(5), st.sampled_from([0.0, 0.1, 0.7, 50.0]))
def test_victor_and_purpuras_distance(a: SpikeTrain, b: SpikeTrain, cost: float) -> None:
    distance = victor_purpura(a, b, cost=cost)
    assert distance == pytest.approx(purpura_by_definition(a, b, cost), rel=1e-12, abs=1e-12)


def test_limits_of_victor_and_purpuras_distance() -> None:
    first, second = (PoissonProcess(50.0).train(2000.0, rng=seed) for seed in (0, 1))
    assert victor_purpura(first, second, cost=0.0) == abs(len(first) - len(second))
    assert victor_purpura(first, second, cost=1e9) == len(first) + len(second)
    assert victor_purpura(first, first, cost=1.0) == 0.0


def test_all_distances_of_many_trains() -> None:
    several = PoissonProcess(30.0).trains(4, 500.0, rng=0)
    apart = neurons.distances(several, partial(van_rossum, tau=10.0))
    assert apart.shape == (4, 4)
    np.testing.assert_array_equal(apart, apart.T)
    assert apart[1, 2] == van_rossum(several[1], several[2], tau=10.0)
    assert np.diag(apart).tolist() == [0.0] * 4


def test_many_trains() -> None:
    many = SpikeTrains.of([5.0, 1.0, 2.0, 9.0], [2, 0, 2, 2], size=4, start=1.0, stop=10.0)
    assert [train.times.tolist() for train in many] == [[1.0], [], [2.0, 5.0, 9.0], []]
    assert (len(many), len(many[1:3]), len(many[2]), many.start, many.stop) == (4, 2, 3, 1.0, 10.0)
    assert repr(many) == "SpikeTrains(4 trains, 4 spikes from 1 to 10 ms)"
    assert many.counts(3.0).tolist() == [[1, 0, 0], [0, 0, 0], [1, 1, 1], [0, 0, 0]]
    assert many.merged().times.tolist() == [1.0, 2.0, 5.0, 9.0]
    assert many.shifted(1.0)[2].times.tolist() == [3.0, 6.0, 10.0]
    assert many.between(2.0, 9.0)[2].times.tolist() == [2.0, 5.0]
    assert many.cvs[2] == pytest.approx(1.0 / 7.0)
    assert np.isnan(many.cvs[[0, 1, 3]]).all()


def test_correlations_are_numpys() -> None:
    many = PoissonProcess(40.0).trains(5, 1000.0, rng=3)
    np.testing.assert_allclose(
        many.correlations(20.0), np.corrcoef(many.counts(20.0)), rtol=1e-12, atol=1e-14
    )


def test_a_table_of_spikes() -> None:
    pytest.importorskip("pandas")
    table = SpikeTrains.of([5.0, 1.0, 2.0], [1, 0, 1], size=3, stop=10.0).to_pandas()
    assert table["time"].tolist() == [1.0, 2.0, 5.0]
    assert table["cell"].tolist() == [0, 1, 1]


RATE = 40.0
PROCESSES: dict[str, tuple[PointProcess, float]] = {  # with the coefficient of variation
    "poisson": (PoissonProcess(RATE), 1.0),
    "irregular gamma": (GammaProcess(RATE, 0.5), np.sqrt(2.0)),
    "gamma": (GammaProcess(RATE, 9.0), 1.0 / 3.0),
    "regular": (RegularProcess(RATE), 0.0),
}
each_process = pytest.mark.parametrize(("process", "cv"), PROCESSES.values(), ids=list(PROCESSES))


@each_process
def test_processes_have_their_rate_and_regularity(process: PointProcess, cv: float) -> None:
    """Each within 5 standard errors; intervals of n spikes give the CV to about √(2/n) here."""
    train = process.train(200_000.0, rng=0)
    error = max(cv, 0.01) / np.sqrt(RATE * 200.0)
    assert train.rate == pytest.approx(RATE, rel=5.0 * error)
    assert train.cv == pytest.approx(cv, abs=5.0 * error * np.sqrt(1.0 + cv**2) + 1e-9)
    again = process.train(200_000.0, rng=0)
    np.testing.assert_array_equal(again.times, train.times)
    assert process.train(200_000.0, rng=1).times[0] != train.times[0]


@each_process
def test_processes_begin_in_equilibrium(process: PointProcess, cv: float) -> None:
    """The rate is the same in the first milliseconds as later, and a start only shifts."""
    trials = process.trains(3000, 20.0, rng=2)
    starts = trials.counts(5.0).mean(axis=0) * 200.0
    np.testing.assert_allclose(starts, RATE, atol=5.0 * np.sqrt(RATE * 200.0 / 3000.0) * 1.5)
    shifted = process.train(30.0, start=-70.0, rng=4)
    from_0 = process.train(100.0, rng=4)
    np.testing.assert_allclose(shifted.times, from_0.times - 70.0, rtol=0, atol=1e-12)


@pytest.mark.peer
def test_intervals_have_the_distributions_of_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    for shape in (0.5, 1.0, 3.7):
        gaps = GammaProcess(RATE, shape).train(100_000.0, rng=5).intervals
        fit = stats.kstest(gaps, stats.gamma(shape, scale=25.0 / shape).cdf)
        assert fit.pvalue > 1e-3
    gaps = PoissonProcess(RATE).train(100_000.0, rng=5).intervals
    assert stats.kstest(gaps, stats.expon(scale=25.0).cdf).pvalue > 1e-3


def test_a_varying_rate_is_followed() -> None:
    def rate(t: Numpy) -> Numpy:
        return 30.0 + 20.0 * np.sin(2.0 * np.pi * t / 200.0)

    trials = VaryingPoissonProcess(rate, highest=50.0).trains(2000, 200.0, rng=0)
    measured = trials.counts(10.0).mean(axis=0) * 100.0
    middles = 5.0 + 10.0 * np.arange(20)
    errors = np.sqrt(rate(middles) * 100.0 / 2000.0)
    np.testing.assert_allclose((measured - rate(middles)) / errors, 0.0, atol=4.5)
    assert len(VaryingPoissonProcess(lambda _: 0.0, 10.0).train(1000.0, rng=0)) == 0
    assert len(PoissonProcess(0.0).train(1000.0)) == 0


def test_a_regular_train_with_a_phase() -> None:
    assert RegularProcess(100.0, phase=0.0).train(30.0).times.tolist() == [0.0, 10.0, 20.0]
    assert len(RegularProcess(1.0, phase=0.5).train(100.0)) == 0


def test_trains_go_on_from_one_generator() -> None:
    rng = npl.Generator(7)
    first, second = PoissonProcess(RATE).trains(2, 1000.0, rng=rng)
    assert first.times[0] != second.times[0]
    again = PoissonProcess(RATE).trains(2, 1000.0, rng=7)
    assert again[1].times.tolist() == second.times.tolist()
