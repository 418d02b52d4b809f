"""Whether data, network and loss belong together, found out before the first step.

One sample goes through the network, the loss and the metrics, so that a wrong shape is an error
of the layer it does not fit; then the targets of the whole data set are looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import nn
from neuropil.arrays.trees import mapped
from neuropil.data import ArrayDataset, Subset
from neuropil.data.dataset import gather
from neuropil.errors import DataError, DTypeError, GraphError, ShapeError
from neuropil.graph import Variable, enable_grad, plain
from neuropil.nn.modes import inference
from neuropil.training.metrics import as_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from neuropil.arrays import Array
    from neuropil.data import Dataset

_OF_CLASSES = (nn.CrossEntropyLoss, nn.NLLLoss)
_OF_VALUES = (nn.MSELoss, nn.HalfSquaredError, nn.BCELoss, nn.BCEWithLogitsLoss, nn.ELBOLoss)
_OF_PROBABILITIES = (nn.BCELoss, nn.BCEWithLogitsLoss, nn.BernoulliELBOLoss)


def check_data(
    net: nn.Module,
    dataset: Dataset,
    functions: Mapping[str, Callable[[Any, Any], Any]],
    name: str = "data",
) -> Variable:
    """Refuse data that the network cannot learn from.

    Args:
        net: The network; in eval mode it sees one sample.
        dataset: At least one sample.
        functions: The loss, by the name ``loss``, and the metrics by theirs.
        name: What to call the data in an error.

    Returns:
        The loss of one sample, with the graph of the Operations that lead to it.

    Raises:
        ShapeError: A layer, the loss or a metric cannot take a sample of this shape.
        DTypeError: Inputs of another dtype than the parameters, classes that are no integers, or
            values of another dtype than the outputs they are compared with.
        DataError: Classes that the network has no output for, targets outside [0, 1] for a loss
            of probabilities, or numbers that are not finite.
        GraphError: The loss is no Variable.
    """
    loss = functions["loss"]
    targets = _all_targets(dataset)
    place = _first_that_counts(targets, loss)
    inputs, target = gather(dataset, slice(place, place + 1))
    with inference(net), enable_grad():
        result = net(inputs)
        output = mapped(plain, result)
        # Several outputs are the business of a loss that takes them.
        first = isinstance(loss, nn.ELBOLoss) and isinstance(output, tuple)
        compared = output[0] if first else output
        if hasattr(compared, "dtype"):
            _check_outputs(net, inputs, compared, name)
            if targets is not None:
                _check_targets(loss, compared, targets, name)
        cost = _check_loss(loss(result, target))
        for label, metric in functions.items():
            if metric is not loss:
                as_number(label, metric(output, target))
    if isinstance(dataset, ArrayDataset):
        _check_finite(dataset.inputs, f"the inputs of {name}")
    return cost


def _all_targets(dataset: Dataset) -> Array | None:
    """The targets of every sample, where they lie in an array."""
    if isinstance(dataset, ArrayDataset):
        return dataset.targets
    if isinstance(dataset, Subset):
        targets = _all_targets(dataset.dataset)
        return None if targets is None else targets[dataset.indices]
    return None


def check_labels(loss: Any, classes: int, targets: Array, name: str) -> None:
    """Refuse labels that are no classes, as a program cannot.

    Raises:
        DataError: Says which sample.
    """
    if isinstance(loss, _OF_CLASSES) and targets.dtype.kind in "iu":
        _check_classes(classes, targets, loss.ignore_index, name)


def _first_that_counts(targets: Array | None, loss: Any) -> int:
    """The first sample whose label is not one that the loss ignores."""
    if targets is None or not isinstance(loss, _OF_CLASSES):
        return 0
    counted = (targets != loss.ignore_index).reshape(len(targets), -1).any(axis=1)
    return int(counted.argmax())


def _check_outputs(net: nn.Module, inputs: Array, output: Array, name: str) -> None:
    """Layers look after themselves; this is for networks that compute on their own."""
    dtypes = {np.dtype(parameter.dtype) for parameter in net.parameters()}
    if len(dtypes) == 1 and output.dtype.kind == "f" and output.dtype not in dtypes:
        expected = dtypes.pop()
        raise DTypeError(
            f"the inputs of {name} are {inputs.dtype}, which makes outputs of {output.dtype} "
            f"where the parameters are {expected}: convert the inputs with .astype('{expected}')"
        )


def _check_targets(loss: Any, output: Array, targets: Array, name: str) -> None:
    """The values of all targets, for the losses whose targets are known."""
    _check_finite(targets, f"the targets of {name}")
    is_class = targets.dtype.kind in "iu" and targets.ndim == output.ndim - 1
    if isinstance(loss, _OF_CLASSES) and is_class:
        _check_classes(output.shape[1], targets, loss.ignore_index, name)
    elif isinstance(loss, _OF_VALUES) and targets.dtype != output.dtype:
        raise DTypeError(
            f"the targets of {name} are {targets.dtype}, the outputs {output.dtype}: "
            f"convert the targets with .astype('{output.dtype}')"
        )
    elif isinstance(loss, _OF_PROBABILITIES) and (targets.min() < 0 or targets.max() > 1):
        raise DataError(
            f"the targets of {name} lie between {targets.min()} and {targets.max()}, but "
            f"{type(loss).__name__} takes probabilities in [0, 1]: rescale them"
        )


def _check_classes(n: int, targets: Array, ignored: int | None, name: str) -> None:
    wrong = ((targets < 0) | (targets >= n)) & (targets != ignored)
    if not wrong.any():
        return
    sample = int(wrong.reshape(len(targets), -1).any(axis=1).argmax())
    label, largest = targets[wrong][0], targets[wrong].max()
    if largest == n and label == n and not (targets == 0).any():
        advice = "they seem to be counted from 1, take targets - 1"
    elif label < 0:
        advice = "correct the labels"
    else:
        advice = f"give the last layer {largest + 1} outputs, or correct the labels"
    raise DataError(
        f"the target {label} of sample {sample} in {name} is no class of this network, whose "
        f"{n} outputs are the classes 0 … {n - 1}: {advice}"
    )


def _check_loss(cost: Any) -> Variable:
    if np.ndim(plain(cost)) > 0:  # one number a sample is one number for a batch of one
        raise ShapeError(
            "loss gives one number for a batch, the mean over its samples; got for one sample an "
            f"array of shape {np.shape(plain(cost))}: average it (npl.mean)"
        )
    if not isinstance(cost, Variable):
        raise GraphError(
            f"the loss gave a {type(cost).__name__}, which has no derivative: compute it from the "
            "output with neuropil's functions (npl.mean, …), without detach() or item()"
        )
    return cost


def _check_finite(array: Array, what: str) -> None:
    """Minimum and maximum carry NaN along, so they say it without another array of that size."""
    if array.dtype.kind == "f" and not np.isfinite([array.min(), array.max()]).all():
        finite = np.isfinite(array).reshape(len(array), -1).all(axis=1)
        raise DataError(
            f"{what} hold numbers that are not finite, first in sample {int(finite.argmin())} "
            f"({int((~finite).sum())} samples in all): remove or replace them"
        )
