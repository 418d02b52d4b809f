"""Who is a vegetarian, by age and income: features of scales far apart (notes 8.1)."""

from __future__ import annotations

import numpy as np

from neuropil.data.array_dataset import ArrayDataset
from neuropil.random import Generator

_FROM_THE_NOTES = ((27, 31_000, 1), (52, 126_000, 0), (16, 10_000, 0))
_OTHERS = 397


def vegetarians() -> ArrayDataset:
    """400 people: inputs float32 (n, 2), age in years and income in $; targets float32 (n, 1).

    The first three stand in the notes. The others are made up in their likeness and never change:
    ages from 16 to 79; incomes that rise with age and spread around that by a factor of 1.6; and
    the younger a person, and the richer for that age, the likelier a vegetarian (target 1). Nearly
    all of the variance lies along the income.

    Example:
        >>> people = vegetarians()
        >>> people
        ArrayDataset(inputs float32 (400, 2), targets float32 (400, 1))
        >>> people.inputs[:2].tolist(), people.targets[:2].ravel().tolist()
        ([[27.0, 31000.0], [52.0, 126000.0]], [1.0, 0.0])
    """
    rng = Generator(8)
    age = rng.integers(16, 80, _OTHERS)
    spread = rng.normal(_OTHERS, dtype=np.float64)
    income = np.round(1.5 * age * 1.6**spread) * 1_000  # to $1,000
    share = 1.0 / (1.0 + np.exp((age - 40.0) / 8.0 - 1.5 - 2.0 * spread))
    is_vegetarian = rng.uniform(_OTHERS, dtype=np.float64) < share
    others = np.column_stack([age, income, is_vegetarian])
    table = np.vstack([_FROM_THE_NOTES, others]).astype(np.float32)
    return ArrayDataset(table[:, :2], table[:, 2:])
