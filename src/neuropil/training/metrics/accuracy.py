"""Shares of right answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.errors import ShapeError
from neuropil.training.metrics.decisions import decide

if TYPE_CHECKING:
    from jaxtyping import Num

    from neuropil.arrays import Array

IGNORED = -100
"""The label that losses ignore by default: of padding, and of what is only read."""


def accuracy(output: Num[Array, "n classes *d"], target: Num[Array, "n *d"]) -> float:
    """The share of samples whose largest output is at the right class.

    Args:
        output: Scores, logits or probabilities of two or more classes, along axis 1.
        target: The class of each sample, or scores of the shape of ``output`` (one-hot). Where it
            is −100, as by default for losses, it does not count.

    Raises:
        ShapeError: The shapes do not belong together, or there is one output only; then say with
            `BinaryAccuracy` where to cut.

    Example:
        >>> accuracy(np.array([[0.2, 0.8], [0.9, 0.1]]), np.array([1, 1]))
        0.5
    """
    decisions = decide("accuracy", output, target)
    return _share(decisions.chosen == decisions.right, decisions.right)


def _share(is_right: np.ndarray[Any, Any], labels: np.ndarray[Any, Any]) -> float:
    counted = labels != IGNORED
    return float(is_right[counted].mean()) if counted.any() else float("nan")


@final
class BinaryAccuracy:
    """The share of outputs on the right side of a threshold, called ``accuracy`` in the history.

    Args:
        threshold: 0 for logits (`nn.BCEWithLogitsLoss`), 0.5 for probabilities (`nn.BCELoss`).

    Raises:
        ShapeError: (when called) Outputs and targets differ in shape.

    Example:
        >>> BinaryAccuracy(0.5)(np.array([[0.2], [0.9]]), np.array([[0.0], [0.0]]))
        0.5
    """

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold
        self.__name__ = "accuracy"

    def __call__(self, output: Num[Array, "*shape"], target: Num[Array, "*shape"]) -> float:
        """The share for a batch."""
        decisions = decide("BinaryAccuracy", output, target, self.threshold)
        return float((decisions.chosen == decisions.right).mean())


@final
class TopKAccuracy:
    """The share of samples whose right class is among the k largest outputs: ``top_5_accuracy``.

    Of equal outputs the classes with smaller numbers count as the larger.

    Args:
        k: How many guesses a sample has; with 1 it is `accuracy`.

    Raises:
        ValueError: k is less than 1.
        ShapeError: (when called) The shapes do not belong together, or there are fewer classes
            than k.

    Example:
        >>> scores = np.array([[0.5, 0.3, 0.2], [0.6, 0.1, 0.3]])
        >>> TopKAccuracy(2)(scores, np.array([1, 1]))
        0.5
    """

    def __init__(self, k: int = 5) -> None:
        if k < 1:
            raise ValueError(f"TopKAccuracy expects k >= 1, got {k}")
        self.k = k
        self.__name__ = f"top_{k}_accuracy"

    def __call__(self, output: Num[Array, "n classes"], target: Num[Array, " n"]) -> float:
        """The share for a batch."""
        decisions = decide(self.__name__, output, target)
        if decisions.classes < self.k or output.ndim != 2:
            raise ShapeError(
                f"TopKAccuracy({self.k}) expects outputs (n, classes) of at least {self.k} "
                f"classes, got {output.shape}"
            )
        best = np.argsort(-np.asarray(output), axis=1, kind="stable")[:, : self.k]
        return _share((best == decisions.right[:, np.newaxis]).any(axis=1), decisions.right)
