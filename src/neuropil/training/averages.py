"""Means over samples, gathered batch by batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import nn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from neuropil.arrays import Array

    Numpy = np.ndarray[Any, Any]


class Averages:
    """Running means of functions of a batch, each batch weighing as much as it has samples.

    So the last, smaller batch of an epoch counts for what it is, and the mean does not depend on
    the batch size. A loss that weighs classes, or ignores a label, divides by the sum of the
    weights in the batch, as in PyTorch; a batch then weighs that sum, and the mean of the epoch is
    Σ wᵢ lᵢ / Σ wᵢ over its samples.

    Args:
        functions: The losses and metrics whose values are averaged, by name.

    Attributes:
        samples: How many samples there were.
        weights: What the batches together weigh, for each function.
        sums: The weighted values together, for each function.

    Example:
        >>> averages = Averages({"loss": nn.MSELoss()})
        >>> averages.add(np.zeros(32), [1.0])
        >>> averages.add(np.zeros(8), [2.0])
        >>> averages.means()
        {'loss': 1.2}
    """

    __slots__ = ("_weigh", "names", "samples", "sums", "weights")

    def __init__(self, functions: Mapping[str, Callable[[Any, Any], Any]]) -> None:
        self.names = list(functions)
        self._weigh = [_weigher(function) for function in functions.values()]
        self.reset()

    def reset(self) -> None:
        """Begin anew."""
        self.samples = 0
        self.weights = [0.0] * len(self.names)
        self.sums = [0.0] * len(self.names)

    def add(self, targets: Array, values: Sequence[float]) -> None:
        """Count a batch with these targets and these means, in the order of the names."""
        batches = np.asarray(targets)[np.newaxis]
        self.count(len(targets), self.weigh(batches), [[value] for value in values])

    def weigh(self, targets: Array) -> list[list[float]]:
        """For each function what batches weigh whose targets are stacked along axis 0."""
        batches, samples = targets.shape[:2]
        return [
            [samples] * batches if weigh is None else weigh(targets).tolist()
            for weigh in self._weigh
        ]

    def by_size(self, targets: Array) -> bool:
        """Whether any batch of samples with these targets weighs as much as it has samples."""
        each = np.asarray(targets)[:, np.newaxis]
        return all(weigh is None or bool((weigh(each) == 1.0).all()) for weigh in self._weigh)

    def count(
        self, samples: int, weights: Sequence[Sequence[float]], values: Sequence[Sequence[float]]
    ) -> None:
        """Count batches, one after the other, with so many samples in all.

        Args:
            samples: Of all batches.
            weights: For each function what each batch weighs.
            values: For each function its mean over each batch.
        """
        self.samples += samples
        for i, of_batches in enumerate(zip(weights, values, strict=True)):
            weight, total = self.weights[i], self.sums[i]
            for w, value in zip(*of_batches, strict=True):
                if w:  # a batch of classes that weigh nothing has the mean 0/0
                    weight += w
                    total += w * value
            self.weights[i], self.sums[i] = weight, total

    def means_of(
        self, length: int, weights: Sequence[Sequence[float]], values: Sequence[Sequence[float]]
    ) -> dict[str, list[float]]:
        """The means of each of several epochs, to the bit as if they were counted one by one.

        Args:
            length: How many batches an epoch has.
            weights: For each function what each batch weighs.
            values: For each function its mean over each batch.
        """
        means = {}
        for name, *of_batches in zip(self.names, weights, values, strict=True):
            w, value = (np.reshape(numbers, (-1, length)) for numbers in of_batches)
            total = np.add.accumulate(np.where(w, w * value, 0.0), axis=1)[:, -1]
            weight = np.add.accumulate(w, axis=1, dtype=np.float64)[:, -1]
            means[name] = (total / np.where(weight, weight, np.nan)).tolist()
        return means

    def means(self) -> dict[str, float]:
        """The means so far (NaN before the first batch)."""
        return {
            name: total / (weight or float("nan"))
            for name, weight, total in zip(self.names, self.weights, self.sums, strict=True)
        }


def _weigher(function: Callable[[Any, Any], Any]) -> Callable[[Array], Numpy] | None:
    """What stacked batches weigh, where that is not their number of samples."""
    if not isinstance(function, nn.CrossEntropyLoss | nn.NLLLoss):
        return None
    ignored = function.ignore_index
    weight = None if function.weight is None else np.asarray(function.weight, np.float64)

    def weigh(targets: Array) -> Numpy:
        """The divisor of the loss's own mean, per place where samples have several."""
        batches, samples = targets.shape[:2]
        weights: Numpy = np.full(batches, float(samples))
        if targets.dtype.kind not in "iu":  # distributions over classes count as samples
            return weights
        labels = np.asarray(targets).reshape(batches, -1)
        counted = labels != ignored
        if weight is not None:
            weights = (weight[np.where(counted, labels, 0)] * counted).sum(axis=1)
        elif not counted.all():
            weights = counted.sum(axis=1) / (labels.shape[1] // samples)
        return weights

    return weigh
