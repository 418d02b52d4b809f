from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neuropil as npl
from neuropil.errors import DataError
from neuropil.neurons import AllToAll, Explicit, FixedInDegree, FixedProbability, OneToOne
from neuropil.neurons import wiring as module

RULES = [
    AllToAll(),
    FixedProbability(0.0),
    FixedProbability(0.3),
    FixedProbability(1.0),
    FixedInDegree(0),
    FixedInDegree(2),
    FixedInDegree(4),
    FixedInDegree(3, twice=True),
]
ONCE = [rule for rule in RULES if not (isinstance(rule, FixedInDegree) and rule.twice)]


def pairs(found: module.Rows) -> list[tuple[int, int]]:
    sources = np.repeat(np.arange(len(found.rows) - 1), np.diff(found.rows))
    return list(zip(sources.tolist(), found.targets.tolist(), strict=True))


@settings(max_examples=60, deadline=None)
@given(
    rule=st.sampled_from(RULES),
    sources=st.integers(4, 30),
    targets=st.integers(1, 30),
    seed=st.integers(0, 100),
)
def test_rows_are_complete_and_sorted(rule: Any, sources: int, targets: int, seed: int) -> None:
    found = rule.rows(sources, targets, npl.Generator(seed))
    assert len(found.rows) == sources + 1
    assert found.rows[0] == 0
    assert found.rows[-1] == len(found.targets)
    assert (np.diff(found.rows) >= 0).all()
    assert found.targets.dtype == np.int32
    assert all(0 <= target < targets for _, target in pairs(found))
    assert pairs(found) == sorted(pairs(found))
    if rule in ONCE:
        assert len(set(pairs(found))) == len(found.targets)


@pytest.mark.parametrize("rule", RULES)
def test_a_seed_gives_the_same_network_every_time(rule: Any) -> None:
    first, again, other = (rule.rows(50, 40, npl.Generator(seed)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.rows, again.rows)
    np.testing.assert_array_equal(first.targets, again.targets)
    if rule in RULES[2:3] + RULES[5:]:
        assert pairs(first) != pairs(other)


def test_all_to_all_and_one_to_one() -> None:
    rng = npl.Generator(0)
    assert pairs(AllToAll().rows(2, 2, rng)) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert pairs(OneToOne().rows(3, 3, rng)) == [(0, 0), (1, 1), (2, 2)]
    with pytest.raises(ValueError, match="3 and 4: take slices"):
        OneToOne().rows(3, 4, rng)


def test_the_number_of_pairs_is_binomial() -> None:
    n, p = 400, 0.02
    counts = [len(FixedProbability(p).rows(n, n, npl.Generator(s)).targets) for s in range(40)]
    z = (np.array(counts) - n * n * p) / np.sqrt(n * n * p * (1 - p))
    assert np.abs(z).max() < 4.5  # 3 in a million of a standard normal, for each of 40
    assert abs(z.mean()) < 4.5 / np.sqrt(40)
    assert 0.5 < z.std() < 1.6


def test_every_pair_is_as_likely_as_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAIRS_AT_ONCE", 7)  # many portions, whose seams do not show
    rng, times, p = npl.Generator(1), 3000, 0.3
    wins = np.zeros((4, 5))
    for _ in range(times):
        for pair in pairs(FixedProbability(p).rows(4, 5, rng)):
            wins[pair] += 1
    z = (wins - times * p) / np.sqrt(times * p * (1 - p))
    assert np.abs(z).max() < 5.0


def test_a_probability_may_be_so_small_that_nothing_is_connected() -> None:
    assert len(FixedProbability(1e-300).rows(1000, 1000, npl.Generator(0)).targets) == 0


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan")])
def test_a_probability_is_one(probability: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        FixedProbability(probability)


@pytest.mark.parametrize(("degree", "twice"), [(0, False), (3, False), (9, False), (20, True)])
def test_every_target_has_its_in_degree(degree: int, twice: bool) -> None:
    found = FixedInDegree(degree, twice=twice).rows(10, 200, npl.Generator(0))
    assert (np.bincount(found.targets, minlength=200) == degree).all()
    out = np.diff(found.rows)
    share = degree / 10
    deviation = np.sqrt(200 * (share * 0.9 if twice else share * (1 - share)))
    assert (np.abs(out - 200 * share) <= 5.0 * deviation).all()


@pytest.mark.parametrize("degree", [2, 4])  # drawn, or left out
def test_every_set_of_sources_is_as_likely_as_any_other(degree: int) -> None:
    found = FixedInDegree(degree).rows(5, 20_000, npl.Generator(2))
    sets: dict[int, int] = {}
    codes = np.zeros(20_000, np.int64)
    for source, target in pairs(found):
        codes[target] |= 1 << source
    for code in codes.tolist():
        sets[code] = sets.get(code, 0) + 1
    count = {2: 10, 4: 5}[degree]
    assert len(sets) == count
    p = 1 / count
    z = (np.array(list(sets.values())) - 20_000 * p) / np.sqrt(20_000 * p * (1 - p))
    assert np.abs(z).max() < 4.5


def test_an_in_degree_needs_as_many_sources() -> None:
    with pytest.raises(ValueError, match="needs as many sources, got 3"):
        FixedInDegree(4).rows(3, 5, npl.Generator(0))
    with pytest.raises(ValueError, match="at least 0"):
        FixedInDegree(-1)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), max_size=30))
def test_explicit_pairs_are_all_there(listed: list[tuple[int, int]]) -> None:
    sources, targets = [a for a, _ in listed], [b for _, b in listed]
    found = Explicit(sources, targets).rows(5, 7, npl.Generator(0))
    assert pairs(found) == sorted(listed)
    assert found.order is not None
    assert [listed[k] for k in found.order] == pairs(found)


@pytest.mark.parametrize(
    ("sources", "targets", "words"),
    [
        ([0, 5], [0, 0], "pair 1 has the source 5, but there are 5 sources"),
        ([0, -1], [0, 0], "pair 1 has the source -1"),
        ([0, 0, 0], [6, 7, 8], r"pair 1 has the target 7, .* \(2 of 3 pairs are outside\)"),
    ],
)
def test_pairs_that_are_not_there_are_named(sources: Any, targets: Any, words: str) -> None:
    with pytest.raises(DataError, match=words):
        Explicit(sources, targets).rows(5, 7, npl.Generator(0))


@pytest.mark.parametrize(
    ("sources", "targets"), [([0, 1], [0]), ([[0]], [[0]]), ([0.5], [1.0]), ([True], [False])]
)
def test_pairs_are_two_lists_of_integers(sources: Any, targets: Any) -> None:
    with pytest.raises(DataError, match="two lists of integers"):
        Explicit(sources, targets)
