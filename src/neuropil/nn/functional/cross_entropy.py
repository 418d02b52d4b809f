"""Categorical cross-entropies (notes 2.3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil import ops
from neuropil.arrays import namespace
from neuropil.graph import plain
from neuropil.nn.functional.labels import label_rows
from neuropil.nn.functional.targets import (
    check_class_weights,
    check_labels_shape,
)
from neuropil.nn.refusals import shape_of
from neuropil.ops.loss_reduction import Reduction, check_reduction, reduced
from neuropil.ops.selection import masked

if TYPE_CHECKING:
    from jaxtyping import Float, Integer

    from neuropil.arrays import Array


def cross_entropy(
    logits: Float[Array, "batch classes *places"],
    target: Integer[Array, "batch *places"] | Float[Array, "batch classes *places"],
    *,
    weight: Float[Array, "classes"] | None = None,
    ignore_index: int | None = -100,
    reduction: Reduction = "mean",
    label_smoothing: float = 0.0,
) -> Float[Array, "..."]:
    """−Σ wₖ tₖ ln softmax(z)ₖ of each sample, by default averaged.

    Args:
        logits: z, the outputs of the last linear layer without an activation function; classes
            on axis 1 (of a single sample: on the only axis).
        target: The class of each sample as an integer, or t, a distribution over the classes.
        weight: wₖ. The mean over labels divides by the sum of their weights, as in PyTorch.
        ignore_index: A label whose samples count for nothing; None if there is no such label.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
        label_smoothing: ε, by which t becomes (1 − ε) t + ε/K.

    Raises:
        ShapeError, DTypeError: ``target`` does not belong to ``logits``.
        DataError: A label is no class.

    Example:
        >>> import numpy as np
        >>> print(cross_entropy(np.zeros((2, 4)), np.array([0, 3])).round(4))  # ln 4
        1.3863
    """
    loss = "CrossEntropyLoss"
    check_reduction(reduction)
    if _is_distribution(logits, target):
        shares, complete = _classes_last(target), False
        counted, total = 1.0, None
        logits = _classes_last(logits)
    else:
        check_labels_shape(loss, logits, target)
        logits = _classes_last(logits)
        shares, complete = label_rows(
            plain(target),
            logits.shape[-1],
            dtype=logits.dtype,
            ignore_index=ignore_index,
            loss=loss,
        )
        counted = 1.0 if complete else shares.sum(axis=-1, keepdims=True)
        total = None if complete and weight is None else _total(loss, shares, weight)
    if label_smoothing != 0.0:
        uniform = label_smoothing / logits.shape[-1]
        shares = (1.0 - label_smoothing) * shares + uniform * counted
    if weight is not None:
        shares = shares * _weights(loss, weight, shares)
    if total is None or reduction != "mean":
        return ops.cross_entropy_with_logits(
            logits, shares, reduction=reduction, normalised=complete and weight is None
        )
    return ops.cross_entropy_with_logits(logits, shares, reduction="sum") / total


def nll_loss(
    log_probabilities: Float[Array, "batch classes *places"],
    target: Integer[Array, "batch *places"],
    *,
    weight: Float[Array, "classes"] | None = None,
    ignore_index: int | None = -100,
    reduction: Reduction = "mean",
) -> Float[Array, "..."]:
    """−wₖ ln pₖ of each sample at its class k, by default averaged.

    Args:
        log_probabilities: ln p, for example from `log_softmax`; classes on axis 1.
        target: The class of each sample as an integer.
        weight: wₖ. The mean divides by the sum of the weights of the labels, as in PyTorch.
        ignore_index: A label whose samples count for nothing; None if there is no such label.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.

    Raises:
        ShapeError, DTypeError: ``target`` does not belong to ``log_probabilities``.
        DataError: A label is no class.

    Example:
        >>> import numpy as np
        >>> print(nll_loss(np.log([[0.25, 0.75]]), np.array([1])).round(4))  # −ln 0.75
        0.2877
    """
    loss = "NLLLoss"
    check_labels_shape(loss, log_probabilities, target)
    scores = _classes_last(log_probabilities)
    hot, complete = label_rows(
        plain(target), scores.shape[-1], dtype=scores.dtype, ignore_index=ignore_index, loss=loss
    )
    total = None if complete and weight is None else _total(loss, hot, weight)
    chosen = masked(scores, hot > 0)  # 0 · ln 0 would be NaN
    if weight is not None:
        chosen = chosen * _weights(loss, weight, hot)
    return _averaged(-ops.sum(chosen, axis=-1), total, reduction)


def _is_distribution(logits: Array, target: Array) -> bool:
    shape = shape_of("CrossEntropyLoss", logits)
    return shape == shape_of("CrossEntropyLoss", target) and target.dtype.kind == "f"


def _classes_last(scores: Array) -> Array:
    return scores if len(scores.shape) <= 2 else ops.moveaxis(scores, 1, -1)


def _weights(loss: str, weight: Array, like: Array) -> Array:
    weight = namespace(like).asarray(plain(weight), dtype=like.dtype)
    check_class_weights(loss, weight, like.shape[-1])
    return weight


def _total(loss: str, hot: Array, weight: Array | None) -> Array:
    """The weights of all labels together."""
    return (hot if weight is None else hot * _weights(loss, weight, hot)).sum()


def _averaged(losses: Array, total: Array | None, reduction: Reduction) -> Array:
    if total is None or reduction != "mean":
        return reduced(losses, reduction)
    return ops.sum(losses) / total
