"""Metrics: functions of the network's outputs and the targets of a batch.

A metric is any function ``(output, target) -> number`` of two plain arrays whose number is a mean
over the samples of the batch; its name in the history is the name of the function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import ShapeError
from neuropil.training.history import BOOKKEEPING

if TYPE_CHECKING:
    from jaxtyping import Num

    from neuropil.arrays import Array

Metric = Callable[[Any, Any], Any]


def accuracy(output: Num[Array, "n classes *d"], target: Num[Array, "n *d"]) -> float:
    """The share of samples whose largest output is at the right class.

    Args:
        output: Scores, logits or probabilities of two or more classes, along axis 1.
        target: The class of each sample, or scores of the shape of ``output`` (one-hot).

    Raises:
        ShapeError: The shapes do not belong together, or there is one output only; then say with
            `BinaryAccuracy` where to cut.

    Example:
        >>> accuracy(np.array([[0.2, 0.8], [0.9, 0.1]]), np.array([1, 1]))
        0.5
    """
    if output.ndim < 2 or output.shape[1] < 2:
        raise ShapeError(
            f"accuracy expects two or more outputs per sample along axis 1, got {output.shape}: "
            "for one output use training.BinaryAccuracy(0.0) on logits (BCEWithLogitsLoss), "
            "training.BinaryAccuracy(0.5) on probabilities (BCELoss)"
        )
    chosen = output.argmax(axis=1)
    right = target.argmax(axis=1) if target.shape == output.shape else target
    if chosen.shape != right.shape:
        raise ShapeError(
            f"accuracy expects one class per output: {chosen.shape} for outputs {output.shape}, "
            f"got targets {target.shape}"
        )
    return float((chosen == right).mean())


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
        if output.shape != target.shape:
            raise ShapeError(
                f"BinaryAccuracy expects targets of the outputs' shape {output.shape}, "
                f"got {target.shape}: reshape them"
            )
        return float(((output > self.threshold) == (target > 0.5)).mean())


def named(metrics: Sequence[Metric]) -> dict[str, Metric]:
    """The metrics by the names they have in the history.

    Raises:
        TypeError: One is not a function, but a string, a class, …
        ValueError: Two have one name, a name is taken by something else, or one is no mean.
    """
    if not isinstance(metrics, list | tuple):
        raise TypeError(f"metrics is a list of functions, got {metrics!r}: put it into a list")
    for metric in metrics:
        if not callable(metric):
            raise TypeError(
                f"a metric is a function (output, target) -> number, got {metric!r}: "
                "pass the function itself, for example metrics=[training.accuracy]"
            )
        check_function(_name(metric), metric)
    names = list(map(_name, metrics))
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"two metrics are called {twice[0]!r}: give one another __name__")
    if taken := sorted(({"loss"} | BOOKKEEPING).intersection(names)):
        raise ValueError(f"a metric cannot be called {taken[0]!r}: the history has one already")
    return dict(zip(names, metrics, strict=True))


def _name(metric: Metric) -> str:
    return getattr(metric, "__name__", type(metric).__name__)


def check_function(name: str, function: Any) -> None:
    """Refuse what is no function of a batch, or is built to give something else than its mean.

    Raises:
        TypeError: It is no function, or a class of which an object was meant.
        ValueError: Its reduction is "sum" or "none".
    """
    if isinstance(function, type) or not callable(function):
        raise TypeError(
            f"{name} is a function (output, target) -> number such as nn.CrossEntropyLoss(), "
            f"got {told(function)}"
        )
    reduction = getattr(function, "reduction", "mean")
    if reduction != "mean":
        raise ValueError(
            f"{name} needs to be the mean over a batch, got {type(function).__name__}"
            f"(reduction={reduction!r}): leave the reduction out"
        )


def told(thing: object) -> str:
    """What came instead, with advice where it is a class: ``nn.MSELoss`` for ``nn.MSELoss()``.

    Example:
        >>> told("adam"), told(BinaryAccuracy)
        ("'adam'", 'the class BinaryAccuracy: make one, BinaryAccuracy(…)')
    """
    if isinstance(thing, type):
        return f"the class {thing.__name__}: make one, {thing.__name__}(…)"
    return repr(thing)


def as_number(name: str, value: Any) -> float:
    """The Python number a metric or loss returned.

    Raises:
        ShapeError: It is an array of several.
        TypeError: It is no number.
    """
    if np.size(value) != 1:
        raise ShapeError(
            f"{name} gives one number for a batch, the mean over its samples; got an array of "
            f"shape {np.shape(value)}: average it"
        )
    try:
        return float(value.item() if hasattr(value, "item") else value)
    except TypeError:
        raise TypeError(
            f"{name} gives a number for a batch, got {type(value).__name__}: return the mean over "
            "its samples"
        ) from None
