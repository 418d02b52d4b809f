"""Distributions at fixed seeds: every threshold is a quantile that a right formula exceeds
less than once in 10⁶ times."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from neuropil.random import Generator

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

N = 200_000
SIGMAS = 5.0
FLOATS = [np.float32, np.float64]


def chi_square(counts: Array, expected: Array) -> float:
    """Pearson's statistic in standard deviations from its mean (normal for many cells)."""
    freedom = len(counts) - 1
    return float((((counts - expected) ** 2 / expected).sum() - freedom) / math.sqrt(2 * freedom))


@pytest.mark.parametrize("dtype", FLOATS)
def test_uniform_is_uniform(dtype: type[Any]) -> None:
    u = Generator(1).uniform(N, dtype=dtype)
    assert u.dtype == dtype
    assert u.min() >= 0.0
    assert u.max() < 1.0
    counts = np.bincount((u * 256).astype(int), minlength=256)
    assert abs(chi_square(counts, np.full(256, N / 256))) < SIGMAS


@pytest.mark.parametrize(("dtype", "digits"), [(np.float32, 24), (np.float64, 53)])
def test_the_last_digit_of_uniform_is_used_and_the_next_is_not(
    dtype: type[Any], digits: int
) -> None:
    u = Generator(2).uniform(4000, dtype=dtype)
    scaled = u.astype(np.float64) * 2.0**digits
    assert np.array_equal(scaled, np.floor(scaled))
    odd = np.count_nonzero(scaled % 2)
    assert abs(odd - 2000) < SIGMAS * math.sqrt(1000)


@pytest.mark.parametrize("dtype", FLOATS)
def test_uniform_is_what_numpy_makes_of_the_same_words(dtype: type[Any]) -> None:
    rng = Generator(20)
    rng.uniform(1)  # NumPy's counter stands at the block used last, ours at the next
    numpy = np.random.Generator(np.random.Philox(key=rng.key.value, counter=0))
    assert np.array_equal(rng.uniform(1001, dtype=dtype), numpy.random(1001, dtype=dtype))


@pytest.mark.parametrize("dtype", FLOATS)
def test_successive_numbers_of_a_draw_are_independent(dtype: type[Any]) -> None:
    u = Generator(3).uniform((N, 2), dtype=dtype)
    cells = (u * 16).astype(int) @ [16, 1]
    counts = np.bincount(cells, minlength=256)
    assert abs(chi_square(counts, np.full(256, N / 256))) < SIGMAS


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(("low", "high"), [(-3.0, 5.0), (1.0, 2.0), (100.0, 100.0001)])
def test_uniform_stays_in_the_half_open_interval(dtype: type[Any], low: float, high: float) -> None:
    u = Generator(4).uniform(N, low, high, dtype)
    assert u.dtype == dtype
    assert u.min() >= dtype(low)
    assert u.max() < dtype(high)
    error = (high - low) * SIGMAS / math.sqrt(12 * N)
    assert u.astype(np.float64).mean() == pytest.approx((low + high) / 2, abs=error + 4e-6)


@pytest.mark.parametrize("dtype", FLOATS)
def test_normal_has_the_moments_of_a_normal(dtype: type[Any]) -> None:
    z = Generator(5).normal(N, dtype=dtype)
    assert z.dtype == dtype
    moments = {1: 0.0, 2: 1.0, 3: 0.0, 4: 3.0}
    variances = {1: 1.0, 2: 2.0, 3: 15.0, 4: 96.0}  # of x, x², x³, x⁴
    for power, moment in moments.items():
        error = SIGMAS * math.sqrt(variances[power] / N)
        assert (z.astype(np.float64) ** power).mean() == pytest.approx(moment, abs=error)


@pytest.mark.parametrize("dtype", FLOATS)
def test_normal_has_the_distribution_function_of_a_normal(dtype: type[Any]) -> None:
    z = np.sort(Generator(6).normal(N, dtype=dtype).astype(np.float64))
    cdf = 0.5 * (1.0 + np.array([math.erf(x / math.sqrt(2.0)) for x in z]))
    kolmogorov = np.abs(cdf - (np.arange(N) + 0.5) / N).max()
    assert kolmogorov < 2.7 / math.sqrt(N)  # P = 2 exp(−2·2.7²) ≈ 1e-6


