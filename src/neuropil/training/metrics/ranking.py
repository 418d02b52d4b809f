"""How well outputs rank the samples of a class above the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.errors import ShapeError
from neuropil.training.metrics.decisions import decide, known_classes
from neuropil.training.metrics.metric import OverallMetric

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Num

    from neuropil.arrays import Array

    Numpy = np.ndarray[Any, Any]


@final
class ROCAUC(OverallMetric):
    """The area under the receiver operating characteristic: ``roc_auc``.

    It is the probability that a sample of the class has a larger output than one that is not of
    it, ties counting half: ½ for guessing, 1 for a perfect ranking. Of a single output any rising
    function gives the same. Of three or more, each class is ranked by its own output, and the mean
    over the classes is taken; the outputs should be probabilities then, as logits may differ by
    a constant from sample to sample.

    Raises:
        ShapeError: (when called) Outputs and targets do not belong together.
        DataError: (when called) A target is no class.

    Note:
        It is NaN where a class has all the samples, or none, and where an output is NaN.

    References:
        J. A. Hanley and B. J. McNeil, The meaning and use of the area under a receiver operating
        characteristic (ROC) curve, 1982.

    Example:
        >>> ROCAUC()(np.array([[0.1], [0.4], [0.35], [0.8]]), np.array([[0], [0], [1], [1]]))
        0.75
    """

    def __init__(self) -> None:
        self.__name__ = "roc_auc"

    def __call__(self, output: Num[Array, "n *classes"], target: Num[Array, "n *d"]) -> float:
        """The area for all samples."""
        scores: Numpy = np.asarray(output)
        if scores.ndim == 1 or (scores.ndim == 2 and scores.shape[1] == 1):
            right = decide("ROCAUC", scores, np.asarray(target), threshold=0.0).right
            return _area(scores.reshape(-1), right.reshape(-1))
        if scores.ndim != 2:
            raise ShapeError(f"ROCAUC expects outputs (n, classes) or (n, 1), got {scores.shape}")
        classes = known_classes("ROCAUC", decide("ROCAUC", scores, np.asarray(target)))
        if scores.shape[1] == 2:
            return _area(scores[:, 1] - scores[:, 0], classes == 1)
        areas = [_area(column, classes == number) for number, column in enumerate(scores.T)]
        return float(np.mean(areas))


def _area(scores: Float[Numpy, " n"], positive: Bool[Numpy, " n"]) -> float:
    """By the rank sum of Mann and Whitney; equal scores share the mean of their ranks."""
    n, positives = len(scores), int(positive.sum())
    if positives in {0, n} or np.isnan(scores).any():
        return float("nan")
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    rank_sum = float(ranks[place][positive].sum())
    return (rank_sum - positives * (positives + 1) / 2) / (positives * (n - positives))
