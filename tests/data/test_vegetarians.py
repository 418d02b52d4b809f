"""The vegetarian data: what the notes say of it (8.1), and that it stays what it is."""

from __future__ import annotations

import hashlib

import numpy as np

from neuropil import data


def test_the_notes_people_come_first() -> None:
    people = data.vegetarians()
    np.testing.assert_array_equal(people.inputs[:3], [[27, 31_000], [52, 126_000], [16, 10_000]])
    np.testing.assert_array_equal(people.targets[:3], [[1], [0], [0]])


def test_it_never_changes() -> None:
    people = data.vegetarians()
    table = np.hstack([people.inputs, people.targets]).astype("<f4")
    assert table.shape == (400, 3)
    digest = hashlib.sha256(table.tobytes()).hexdigest()
    assert digest.startswith("02e4c3469fa48c7c")


def test_the_variance_lies_along_the_income() -> None:
    age, income = data.vegetarians().inputs.astype(np.float64).var(axis=0)
    assert income / (age + income) > 0.999_999


def test_there_is_something_to_learn_and_it_is_not_certain() -> None:
    people = data.vegetarians()
    x = (people.inputs - people.inputs.mean(axis=0)) / people.inputs.std(axis=0)
    affine = np.column_stack([x, np.ones(len(x))])
    answer = affine @ np.linalg.lstsq(affine, people.targets)[0] > 0.5
    share = np.mean(answer == people.targets)
    assert max(people.targets.mean(), 1 - people.targets.mean()) + 0.1 < share < 0.95
