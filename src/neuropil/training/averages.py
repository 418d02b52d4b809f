"""Means over samples, gathered batch by batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import nn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from neuropil.arrays import Array


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
        self.count(len(targets), self.weigh(targets), values)

    def weigh(self, targets: Array) -> list[float]:
        """What a batch with these targets weighs, for each function."""
        return [len(targets) if weigh is None else weigh(targets) for weigh in self._weigh]

    @property
    def by_size(self) -> bool:
        """Whether all a batch weighs is how many samples it has."""
        return not any(self._weigh)

    def count(self, samples: int, weights: Sequence[float], values: Sequence[float]) -> None:
        """Count a batch of so many samples, which weighs so much, with these means."""
        self.samples += samples
        for i, (value, weight) in enumerate(zip(values, weights, strict=True)):
            if weight:  # a batch of classes that weigh nothing has the mean 0/0
                self.weights[i] += weight
                self.sums[i] += weight * value

    def means(self) -> dict[str, float]:
        """The means so far (NaN before the first batch)."""
        return {
            name: total / (weight or float("nan"))
            for name, weight, total in zip(self.names, self.weights, self.sums, strict=True)
        }


def _weigher(function: Callable[[Any, Any], Any]) -> Callable[[Array], float] | None:
    """What a batch weighs, where that is not its number of samples."""
    if not isinstance(function, nn.CrossEntropyLoss | nn.NLLLoss):
        return None
    ignored = function.ignore_index
    weight = None if function.weight is None else np.asarray(function.weight, np.float64)

    def weigh(targets: Array) -> float:
        """The divisor of the loss's own mean, per place where samples have several."""
        if targets.dtype.kind not in "iu":  # distributions over classes count as samples
            return len(targets)
        labels = np.asarray(targets)
        counted = labels != ignored
        if weight is None:
            return float(counted.sum()) / (labels.size // len(labels))
        return float(weight[labels[counted]].sum())

    return weigh
