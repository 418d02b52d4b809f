"""Random splits: disjoint, complete, of the size asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil.data import ArrayDataset, random_split
from neuropil.errors import DataError
from neuropil.random import Generator


def numbers(size: int) -> ArrayDataset:
    return ArrayDataset(np.arange(size), np.arange(size))


@given(st.lists(st.integers(0, 20), min_size=1, max_size=5), st.integers(0, 9))
def test_lengths_give_disjoint_and_complete_parts(lengths: list[int], seed: int) -> None:
    size = sum(lengths)
    parts = random_split(numbers(size), lengths, rng=seed)
    assert [len(part) for part in parts] == lengths
    together = [index for part in parts for index in part.indices.tolist()]
    assert sorted(together) == list(range(size))
    again = random_split(numbers(size), lengths, rng=Generator(seed))
    assert together == [index for part in again for index in part.indices.tolist()]


@given(st.integers(0, 200), st.lists(st.integers(1, 100), min_size=1, max_size=6))
def test_fractions_are_met_to_within_one_sample(size: int, shares: list[int]) -> None:
    fractions = [share / sum(shares) for share in shares]
    parts = random_split(numbers(size), fractions, rng=0)
    together = [index for part in parts for index in part.indices.tolist()]
    assert sorted(together) == list(range(size))
    for part, fraction in zip(parts, fractions, strict=True):
        assert abs(len(part) - fraction * size) <= 1.0 + 1e-9


def test_fractions_that_divide_the_size_are_met_exactly() -> None:
    assert [len(part) for part in random_split(numbers(100), [0.29, 0.57, 0.14])] == [29, 57, 14]


def test_a_split_is_random() -> None:
    first, second = (random_split(numbers(100), [50, 50], rng=seed)[0] for seed in (0, 1))
    common = len(set(first.indices.tolist()) & set(second.indices.tolist()))
    assert abs(common - 25) < 5 * np.sqrt(100 / 16)


@pytest.mark.parametrize(
    ("lengths", "match"),
    [
        ([5, 4], "sum 10, .* got .* of sum 9: give fractions"),
        ([11, -1], "lengths >= 0"),
        ([0.5, 0.4], "fractions of sum 1, got .* of sum 0.9"),
        ([1.5, -0.5], "lengths >= 0"),
        ([float("nan"), 1.0], "lengths >= 0"),
        ([], "list of lengths or of fractions"),
        (0.5, "list of lengths or of fractions"),
    ],
)
def test_lengths_that_do_not_add_up_are_refused(lengths: Any, match: str) -> None:
    with pytest.raises(DataError, match=match):
        random_split(numbers(10), lengths)


@given(
    counts=st.lists(st.integers(0, 30), min_size=1, max_size=5),
    share=st.integers(0, 10),
    seed=st.integers(0, 9),
)
def test_stratified_parts_hold_each_class_in_proportion(
    counts: list[int], share: int, seed: int
) -> None:
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    fractions = [share / 10, 1 - share / 10]
    parts = random_split(numbers(len(labels)), fractions, rng=seed, stratify=labels)
    plain = random_split(numbers(len(labels)), fractions, rng=seed)
    assert [len(part) for part in parts] == [len(part) for part in plain]
    together = [index for part in parts for index in part.indices.tolist()]
    assert sorted(together) == list(range(len(labels)))
    for part in parts:
        found = np.bincount(labels[part.indices], minlength=len(counts))
        exact = np.array(counts) * len(part) / max(len(labels), 1)
        assert (abs(found - exact) <= 1.0 + 1e-9).all()


def test_a_stratified_part_is_mixed() -> None:
    labels = np.repeat([0, 1], 50)
    part, _ = random_split(numbers(100), [0.5, 0.5], rng=0, stratify=labels)
    changes = np.count_nonzero(np.diff(labels[part.indices]))
    assert changes > 15  # of 49, about half; 1 if the classes came one after the other


def test_labels_that_do_not_belong_to_the_samples_are_refused() -> None:
    with pytest.raises(DataError, match="one label for each of the 10 samples"):
        random_split(numbers(10), [5, 5], stratify=[0, 1])