def test_the_two_normals_of_a_pair_are_independent() -> None:
    z = Generator(7).normal((2, N), dtype=np.float64)  # row 0 cosines, row 1 sines
    assert abs((z[0] * z[1]).mean()) < SIGMAS / math.sqrt(N)
    assert abs((z[0] ** 2 * z[1] ** 2).mean() - 1.0) < SIGMAS * math.sqrt(8.0 / N)


def test_normal_takes_mean_and_standard_deviation() -> None:
    standard = Generator(8).normal(1000)
    shifted = Generator(8).normal(1000, mean=-2.0, std=3.0)
    assert np.array_equal(shifted, np.float32(-2.0) + np.float32(3.0) * standard)
    assert (Generator(8).normal(5, mean=1.5, std=0.0) == 1.5).all()


@pytest.mark.parametrize("draw", ["uniform", "normal", "exponential"])
def test_numpy_scalars_as_parameters_do_not_widen_the_result(draw: str) -> None:
    parameters = {"uniform": {"low": np.float64(-1)}, "normal": {"std": np.float64(2)}}
    scale = {"scale": np.float64(2)}
    assert getattr(Generator(0), draw)(3, **parameters.get(draw, scale)).dtype == np.float32


def test_exponential_has_the_right_mean_variance_and_tail() -> None:
    x = Generator(9).exponential(N, scale=3.0, dtype=np.float64)
    assert x.min() >= 0.0
    assert x.mean() == pytest.approx(3.0, abs=SIGMAS * 3.0 / math.sqrt(N))
    late = np.count_nonzero(x > 6.0) / N
    assert late == pytest.approx(math.exp(-2.0), abs=SIGMAS * 0.34 / math.sqrt(N))


@pytest.mark.parametrize("p", [0.0, 1e-4, 0.3, 0.5, 1.0])
def test_bernoulli_is_true_with_probability_p(p: float) -> None:
    hits = Generator(10).bernoulli(p, (N,))
    assert hits.dtype == np.bool_
    assert abs(np.count_nonzero(hits) - p * N) <= SIGMAS * math.sqrt(N * p * (1 - p))


@pytest.mark.parametrize(("low", "high"), [(0, 10), (-3, 4), (5, 6), (0, 1000)])
def test_integers_are_equally_likely(low: int, high: int) -> None:
    x = Generator(11).integers(low, high, N)
    assert x.dtype == np.int64
    counts = np.bincount(x - low, minlength=high - low)
    assert len(counts) == high - low
    if high - low > 1:
        assert abs(chi_square(counts, np.full(high - low, N / (high - low)))) < SIGMAS


@pytest.mark.parametrize(("low", "high"), [(0, 2**63), (-(2**63), 0), (-(2**62), 2**62)])
def test_integers_reach_to_the_ends_of_int64(low: int, high: int) -> None:
    x = Generator(12).integers(low, high, 10_000)
    assert abs(np.count_nonzero(x >= (low + high) // 2) - 5000) < SIGMAS * 50


@pytest.mark.parametrize("n", [0, 1, 2, 7, 1000])
def test_a_permutation_holds_every_index_once(n: int) -> None:
    order = Generator(13).permutation(n)
    assert order.dtype == np.int64
    assert sorted(order.tolist()) == list(range(n))


def test_every_permutation_is_as_likely() -> None:
    rng = Generator(14)
    draws = 12_000
    codes = [int(rng.permutation(4) @ [64, 16, 4, 1]) for _ in range(draws)]
    _, counts = np.unique(codes, return_counts=True)
    assert len(counts) == 24
    assert abs(chi_square(counts, np.full(24, draws / 24))) < SIGMAS


def test_choice_follows_its_probabilities() -> None:
    p = np.array([0.5, 0.0, 0.2, 0.3])
    x = Generator(15).choice(4, N, p=p)
    counts = np.bincount(x, minlength=4)
    assert counts[1] == 0
    assert abs(chi_square(counts[p > 0], p[p > 0] * N)) < SIGMAS


def test_choice_takes_entries_along_the_first_axis() -> None:
    options = np.array([[1, 2], [3, 4], [5, 6]])
    taken = Generator(16).choice(options, (2, 5))
    assert taken.shape == (2, 5, 2)
    assert {tuple(row) for row in taken.reshape(-1, 2).tolist()} <= {(1, 2), (3, 4), (5, 6)}
    assert sorted(Generator(17).choice(6, 6, replace=False).tolist()) == list(range(6))
