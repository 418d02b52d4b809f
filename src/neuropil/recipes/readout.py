"""How outputs and targets are read: the loss a network was trained with says what they mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import nn, ops, training
from neuropil.neurons import layers

if TYPE_CHECKING:
    from jaxtyping import Float, Int, Num


@dataclass(frozen=True)
class Readout:
    """What outputs and targets mean under a loss.

    Attributes:
        probabilities: From outputs (n, …) to the probability of each class (n, classes).
        labels: From targets to the class of each sample (n,).
        accuracy: The metric that counts right answers.
    """

    probabilities: Callable[[Any], Float[np.ndarray, "n classes"]]
    labels: Callable[[Any], Int[np.ndarray, " n"]]
    accuracy: training.Metric


def _softmax(outputs: Any) -> Float[np.ndarray, "n classes"]:
    return np.asarray(ops.softmax(outputs, axis=1))


def _of_two(probability: Callable[[Any], Any]) -> Callable[[Any], Float[np.ndarray, "n 2"]]:
    """From the probability of class 1 to those of both."""

    def both(outputs: Any) -> Float[np.ndarray, "n 2"]:
        of_one = _single(probability(outputs))
        return np.stack([1 - of_one, of_one], axis=1)

    return both


def _above_half(targets: Any) -> Int[np.ndarray, " n"]:
    """Class 1 where the target is nearer to 1 than to 0."""
    return (_single(targets) > 0.5).astype(np.int64)


def _single(values: Any) -> Num[np.ndarray, " n"]:
    """The one number there is for each sample."""
    return np.asarray(values).reshape(len(values), -1)[:, 0]


READOUTS: Mapping[type[nn.Module], Readout] = {
    nn.CrossEntropyLoss: Readout(_softmax, np.asarray, training.accuracy),
    layers.RateLoss: Readout(_softmax, np.asarray, training.accuracy),
    layers.FirstSpikeLoss: Readout(_softmax, np.asarray, training.accuracy),
    nn.NLLLoss: Readout(np.exp, np.asarray, training.accuracy),
    nn.BCEWithLogitsLoss: Readout(_of_two(ops.sigmoid), _above_half, training.BinaryAccuracy(0.0)),
    nn.BCELoss: Readout(_of_two(np.asarray), _above_half, training.BinaryAccuracy(0.5)),
}
"""The losses whose outputs stand for classes."""


def readout(loss: nn.Module, targets: Num[np.ndarray, "n *shape"] | None = None) -> Readout | None:
    """How to read outputs trained with this loss; None where they are no classes.

    Args:
        loss: The loss.
        targets: What it compares outputs with. Where each is several bits, such as the pixels that
            an autoencoder is to give back, they are not the two classes of one.

    Example:
        >>> readout(nn.CrossEntropyLoss()).probabilities(np.zeros((1, 4)))
        array([[0.25, 0.25, 0.25, 0.25]])
        >>> readout(nn.MSELoss()) is None
        True
    """
    of_bits = isinstance(loss, nn.BCELoss | nn.BCEWithLogitsLoss)
    if of_bits and targets is not None and targets.size > len(targets):
        return None
    return READOUTS.get(type(loss))
