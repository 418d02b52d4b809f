"""The figures of a run's page; each is None where it makes no sense."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import nn, plot
from neuropil.report.inline import svg
from neuropil.training.history import BOOKKEEPING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jaxtyping import Float, Int
    from markupsafe import Markup

    from neuropil.data import ArrayDataset

# What a record of the history holds besides the quantities that are drawn.
MOST_FILTERS = 64
"""How many first-layer filters are drawn at most."""


def curves(records: Sequence[Mapping[str, Any]], kept: int | None) -> Markup | None:
    """Loss and metrics over the epochs, with the epoch marked whose parameters were kept."""
    if not records:
        return None
    quantities = [name for name in records[0] if name not in BOOKKEEPING]
    history = {name: [number(record.get(name)) for record in records] for name in quantities}
    last = ", ".join(f"{name} {values[-1]:.4g}" for name, values in history.items())
    description = f"Learning curves over {len(records)} epochs. At the end: {last}."
    return svg(plot.learning_curves(history, best=kept), "curves", description)


def number(value: float | None) -> float:
    """A number of the history: JSON has no NaN and says null."""
    return math.nan if value is None else float(value)


def confusion(
    true: Int[np.ndarray, " n"], predicted: Int[np.ndarray, " n"], classes: Sequence[str]
) -> Markup:
    """How often each class was read as each class."""
    counts = np.zeros((len(classes), len(classes)), dtype=int)
    np.add.at(counts, (true, predicted), 1)
    wrong = [
        f"{classes[row]} as {classes[column]} {counts[row, column]} times"
        for row, column in np.argwhere(counts)
        if row != column
    ]
    description = f"Confusion matrix of {len(true)} samples. Misread: {', '.join(wrong) or 'none'}."
    return svg(plot.confusion_matrix(counts, classes), "confusion", description)


def filters(network: nn.Module, sample_shape: tuple[int, ...]) -> Markup | None:
    """The weights of the first layer as images, where its inputs are the pixels of a grey image."""
    images = first_filters(network, sample_shape)
    if images is None:
        return None
    description = f"The weights of {len(images)} first-layer units, drawn as images."
    return svg(plot.filters(images[:MOST_FILTERS]), "filters", description)


def first_filters(
    network: nn.Module, sample_shape: tuple[int, ...]
) -> Float[np.ndarray, "units height width"] | None:
    """The first layer's weights, one image a unit; None where they are no images.

    Example:
        >>> first_filters(nn.Sequential(nn.Flatten(), nn.Linear(64, 3)), (1, 8, 8)).shape
        (3, 8, 8)
        >>> first_filters(nn.Linear(2, 3), (2,)) is None
        True
    """
    layer = next((m for m in network.modules() if isinstance(m, nn.Linear | nn.Conv2d)), None)
    if layer is None or len(sample_shape) != 3 or sample_shape[0] != 1:
        return None
    weights = np.asarray(layer.weight.detach())
    if isinstance(layer, nn.Conv2d):
        return weights[:, 0]
    pixels = sample_shape[1] * sample_shape[2]
    return weights.reshape(-1, *sample_shape[1:]) if weights.shape[1] == pixels else None


def boundary(
    probabilities: Callable[[Any], Float[np.ndarray, "n 2"]],
    samples: ArrayDataset,
    labels: Int[np.ndarray, " n"],
) -> Markup | None:
    """What a classifier of points in the plane answers, over the plane."""
    points = samples.inputs
    if points.shape[1:] != (2,) or labels.max() > 1:
        return None
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.35 * (high - low)
    x, y = np.linspace(low - margin, high + margin, 121, dtype=points.dtype).T
    plane = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    of_one = probabilities(plane)[:, 1].reshape(len(y), len(x))
    figure = plot.decision_boundary(x, y, of_one, points, labels)
    return svg(figure, "boundary", "The probability of class 1 over the plane, and the samples.")
