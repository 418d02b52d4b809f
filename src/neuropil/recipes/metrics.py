"""The metrics that a recipe can ask for by name; how they are computed depends on its loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from neuropil import nn, training
from neuropil.recipes.readout import Readout, readout

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from jaxtyping import Num

    from neuropil.nn import Module

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

OF_BITS: Mapping[type[nn.Module], float] = {nn.BCEWithLogitsLoss: 0.0, nn.BCELoss: 0.5}
"""Above which output a bit is 1, for losses of bits: for ``bit_accuracy``."""

OF_BOUNDS = ("reconstruction", "divergence")
"""The two terms of an evidence bound."""

METRICS = (
    "accuracy",
    "top_5_accuracy",
    *OF_CLASSES,
    *OF_NUMBERS,
    *OF_SYMBOLS,
    "bit_accuracy",
    *OF_BOUNDS,
)
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


def metric(
    name: str, loss: Module, targets: Num[np.ndarray, "n *shape"] | None = None
) -> training.Metric:
    """The metric of this name for outputs trained with this loss, to become such targets.

    Raises:
        ValueError: It is one of classes and the outputs are numbers, or the other way round; it
            is one of bits, or of an evidence bound, and the loss is not; it takes one class a
            sample, and a sample has several.

    Example:
        >>> import numpy as np
        >>> logits, targets = np.array([[2.0], [-1.0]]), np.array([[1.0], [0.0]])
        >>> metric("f1", nn.BCEWithLogitsLoss())(logits, targets)
        1.0
    """
    if isinstance(loss, nn.ELBOLoss):
        return _of_bound(name, loss)
    if name == "bit_accuracy":
        return _of_bits(loss)
    reading = readout(loss, targets)
    if name in OF_BOUNDS:
        raise ValueError(
            f"{name} needs the loss of an evidence bound, such as BernoulliELBOLoss, got "
            f"{type(loss).__name__}"
        )
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
    return _of_one_class(name, reading, targets)


def _of_one_class(
    name: str, reading: Readout, targets: Num[np.ndarray, "n *shape"] | None
) -> training.Metric:
    """A metric of samples that have a class each."""
    if targets is not None and targets.ndim > 1 and targets.dtype.kind in "iu":
        raise ValueError(
            f"{name} takes one class a sample, and targets here are {tuple(targets.shape[1:])} a "
            "sample: of a text ask for accuracy, bits_per_character or perplexity"
        )
    if name == "top_5_accuracy":
        return training.TopKAccuracy()
    return OfReading(OF_CLASSES[name], reading, name)


def _of_bound(name: str, loss: nn.ELBOLoss) -> training.Metric:
    if name not in OF_BOUNDS:
        raise ValueError(
            f"{name} is no metric of {type(loss).__name__}: its terms are {' and '.join(OF_BOUNDS)}"
        )
    term: training.Metric = getattr(loss, name)
    return term


def _of_bits(loss: Module) -> training.Metric:
    """The share of bits on the right side, of targets that are several bits."""
    if type(loss) not in OF_BITS:
        raise ValueError(
            f"bit_accuracy needs a loss of bits, BCEWithLogitsLoss or BCELoss, got "
            f"{type(loss).__name__}"
        )
    share = training.BinaryAccuracy(OF_BITS[type(loss)])
    share.__name__ = "bit_accuracy"
    return share
