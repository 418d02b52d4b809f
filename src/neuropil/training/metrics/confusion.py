"""How often each class is taken for each class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.training.metrics.decisions import decide, known_classes

if TYPE_CHECKING:
    from jaxtyping import Int, Num

    from neuropil.arrays import Array

    Numpy = np.ndarray[Any, Any]


def confusion_matrix(
    output: Num[Array, "n classes *d"] | Num[Array, "n *d"],
    target: Num[Array, "..."],
    *,
    threshold: float | None = None,
) -> Int[Numpy, "classes classes"]:
    """How many samples of the class of the row were taken for the class of the column.

    Args:
        output: Scores of two or more classes along axis 1; with ``threshold`` a single output.
        target: The class of each sample, or one-hot rows; with ``threshold`` as ``output``.
        threshold: Where to cut a single output: 0 for logits, 0.5 for probabilities.

    Raises:
        ShapeError: The shapes do not belong together, or a single output lacks a threshold.
        DataError: A target is no class.

    Example:
        >>> scores = np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]])
        >>> confusion_matrix(scores, np.array([0, 1, 1])).tolist()
        [[1, 0], [1, 1]]
    """
    return counted("confusion_matrix", output, target, threshold)


def counted(
    metric: str, output: Num[Array, "..."], target: Num[Array, "..."], threshold: float | None
) -> Int[Numpy, "classes classes"]:
    """The confusion matrix, for the metric that is named in errors."""
    decisions = decide(metric, output, target, threshold)
    n = decisions.classes
    pairs = n * known_classes(metric, decisions) + decisions.chosen.reshape(-1)
    counts: Numpy = np.bincount(pairs, minlength=n * n).reshape(n, n)
    return counts
