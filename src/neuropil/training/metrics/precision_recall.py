"""Precision, recall and F1: of one class, or their mean over the classes.

With r right answers of a class, c answers that chose it and t samples that belong to it: precision
is r/c, recall r/t, and F1 their harmonic mean 2r/(c + t); 0 where that is 0/0. The mean is over
the classes that occur among answers or targets, as in scikit-learn's "macro" average.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.errors import DataError
from neuropil.training.metrics.confusion import counted
from neuropil.training.metrics.metric import OverallMetric

if TYPE_CHECKING:
    from jaxtyping import Float, Int, Num

    from neuropil.arrays import Array

    Numpy = np.ndarray[Any, Any]


class _OfClasses(OverallMetric):
    """A metric with a value for each class.

    Args:
        of: The class whose value is meant; by default the mean over the classes.
        threshold: Where to cut a single output: 0 for logits, 0.5 for probabilities.
    """

    def __init__(self, of: int | None = None, *, threshold: float | None = None) -> None:
        self.of = of
        self.threshold = threshold
        self._title = type(self).__name__
        name = self._title.lower()
        self.__name__ = name if of is None else f"{name}_{of}"

    @abstractmethod
    def _shares(self, counts: Int[Numpy, "k k"]) -> tuple[Numpy, Numpy]:
        """Numerator and denominator for each class, from the confusion matrix."""

    def per_class(
        self, output: Num[Array, "n classes *d"], target: Num[Array, "n *d"]
    ) -> Float[Numpy, "classes"]:
        """The value of each class; 0 where it is 0/0."""
        return self._of_counts(counted(self._title, output, target, self.threshold))

    def __call__(self, output: Num[Array, "n classes *d"], target: Num[Array, "n *d"]) -> float:
        """The value of the class, or the mean over the classes that occur."""
        counts = counted(self._title, output, target, self.threshold)
        values = self._of_counts(counts)
        if self.of is None:
            return float(values[(counts.sum(axis=0) + counts.sum(axis=1)) > 0].mean())
        if not 0 <= self.of < len(values):
            raise DataError(
                f"{self._title}(of={self.of}) expects one of the classes "
                f"0 … {len(values) - 1} of this network"
            )
        return float(values[self.of])

    def _of_counts(self, counts: Int[Numpy, "k k"]) -> Float[Numpy, "k"]:
        above, below = self._shares(counts)
        values: Numpy = above / np.maximum(below, 1)
        return values


@final
class Precision(_OfClasses):
    """Of the answers for a class, the share that is right: ``precision``, ``precision_3``.

    Args:
        of: The class whose value is meant; by default the mean over the classes that occur.
        threshold: Where to cut a single output: 0 for logits, 0.5 for probabilities.

    Raises:
        ShapeError: (when called) Outputs and targets do not belong together.
        DataError: (when called) A target, or ``of``, is no class.

    Example:
        >>> scores = np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.6, 0.4]])
        >>> Precision(0)(scores, np.array([0, 1, 1, 0])).__round__(3)
        0.667
    """

    def _shares(self, counts: Int[Numpy, "k k"]) -> tuple[Numpy, Numpy]:
        return counts.diagonal(), counts.sum(axis=0)


@final
class Recall(_OfClasses):
    """Of the samples of a class, the share that is found: ``recall``, ``recall_3``.

    Args, Raises: As `Precision`.

    Example:
        >>> scores = np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.6, 0.4]])
        >>> Recall()(scores, np.array([0, 1, 1, 0])), Recall(1)(scores, np.array([0, 1, 1, 0]))
        (0.75, 0.5)
    """

    def _shares(self, counts: Int[Numpy, "k k"]) -> tuple[Numpy, Numpy]:
        return counts.diagonal(), counts.sum(axis=1)


@final
class F1(_OfClasses):
    """The harmonic mean of precision and recall: ``f1``, ``f1_3``.

    Args, Raises: As `Precision`.

    Example:
        >>> scores = np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.6, 0.4]])
        >>> F1(0)(scores, np.array([0, 1, 1, 0]))
        0.8
    """

    def _shares(self, counts: Int[Numpy, "k k"]) -> tuple[Numpy, Numpy]:
        return 2 * counts.diagonal(), counts.sum(axis=0) + counts.sum(axis=1)
