"""Bernoulli cross-entropies (notes 2.3.2)."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import ops
from neuropil.errors import DataError
from neuropil.graph import plain
from neuropil.nn.functional.targets import check_same_shape
from neuropil.ops.loss_reduction import Reduction, reduced

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


def binary_cross_entropy(
    output: Float[Array, "*shape"],
    target: Float[Array, "*shape"],
    *,
    weight: Float[Array, "..."] | None = None,
    reduction: Reduction = "mean",
) -> Float[Array, "..."]:
    """−t ln y − (1 − t) ln(1 − y) of probabilities y, by default averaged over all elements.

    Raises:
        ShapeError: ``output`` and ``target`` differ in shape.
        DataError: An output is no probability.

    Example:
        >>> print(binary_cross_entropy(np.array([0.5]), np.array([1.0])).round(4))  # ln 2
        0.6931
    """
    check_same_shape("BCELoss", output, target)
    if weight is None:
        loss = ops.binary_cross_entropy(output, target, reduction=reduction)
    else:
        loss = reduced(_weighted(ops.binary_cross_entropy(output, target), weight), reduction)
    if _is_nan(loss):
        _check_probabilities(output)
    return loss


def binary_cross_entropy_with_logits(
    logits: Float[Array, "*shape"],
    target: Float[Array, "*shape"],
    *,
    weight: Float[Array, "..."] | None = None,
    pos_weight: Float[Array, "..."] | None = None,
    reduction: Reduction = "mean",
) -> Float[Array, "..."]:
    """−w[p t ln σ(z) + (1 − t) ln(1 − σ(z))] of logits z, by default averaged over all elements.

    Args:
        logits: The outputs of the last linear layer, without an activation function.
        target: 0 or 1, or a probability.
        weight: w, broadcast to the shape of the losses.
        pos_weight: p, how much more a positive answer weighs than a negative one.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.

    Raises:
        ShapeError: ``logits`` and ``target`` differ in shape.

    Example:
        >>> print(binary_cross_entropy_with_logits(np.array([0.0]), np.array([1.0])).round(4))
        0.6931
    """
    check_same_shape("BCEWithLogitsLoss", logits, target)
    if pos_weight is not None:
        surplus = ops.astype(pos_weight, logits.dtype) - 1.0
        losses = (1.0 - target) * logits + (1.0 + surplus * target) * ops.softplus(-logits)
        return reduced(_weighted(losses, weight), reduction)
    if weight is not None:
        return reduced(
            _weighted(ops.binary_cross_entropy_with_logits(logits, target), weight), reduction
        )
    return ops.binary_cross_entropy_with_logits(logits, target, reduction=reduction)


def _weighted(losses: Array, weight: Array | None) -> Array:
    """Each loss times its weight, of which None stands for 1; the dtype stays."""
    return losses if weight is None else losses * ops.astype(weight, losses.dtype, copy=False)


def _is_nan(loss: Any) -> bool:
    value = plain(loss)
    if not isinstance(value, np.ndarray | np.generic):  # unknown while compiling
        return False
    return bool(np.isnan(value).any() if value.ndim else isnan(value))


def _check_probabilities(output: Any) -> None:
    values = plain(output)
    wrong = values[(values < 0.0) | (values > 1.0)]
    if wrong.size:
        raise DataError(
            f"BCELoss expects probabilities between 0 and 1, got {wrong[0]:g}: end the network "
            "with nn.Sigmoid(), or train on logits with nn.BCEWithLogitsLoss()"
        )
