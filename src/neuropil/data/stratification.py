"""Classes in proportion: how the samples of a stratified split are put in order (notes 5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Int

    from neuropil.arrays import Array
    from neuropil.data.dataset import Numpy
    from neuropil.random import Generator


def shuffled(total: int, classes: Int[Numpy, "total"] | None, rng: Generator) -> Int[Numpy, "n"]:
    """The places 0 … total − 1 at random; where classes are given, one class after the other."""
    order: Numpy = np.asarray(rng.permutation(total))
    return order if classes is None else order[np.argsort(classes[order], kind="stable")]


def class_numbers(labels: Array | Sequence[Any] | None, total: int) -> Int[Numpy, "total"] | None:
    """A number from 0 for the class of each sample; None where nothing is to be stratified.

    Args:
        labels: A label for each sample, of any kind that can be sorted, or one-hot rows.
        total: How many samples there are.

    Raises:
        DataError: There are more or fewer labels than samples, or they are no labels.

    Example:
        >>> class_numbers(["cat", "dog", "cat"], 3).tolist()
        [0, 1, 0]
    """
    if labels is None:
        return None
    if isinstance(labels, bool):
        raise DataError(f"stratify is the label of each sample, got {labels}: pass the targets")
    found: Numpy = np.asarray(labels)
    if found.ndim == 2:
        found = found.argmax(axis=1) if found.shape[1] > 1 else found[:, 0]
    if found.shape != (total,):
        raise DataError(
            f"stratify expects one label for each of the {total} samples, got shape "
            f"{np.shape(labels)}: pass the class of each"
        )
    if found.dtype.kind == "f" and not (found == np.round(found)).all():
        raise DataError(
            f"stratify expects classes, got numbers such as {found[found != np.round(found)][0]:g}:"
            " only the samples of classes can be split in proportion"
        )
    numbers: Numpy = np.unique(found, return_inverse=True)[1]
    return numbers


def dealt(counts: Sequence[int]) -> Int[Numpy, "total"]:
    """The parts 0, 1, … as often as ``counts`` says, each spread evenly over the whole.

    Example:
        >>> dealt([4, 2]).tolist()
        [0, 1, 0, 0, 1, 0]
    """
    when = np.concatenate([(np.arange(count) + 0.5) / count for count in counts if count])
    parts: Numpy = np.repeat(np.arange(len(counts)), counts)
    return parts[np.argsort(when, kind="stable")]
