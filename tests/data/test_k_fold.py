"""Folds: disjoint, complete, of one size, and with classes in proportion."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil.data import ArrayDataset, k_fold
from neuropil.errors import DataError


def numbers(size: int) -> ArrayDataset:
    return ArrayDataset(np.arange(size), np.arange(size))


@given(size=st.integers(2, 60), k=st.integers(2, 10), seed=st.integers(0, 9))
def test_each_sample_is_held_out_once_and_learned_otherwise(size: int, k: int, seed: int) -> None:
    k = min(k, size)
    folds = k_fold(numbers(size), k, rng=seed)
    held_out = [index for _, part in folds for index in part.indices.tolist()]
    assert sorted(held_out) == list(range(size))
    for learned, part in folds:
        both = [*learned.indices.tolist(), *part.indices.tolist()]
        assert sorted(both) == list(range(size))
        assert size // k <= len(part) <= -(-size // k)


@given(
    counts=st.lists(st.integers(5, 20), min_size=1, max_size=5),
    k=st.integers(2, 5),
    seed=st.integers(0, 9),
)
def test_stratified_folds_hold_each_class_alike(counts: list[int], k: int, seed: int) -> None:
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    folds = k_fold(numbers(len(labels)), k, rng=seed, stratify=labels)
    per_fold = np.array(
        [np.bincount(labels[part.indices], minlength=len(counts)) for _, part in folds]
    )
    assert (np.ptp(per_fold, axis=0) <= 1).all()
    assert np.ptp(per_fold.sum(axis=1)) <= 1
    assert per_fold.sum(axis=0).tolist() == counts


def test_a_seed_gives_one_split_and_another_another() -> None:
    first, again, other = (
        [part.indices.tolist() for _, part in k_fold(numbers(40), 4, rng=seed)]
        for seed in (0, 0, 1)
    )
    assert first == again
    assert first != other


def test_labels_may_be_words_one_hot_rows_or_columns() -> None:
    classes = np.array([0, 0, 1, 1, 2, 2])
    words = np.array(["ant", "bee", "cow"])[classes].tolist()
    forms: list[Any] = [classes, words, np.eye(3)[classes], classes[:, None].astype(np.float32)]
    splits = [
        [part.indices.tolist() for _, part in k_fold(numbers(6), 2, rng=3, stratify=labels)]
        for labels in forms
    ]
    assert all(split == splits[0] for split in splits)


@pytest.mark.parametrize(
    ("k", "stratify", "match"),
    [
        (1, None, "at least k = 2 folds, got 1"),
        (7, None, r"as many folds as samples, 6, got k = 7"),
        (3, [0, 0, 0, 0, 1, 1], "at least 3 samples of each class, .* class 1 has 2"),
        (2, ["a", "a", "a", "a", "a", "b"], "class b has 1"),
        (2, np.eye(2)[[0, 0, 0, 1, 0, 0]], "class 1 has 1"),
        (2, [0, 1], r"one label for each of the 6 samples, got shape \(2,\)"),
        (2, np.zeros((6, 2, 2)), "one label for each"),
        (2, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], "expects classes, got numbers such as 0.1"),
        (2, True, "pass the targets"),
    ],
)
def test_folds_that_cannot_be_made_are_refused(k: int, stratify: Any, match: str) -> None:
    with pytest.raises(DataError, match=match):
        k_fold(numbers(6), k, stratify=stratify)


@pytest.mark.parametrize("k", [2.5, float("nan"), "3"])
def test_folds_are_counted_in_whole_numbers(k: Any) -> None:
    with pytest.raises(TypeError, match="integer"):
        k_fold(numbers(6), k)
