"""One look at a network: signals forwards, gradients backwards, and back as it was."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.graph import Variable, gradients, plain
from neuropil.training.doctor.calls import Activation, Layer, Pass, forward
from neuropil.training.doctor.statistics import (
    ActivationStatistics,
    Examination,
    LayerStatistics,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from neuropil.arrays import Array
    from neuropil.nn import Module

    Numpy = np.ndarray[Any, Any]

FLAT = 0.05
"""A slope below this share of the steepest is flat: a gradient loses a factor of 20 there."""

_SAME = 1e-5
"""Units are alike up to this, relative to the largest: what float32 rounds in a sum."""


def examine(
    net: Module,
    loss: Callable[[Any, Any], Any],
    inputs: Array,
    targets: Array,
    *,
    step: int,
    passed: Pass | None = None,
) -> Examination:
    """Statistics of every layer for these samples.

    Gradients go past ``grad``, which stays as it is; buffers and Generators move as in any
    forward pass (see `untouched`).

    Args:
        net: In the mode it is to be examined in.
        loss: ``(output, target) -> Variable``, a mean over the samples.
        inputs: Those of the samples.
        targets: Those of the samples.
        step: How many steps have been taken.
        passed: The forward pass of these samples, where there is one already.
    """
    passed = passed or forward(net, inputs)
    cost = loss(passed.output, targets)
    layers = passed.layers
    weights = [layer.weight for layer in layers]
    found = gradients(cost, [*weights, *(layer.z for layer in layers)])
    of_weights, of_outputs = found[: len(layers)], found[len(layers) :]
    return Examination(
        step,
        float(cost.item()),
        tuple(map(_layer, layers, of_weights, of_outputs, repeat(_largest(of_outputs)))),
        tuple(map(_activation, passed.activations)),
        _noise(net, loss, inputs, targets, weights, of_weights),
    )


def _layer(
    layer: Layer, of_weight: Array | None, of_output: Array | None, largest: float
) -> LayerStatistics:
    z = _units_last(layer.z, layer.channels)
    delta = np.zeros_like(z) if of_output is None else _units_last(of_output, layer.channels)
    alike = _like_the_first(z, float(np.max(np.abs(z)))) & _like_the_first(delta, largest)
    return LayerStatistics(
        layer.name,
        layer.kind,
        units=z.shape[1],
        weight=root_mean_square(layer.weight.value),
        weight_gradient=0.0 if of_weight is None else root_mean_square(of_weight),
        signal=root_mean_square(z),
        gradient=float(np.linalg.norm(delta.astype(np.float64))),
        alike=float(np.mean(alike)),
    )


def _activation(activation: Activation) -> ActivationStatistics:
    layer, kind = activation.layer, activation.kind
    y = _units_last(activation.y, layer.channels if layer is not None else -1)
    slopes = {"sigmoid": lambda: 4.0 * y * (1.0 - y), "tanh": lambda: 1.0 - y * y}
    return ActivationStatistics(
        activation.name,
        kind,
        layer.name if layer is not None else None,
        activation.hidden,
        dead=float(np.mean(y.max(axis=0) <= 0.0)) if kind == "relu" else None,
        saturated=float(np.mean(slopes[kind]() < FLAT)) if kind in slopes else None,
    )


def _noise(
    net: Module,
    loss: Callable[[Any, Any], Any],
    inputs: Array,
    targets: Array,
    weights: Sequence[Variable],
    whole: Sequence[Array | None],
) -> float:
    """tr Σ / ‖∇E‖² from two halves of b samples each.

    Of their gradients g and h, b ‖g − h‖²/2 estimates tr Σ and g·h estimates ‖∇E‖², both without
    bias; h is twice the gradient of the whole less g.
    """
    half = len(inputs) // 2
    if half < 2:  # too few for a batch normalisation, and for an estimate
        return float("nan")
    first = gradients(loss(net(inputs[:half]), targets[:half]), weights)
    apart = together = 0.0
    for of_half, of_whole in zip(first, whole, strict=True):
        if of_half is not None and of_whole is not None:
            g = np.asarray(of_half, dtype=np.float64)
            h = 2.0 * np.asarray(of_whole, dtype=np.float64) - g
            apart += float(np.sum((g - h) ** 2))
            together += float(np.sum(g * h))
    return half * apart / 2 / together if together > 0.0 else float("inf")


def root_mean_square(array: Array) -> float:
    """√(mean of squares), in float64: squares of float32 overflow early.

    Example:
        >>> root_mean_square(np.array([3.0, 4.0])) ** 2
        12.5
    """
    return float(np.sqrt(np.mean(np.square(np.asarray(array, dtype=np.float64)))))


def size(weights: Array) -> float:
    """What a step is compared with: their root mean square, or what PyTorch's begin with.

    That is 1/√(3·fan-in). Of weights that begin at 0, or very small, any step is a large part.

    Example:
        >>> size(np.zeros((5, 12))), size(np.full((5, 12), 2.0))
        (0.16666666666666666, 2.0)
    """
    return max(root_mean_square(weights), float((3 * weights[0].size) ** -0.5))


def _units_last(result: Any, channels: int) -> Numpy:
    """One row a sample and place, one column a unit."""
    array: Numpy = np.asarray(plain(result))
    if array.ndim < 2:
        return array.reshape(-1, 1)
    moved = np.moveaxis(array, channels, -1)
    return moved.reshape(-1, moved.shape[-1])


def _largest(gradients_of_outputs: Sequence[Array | None]) -> float:
    """The largest element of any layer's gradient.

    Against it alone can be told what is rounding: with equal weights everywhere the parts of a
    softmax's gradient cancel, and what is left of it differs from unit to unit.
    """
    sizes = (float(np.max(np.abs(g))) for g in gradients_of_outputs if g is not None)
    return max(sizes, default=0.0)


def _like_the_first(columns: Numpy, scale: float) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which columns equal the first one, but for rounding at this scale."""
    apart = np.max(np.abs(columns - columns[:, :1]), axis=0)
    alike: np.ndarray[Any, np.dtype[np.bool_]] = apart <= _SAME * scale
    return alike
