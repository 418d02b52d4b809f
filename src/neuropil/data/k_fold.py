"""Every sample held out once: the parts of a cross-validation (notes 5.3)."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.data.stratification import class_numbers, shuffled
from neuropil.data.subset import Subset
from neuropil.errors import DataError
from neuropil.random import as_generator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neuropil.arrays import Array
    from neuropil.data.dataset import Dataset, Numpy
    from neuropil.random import Generator


def k_fold(
    dataset: Dataset,
    k: int,
    *,
    rng: int | Generator | None = None,
    stratify: Array | Sequence[Any] | None = None,
) -> list[tuple[Subset, Subset]]:
    """Split a data set at random into k folds: k pairs (all but one fold, that fold).

    The folds are disjoint and complete, and their sizes differ by at most one sample. Within each
    part the samples keep the order of the data set.

    Args:
        dataset: What to split. Nothing is copied.
        k: How many folds, from 2 to ``len(dataset)`` (which leaves one sample out at a time).
        rng: A seed or a Generator. One seed gives one split.
        stratify: The class of each sample (or one-hot rows): each fold then holds as many
            samples of a class as every other, to within one.

    Raises:
        DataError: k is less than 2 or larger than the data, or a class has fewer samples than k.
        TypeError: k is no whole number.

    References:
        M. Stone, Cross-validatory choice and assessment of statistical predictions, 1974.

    Example:
        >>> from neuropil.data import ArrayDataset
        >>> labels = np.array([0, 0, 1, 0, 1, 0])
        >>> dataset = ArrayDataset(np.zeros((6, 2)), labels)
        >>> for learned, held_out in k_fold(dataset, 2, rng=0, stratify=labels):
        ...     print(len(learned), np.bincount(labels[held_out.indices]))
        3 [2 1]
        3 [2 1]
    """
    k, total = index(k), len(dataset)
    if k < 2:
        raise DataError(f"k_fold expects at least k = 2 folds, got {k}: one to learn, one to test")
    if k > total:
        raise DataError(
            f"k_fold expects at most as many folds as samples, {total}, got k = {k}: take fewer"
        )
    classes = class_numbers(stratify, total)
    if classes is not None:
        _check_classes(classes, k, stratify)
    order = shuffled(total, classes, as_generator(rng))
    fold = np.empty(total, dtype=np.intp)
    fold[order] = np.arange(total) % k
    return [
        (Subset(dataset, np.flatnonzero(fold != i)), Subset(dataset, np.flatnonzero(fold == i)))
        for i in range(k)
    ]


def _check_classes(classes: Numpy, k: int, labels: Any) -> None:
    counts = np.bincount(classes)
    if counts.min() >= k:
        return
    smallest = int(counts.argmin())
    sample = int(np.argmax(classes == smallest))
    one_hot = np.ndim(labels) == 2 and np.shape(labels)[1] > 1
    name = int(np.argmax(labels[sample])) if one_hot else np.ravel(labels)[sample]
    raise DataError(
        f"k_fold expects at least {k} samples of each class, one for a fold; class {name} has "
        f"{counts[smallest]}: take fewer folds, or leave stratify out"
    )
