"""The loss and the metrics of a network on a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuropil.graph import plain
from neuropil.nn.modes import inference
from neuropil.training.averages import Averages
from neuropil.training.batches import Data, as_loader
from neuropil.training.metrics import Metric, as_number, check_function, named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from neuropil.data import DataLoader
    from neuropil.nn import Module


def evaluate(
    net: Module,
    data: Data,
    *,
    loss: Callable[[Any, Any], Any] | None = None,
    metrics: Sequence[Metric] = (),
    batch_size: int = 256,
) -> dict[str, float]:
    """The means over all samples of the loss and the metrics, in eval mode, without gradients.

    Args:
        net: The network. It keeps its mode (train or eval).
        data: A pair (inputs, targets), a Dataset or a DataLoader.
        loss: ``(output, target) -> number``, a mean over the batch.
        metrics: Functions like `accuracy`.
        batch_size: How many samples at a time; the result does not depend on it but for rounding.

    Raises:
        DataError: The data is empty, or inputs and targets differ in number.
        ValueError: Neither loss nor metrics are given, or one is no mean over a batch.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> points = np.eye(2, dtype=np.float32), np.array([0, 1])
        >>> result = evaluate(nn.Linear(2, 2, rng=0), points, loss=nn.CrossEntropyLoss())
        >>> list(result)
        ['loss']
    """
    functions = {**({} if loss is None else {"loss": loss}), **named(metrics)}
    if not functions:
        raise ValueError("evaluate computes a loss or metrics: pass loss=… or metrics=[…]")
    if loss is not None:
        check_function("loss", loss)
    return measure(net, as_loader(data, batch_size), functions)


def measure(
    net: Module, loader: DataLoader, functions: Mapping[str, Callable[[Any, Any], Any]]
) -> dict[str, float]:
    """The mean of each function of (output, target) over the samples of ``loader``."""
    averages = Averages(list(functions))
    with inference(net):
        for inputs, targets in loader:
            output = plain(net(inputs))
            averages.add(
                len(inputs),
                [
                    as_number(name, function(output, targets))
                    for name, function in functions.items()
                ],
            )
    return averages.means()
