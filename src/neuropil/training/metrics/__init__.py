"""Metrics: functions of the network's outputs and the targets.

A metric is any function ``(output, target) -> number`` of two plain arrays. One whose number is a
mean over samples is measured batch by batch; one that is not, such as `F1`, is an `OverallMetric`
and sees all samples at once. Its name in the history is the name of the function.
"""

from __future__ import annotations

from neuropil.training.metrics.accuracy import BinaryAccuracy, TopKAccuracy, accuracy
from neuropil.training.metrics.confusion import confusion_matrix
from neuropil.training.metrics.errors import R2, RootMeanSquaredError, mean_absolute_error
from neuropil.training.metrics.metric import (
    Metric,
    OverallMetric,
    as_number,
    check_function,
    check_measured,
    named,
    told,
)
from neuropil.training.metrics.precision_recall import F1, Precision, Recall
from neuropil.training.metrics.ranking import ROCAUC
from neuropil.training.metrics.surprise import BitsPerCharacter, Perplexity

__all__ = [
    "F1",
    "R2",
    "ROCAUC",
    "BinaryAccuracy",
    "BitsPerCharacter",
    "Metric",
    "OverallMetric",
    "Perplexity",
    "Precision",
    "Recall",
    "RootMeanSquaredError",
    "TopKAccuracy",
    "accuracy",
    "as_number",
    "check_function",
    "check_measured",
    "confusion_matrix",
    "mean_absolute_error",
    "named",
    "told",
]
