"""The loss and the metrics of a network on a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.arrays.trees import mapped
from neuropil.graph import plain
from neuropil.nn.modes import inference
from neuropil.training.averages import Averages
from neuropil.training.batches import Data, as_loader
from neuropil.training.metrics import Metric, OverallMetric, as_number, check_function, named
from neuropil.training.scores import Scores, score_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from neuropil.arrays import Array
    from neuropil.data import DataLoader
    from neuropil.nn import Module
    from neuropil.random import Generator


def evaluate(
    net: Module,
    data: Data,
    *,
    loss: Callable[[Any, Any], Any] | None = None,
    metrics: Sequence[Metric] = (),
    batch_size: int = 256,
    confidence: float | None = None,
    rng: int | Generator | None = 0,
) -> Scores:
    """The loss and the metrics on all samples, in eval mode, without gradients.

    Losses and metrics that are means are gathered batch by batch; an `OverallMetric` is given all
    outputs at once. A loss that weighs classes is the mean Σ wᵢ lᵢ / Σ wᵢ.

    Args:
        net: The network. It keeps its mode (train or eval).
        data: A pair (inputs, targets), a Dataset or a DataLoader.
        loss: ``(output, target) -> number``, a mean over the batch.
        metrics: Functions like `accuracy` and objects like ``F1()``.
        batch_size: How many samples at a time; the result does not depend on it but for rounding.
        confidence: With 0.95, each number also gets its 95 % interval: `wilson_interval` for
            shares of right answers, `bootstrap_interval` for the others.
        rng: What the bootstrap draws from.

    Returns:
        The numbers by name, a dictionary, with ``.intervals`` and a table when printed.

    Raises:
        DataError: The data is empty, or inputs and targets differ in number.
        ValueError: Neither loss nor metrics are given, or one is no mean over a batch.

    Example:
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
    if confidence is not None and not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence lies between 0 and 1, got {confidence}")
    loader = as_loader(data, batch_size)
    values, samples, outputs = _measure(net, loader, functions, keep=confidence is not None)
    if confidence is None or outputs is None:
        return Scores(values, samples=samples)
    intervals = {
        name: score_interval(function, *outputs, confidence=confidence, rng=rng)
        for name, function in functions.items()
    }
    return Scores(values, intervals, samples=samples, confidence=confidence)


def measure(
    net: Module,
    loader: DataLoader,
    functions: Mapping[str, Callable[[Any, Any], Any]],
    *,
    forward: Callable[[Any], Any] | None = None,
) -> dict[str, float]:
    """The value of each function of (output, target) on the samples of ``loader``.

    ``forward`` computes the outputs if given: ``net`` in another form.
    """
    return _measure(net, loader, functions, forward=forward)[0]


def _measure(
    net: Module,
    loader: DataLoader,
    functions: Mapping[str, Callable[[Any, Any], Any]],
    *,
    keep: bool = False,
    forward: Callable[[Any], Any] | None = None,
) -> tuple[dict[str, float], int, tuple[Array, Array] | None]:
    """The values, of how many samples, and all outputs and targets where someone needs them."""
    overall = {name: f for name, f in functions.items() if isinstance(f, OverallMetric)}
    means = {name: f for name, f in functions.items() if name not in overall}
    averages = Averages(means)
    kept: list[tuple[Array, Array]] = []
    with inference(net) as begin_at:
        for inputs, targets in loader:
            begin_at(averages.samples)
            output = mapped(plain, (forward or net)(inputs))
            averages.add(
                targets, [as_number(name, f(output, targets)) for name, f in means.items()]
            )
            if keep or overall:
                kept.append((output, targets))
    whole = mapped(_joined, *kept) if kept else None
    values = averages.means()
    if whole is not None:
        values |= {name: as_number(name, metric(*whole)) for name, metric in overall.items()}
    ordered = {name: values[name] for name in functions}
    return ordered, averages.samples, whole


def _joined(*batches: Array) -> Array:
    """One array of those of all batches; an output may have several, each is joined."""
    return batches[0] if len(batches) == 1 else np.concatenate(batches)
