"""What a metric is, and what may be one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import ShapeError
from neuropil.training.history import BOOKKEEPING

if TYPE_CHECKING:
    from jaxtyping import Num

    from neuropil.arrays import Array

Metric = Callable[[Any, Any], Any]
"""A function of outputs and targets that gives a number."""


class OverallMetric(ABC):
    """A metric that is no mean over samples, so that it has to see all of them at once.

    `fit` measures it on the validation data after each epoch, not on the batches it trains with.

    Example:
        >>> class LargestError(OverallMetric):
        ...     __name__ = "largest_error"
        ...     def __call__(self, output, target):
        ...         return float(np.abs(output - target).max())
        >>> LargestError()(np.array([[1.0], [4.0]]), np.array([[1.0], [2.0]]))
        2.0
    """

    __name__: str

    @abstractmethod
    def __call__(self, output: Num[Array, "n ..."], target: Num[Array, "n ..."], /) -> float:
        """The value for all samples."""


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


def check_measured(functions: Mapping[str, Metric], *, validated: bool) -> None:
    """Refuse an `OverallMetric` where there is no validation data to measure it on.

    Raises:
        ValueError: There is one.
    """
    overall = [name for name, f in functions.items() if isinstance(f, OverallMetric)]
    if overall and not validated:
        raise ValueError(
            f"{overall[0]} is no mean over batches, so it is measured on validation data only: "
            "pass validation=…, or leave it out and use evaluate"
        )


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
        >>> told("adam"), told(dict)
        ("'adam'", 'the class dict: make one, dict(…)')
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
