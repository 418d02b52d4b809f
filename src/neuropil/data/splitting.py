"""Random parts of a data set, such as one to train and one to validate (notes 5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.data.stratification import class_numbers, dealt, shuffled
from neuropil.data.subset import Subset
from neuropil.errors import DataError
from neuropil.random import as_generator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neuropil.arrays import Array
    from neuropil.data.dataset import Dataset
    from neuropil.random import Generator


def random_split(
    dataset: Dataset,
    lengths: Sequence[int] | Sequence[float],
    *,
    rng: int | Generator | None = None,
    stratify: Array | Sequence[Any] | None = None,
) -> list[Subset]:
    """Split a data set at random into parts that are disjoint and complete.

    Args:
        dataset: What to split. Nothing is copied.
        lengths: How many samples in each part, of sum ``len(dataset)``; or fractions of sum 1,
            of which each part gets its share to within one sample.
        rng: A seed or a Generator. One seed gives one split.
        stratify: The class of each sample (or one-hot rows), to have every class in each part in
            proportion, to within one sample for two parts.

    Raises:
        DataError: A length is negative, the sum is another, or ``stratify`` holds no class for
            each sample.

    Example:
        >>> from neuropil.data import ArrayDataset
        >>> dataset = ArrayDataset(np.zeros((10, 2)), np.arange(10))
        >>> train, validation = random_split(dataset, [0.8, 0.2], rng=0)
        >>> len(train), len(validation)
        (8, 2)
    """
    generator, total = as_generator(rng), len(dataset)
    counts, classes = _counts(total, lengths), class_numbers(stratify, total)
    order = shuffled(total, classes, generator)
    if classes is None or total == 0:
        parts = np.split(order, np.cumsum(counts)[:-1])
    else:  # dealt like cards to the parts, class after class, then mixed again
        part_of = dealt(counts)
        drawn = [order[part_of == number] for number in range(len(counts))]
        parts = [part[generator.permutation(len(part))] for part in drawn]
    return [Subset(dataset, part) for part in parts]


def _counts(total: int, lengths: Sequence[int] | Sequence[float]) -> list[int]:
    wanted = np.asarray(lengths)
    if wanted.ndim != 1 or wanted.size == 0 or wanted.dtype.kind not in "iuf":
        raise DataError(f"random_split expects a list of lengths or of fractions, got {lengths!r}")
    if not (wanted >= 0).all():
        raise DataError(f"random_split expects lengths >= 0, got {lengths!r}")
    if wanted.dtype.kind != "f":
        if wanted.sum() != total:
            raise DataError(
                f"random_split expects lengths of sum {total}, the size of the data set, got "
                f"{lengths!r} of sum {wanted.sum()}: give fractions (0.8, 0.2) to split any size"
            )
        return [int(length) for length in wanted]
    if abs(wanted.sum() - 1.0) > 1e-6:
        raise DataError(
            f"random_split expects fractions of sum 1, got {lengths!r} of sum {wanted.sum():g}"
        )
    ends = np.rint(total * np.cumsum(wanted)).astype(int)
    ends[-1] = total
    return [int(count) for count in np.diff(ends, prepend=0)]
