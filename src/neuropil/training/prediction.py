"""What a network says about inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import DataError
from neuropil.graph import plain
from neuropil.nn.modes import inference

if TYPE_CHECKING:
    from jaxtyping import Num

    from neuropil.arrays import Array
    from neuropil.nn import Module


def predict(
    net: Module, inputs: Num[Array, "n *in"], batch_size: int = 256
) -> Num[Array, "n *out"]:
    """The outputs of ``net`` for all ``inputs``, in eval mode, without gradients.

    Args:
        net: The network. It keeps its mode (train or eval).
        inputs: Samples along axis 0.
        batch_size: How many samples go through the network at a time.

    Raises:
        TypeError: ``inputs`` is a data set or a pair of arrays, or the network has several outputs.
        DataError: There are no samples, or ``batch_size`` is less than 1.

    Example:
        >>> from neuropil import nn
        >>> predict(nn.Linear(8, 3), np.zeros((5, 8), np.float32)).shape
        (5, 3)
    """
    if not (hasattr(inputs, "__array__") or isinstance(inputs, list)):
        raise TypeError(
            f"predict expects an array of inputs, got {type(inputs).__name__}: pass the inputs "
            "alone (of an ArrayDataset: .inputs)"
        )
    if np.ndim(inputs) == 0 or len(inputs) == 0:
        raise DataError(f"predict expects samples along axis 0, got shape {np.shape(inputs)}")
    if batch_size < 1:
        raise DataError(f"batch_size is at least 1, got {batch_size}")
    samples = inputs if hasattr(inputs, "dtype") else np.asarray(inputs)
    outputs = []
    with inference(net) as begin_at:
        for start in range(0, len(samples), batch_size):
            begin_at(start)
            outputs.append(_one_array(net(samples[start : start + batch_size])))
    return outputs[0] if len(outputs) == 1 else np.concatenate(outputs)


def _one_array(output: Any) -> Array:
    if isinstance(output, tuple | list | dict):
        raise TypeError(
            f"predict expects a network with one output, got a {type(output).__name__} of "
            f"{len(output)}: call net(x) under npl.no_grad() batch by batch"
        )
    return plain(output)
