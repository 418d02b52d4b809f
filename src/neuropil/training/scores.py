"""What an evaluation gave: numbers by name, and how far they can be trusted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.training.intervals import Interval, bootstrap_interval, wilson_interval
from neuropil.training.metrics import BinaryAccuracy, TopKAccuracy, accuracy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from neuropil.random import Generator

    Numpy = np.ndarray[Any, Any]


@final
class Scores(dict[str, float]):
    """The loss and the metrics by name, with their confidence intervals; prints as a table.

    Args:
        values: The numbers.
        intervals: The lower and upper end for each, or none.
        samples: How many samples they were measured on.
        confidence: That of the intervals.

    Example:
        >>> scores = Scores({"accuracy": 0.9}, {"accuracy": (0.82, 0.945)}, samples=100)
        >>> scores["accuracy"], scores.intervals["accuracy"]
        (0.9, (0.82, 0.945))
        >>> print(scores)
        100 samples       95 % interval
        accuracy  0.9000  0.8200  0.9450
    """

    def __init__(
        self,
        values: Mapping[str, float],
        intervals: Mapping[str, Interval] | None = None,
        *,
        samples: int,
        confidence: float = 0.95,
    ) -> None:
        super().__init__(values)
        self.intervals = dict(intervals or {})
        self.samples = samples
        self.confidence = confidence

    def __str__(self) -> str:
        rows = [
            (name, *(f"{x:.4f}" for x in (value, *self.intervals.get(name, ()))))
            for name, value in self.items()
        ]
        width = max(len(name) for name in self)
        lines = ["  ".join([row[0].ljust(width), *row[1:]]) for row in rows]
        head = f"{self.samples} samples".ljust(width + 8)
        if self.intervals:
            head += f"  {100 * self.confidence:g} % interval"
        return "\n".join([head.rstrip(), *lines])


def score_interval(
    metric: Callable[[Any, Any], Any],
    outputs: Any,
    targets: Numpy,
    *,
    confidence: float,
    rng: int | Generator | None = None,
) -> Interval:
    """The interval of a metric: Wilson's for a share with one answer a sample, else the bootstrap.

    Not a number at both ends where a single sample says nothing of the spread.

    Example:
        >>> outputs, targets = np.eye(2)[[0] * 9 + [1]], np.zeros(10, int)
        >>> low, high = score_interval(accuracy, outputs, targets, confidence=0.95)
        >>> round(low, 3), round(high, 3)
        (0.596, 0.982)
    """
    value, n = float(metric(outputs, targets)), len(targets)
    if _is_share(metric) and _one_answer(metric, outputs):
        return wilson_interval(round(value * n), n, confidence=confidence)
    if n < 2 or math.isnan(value):
        return math.nan, math.nan
    return bootstrap_interval(metric, outputs, targets, confidence=confidence, rng=rng)


def _is_share(metric: Callable[[Any, Any], Any]) -> bool:
    return metric is accuracy or isinstance(metric, BinaryAccuracy | TopKAccuracy)


def _one_answer(metric: Callable[[Any, Any], Any], outputs: Numpy) -> bool:
    """Answers at several places of one sample depend on one another."""
    answers = outputs.size if isinstance(metric, BinaryAccuracy) else outputs[:, 0].size
    return answers == len(outputs)
