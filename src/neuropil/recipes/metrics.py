"""The metrics that a recipe can ask for by name; how they are computed depends on its loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from neuropil import nn, training
from neuropil.recipes.readout import Readout, readout

if TYPE_CHECKING:
    from collections.abc import Mapping

OF_CLASSES: Mapping[str, training.Metric] = {
    "precision": training.Precision(),
    "recall": training.Recall(),
    "f1": training.F1(),
    "roc_auc": training.ROCAUC(),
}
"""Metrics of the probabilities of classes, each the mean over the classes."""

OF_NUMBERS: Mapping[str, training.Metric] = {
    "mean_absolute_error": training.mean_absolute_error,
    "root_mean_squared_error": training.RootMeanSquaredError(),
    "r2": training.R2(),
}
"""Metrics of predicted numbers."""

OF_SYMBOLS: Mapping[str, training.Metric] = {
    "bits_per_character": training.BitsPerCharacter(),
    "perplexity": training.Perplexity(),
}
"""Metrics of the logits of symbols, such as those of a text."""

METRICS = ("accuracy", "top_5_accuracy", *OF_CLASSES, *OF_NUMBERS, *OF_SYMBOLS)
"""The names."""


@final
class OfReading(training.OverallMetric):
    """A metric of what outputs and targets mean: probabilities of classes, and class numbers."""

    def __init__(self, metric: training.Metric, reading: Readout, name: str) -> None:
        self._metric = metric
        self._reading = reading
        self.__name__ = name

    def __call__(self, output: Any, target: Any, /) -> float:
        """The metric for all samples."""
        return float(
            self._metric(self._reading.probabilities(output), self._reading.labels(target))
        )


def metric(name: str, loss: nn.Module) -> training.Metric:
    """The metric of this name for outputs trained with this loss.

    Raises:
        ValueError: It is one of classes and the outputs are numbers, or the other way round.

    Example:
        >>> import numpy as np
        >>> logits, targets = np.array([[2.0], [-1.0]]), np.array([[1.0], [0.0]])
        >>> metric("f1", nn.BCEWithLogitsLoss())(logits, targets)
        1.0
    """
    reading = readout(loss)
    if (reading is None) != (name in OF_NUMBERS):
        wanted = "numbers" if name in OF_NUMBERS else "classes"
        raise ValueError(
            f"{name} needs a loss whose outputs are {wanted}, got {type(loss).__name__}"
        )
    if reading is None:
        return OF_NUMBERS[name]
    if name in OF_SYMBOLS:
        if not isinstance(loss, nn.CrossEntropyLoss):
            raise ValueError(f"{name} needs CrossEntropyLoss, got {type(loss).__name__}")
        return OF_SYMBOLS[name]
    if name == "accuracy":
        return reading.accuracy
    if name == "top_5_accuracy":
        return training.TopKAccuracy()
    return OfReading(OF_CLASSES[name], reading, name)
