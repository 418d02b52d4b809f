"""What there is to say about the samples themselves: features, outputs, targets."""

from __future__ import annotations

from statistics import median_low
from typing import TYPE_CHECKING

import numpy as np

from neuropil.data.dataset import gather
from neuropil.graph import Variable, plain
from neuropil.training.doctor.calls import Pass, primitive_of
from neuropil.training.doctor.losses import chance
from neuropil.training.doctor.statistics import InputStatistics, OutputStatistics

if TYPE_CHECKING:
    from neuropil.arrays import Array
    from neuropil.data import Dataset

RANGES = {
    "sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "relu": (0.0, np.inf),
    "log_softmax": (-np.inf, 0.0),
}
"""What an activation function at the end of a network can give."""

_PORTION = 1024
"""Of samples that are read at once."""

_ARRANGING = frozenset(
    {"reshape", "squeeze", "expand_dims", "permute_dims", "matrix_transpose", "getitem", "moveaxis"}
)


def of_inputs(inputs: Array, *, normalised: bool) -> InputStatistics | None:
    """Scales and offsets of the features; None for inputs that are no floating numbers.

    Example:
        >>> found = of_inputs(np.array([[1.0, 200.0], [-1.0, 210.0]]), normalised=False)
        >>> found.largest_at, found.offset
        (1, 41.0)
    """
    features = np.asarray(inputs)
    if features.dtype.kind != "f" or features.size == 0:
        return None
    features = features.reshape(len(features), -1).astype(np.float64)
    scales = np.sqrt(np.mean(features**2, axis=0))
    means, spreads = features.mean(axis=0), features.std(axis=0)
    varying = spreads > 1e-6 * scales
    offsets = np.where(varying, np.abs(means) / np.where(varying, spreads, 1.0), 0.0)
    return InputStatistics(
        scale=float(np.sqrt(np.mean(features**2))),
        largest=float(scales.max()),
        typical=median_low(scales[scales > 0.0].tolist()) if scales.any() else 0.0,
        largest_at=int(scales.argmax()),
        offset=float(offsets.max()),
        offset_at=int(offsets.argmax()),
        normalised=normalised,
    )


def of_outputs(
    passed: Pass, targets: Array, loss: str, dataset: Dataset
) -> OutputStatistics | None:
    """Ranges and sums of outputs and targets; None for a network with several outputs.

    Where one class is rare, all of a few samples may well have the same target. So all targets of
    the data set are looked at then, up to the first that is another one.
    """
    if not isinstance(passed.output, Variable):
        return None
    y, t = np.asarray(passed.output.value), np.asarray(plain(targets))
    if y.dtype.kind != "f" or y.size == 0 or t.dtype.kind not in "biuf":
        return None
    made_by = final_primitive(passed.output)
    low, high = RANGES.get(made_by, (-np.inf, np.inf))
    y = y.astype(np.float64)
    axis = 1 if y.ndim > 1 else 0
    return OutputStatistics(
        made_by=made_by,
        low=float(y.min()),
        high=float(y.max()),
        total=float(np.max(np.abs(y.sum(axis=axis) - 1.0))),
        exp_total=float(np.max(np.abs(np.exp(y).sum(axis=axis) - 1.0))),
        target_low=float(t.min()),
        target_high=float(t.max()),
        unreachable=float(np.mean((t < low) | (t > high))),
        samples=len(dataset),
        constant=len(t) > 1 and bool(np.all(t == t[:1])) and _all_are(t[:1], dataset),
        chance=chance(loss, t),
    )


def _all_are(target: Array, dataset: Dataset) -> bool:
    """Whether every sample of the data set has this target."""
    return all(
        np.all(gather(dataset, slice(start, start + _PORTION))[1] == target)
        for start in range(0, len(dataset), _PORTION)
    )


def final_primitive(output: Variable) -> str:
    """The primitive that gave the numbers of ``output``, however they were arranged since."""
    while primitive_of(output) in _ARRANGING and output.creator and output.creator.parents:
        output = output.creator.parents[0][1]
    return primitive_of(output)
