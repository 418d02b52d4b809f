"""Losses as modules: ``loss(output, target)`` (notes 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.nn import functional
from neuropil.nn.module import Module
from neuropil.ops.loss_reduction import Reduction, check_reduction

if TYPE_CHECKING:
    from jaxtyping import Float, Integer

    from neuropil.arrays import Array


class MSELoss(Module):
    """The squared error (y − t)², by default averaged over all elements.

    See `functional.mse_loss`.

    Example:
        >>> print(MSELoss()(np.array([[1.0, 3.0]]), np.zeros((1, 2))))
        5.0
    """

    def __init__(self, *, reduction: Reduction = "mean") -> None:
        self.reduction = check_reduction(reduction)

    def forward(
        self, output: Float[Array, "*shape"], target: Float[Array, "*shape"]
    ) -> Float[Array, "..."]:
        return functional.mse_loss(output, target, reduction=self.reduction)


class HalfSquaredError(Module):
    """The squared error ½‖y − t‖² of the notes (2.3.1), by default averaged over the samples.

    See `functional.half_squared_error`.

    Example:
        >>> print(HalfSquaredError()(np.array([[1.0, 3.0]]), np.zeros((1, 2))))
        5.0
    """

    def __init__(self, *, reduction: Reduction = "mean") -> None:
        self.reduction = check_reduction(reduction)

    def forward(
        self, output: Float[Array, "samples *f"], target: Float[Array, "samples *f"]
    ) -> Float[Array, "..."]:
        return functional.half_squared_error(output, target, reduction=self.reduction)


class BCELoss(Module):
    """Bernoulli cross-entropy −t ln y − (1 − t) ln(1 − y) of probabilities (notes 2.3.2).

    See `functional.binary_cross_entropy`. A network that ends in a sigmoid trains better without
    it and with `BCEWithLogitsLoss`.

    Example:
        >>> print(BCELoss()(np.array([0.5]), np.array([1.0])).round(4))  # ln 2
        0.6931
    """

    def __init__(
        self, weight: Float[Array, "..."] | None = None, *, reduction: Reduction = "mean"
    ) -> None:
        self.weight = _optional_array(weight)
        self.reduction = check_reduction(reduction)

    def forward(
        self, output: Float[Array, "*shape"], target: Float[Array, "*shape"]
    ) -> Float[Array, "..."]:
        return functional.binary_cross_entropy(
            output, target, weight=self.weight, reduction=self.reduction
        )


class BCEWithLogitsLoss(Module):
    """Bernoulli cross-entropy of σ(z) for logits z, without overflow (notes 2.3.2).

    See `functional.binary_cross_entropy_with_logits`. Its derivative is (σ(z) − t)/N.

    Example:
        >>> print(BCEWithLogitsLoss()(np.array([0.0]), np.array([1.0])).round(4))  # ln 2
        0.6931
    """

    def __init__(
        self,
        weight: Float[Array, "..."] | None = None,
        *,
        pos_weight: Float[Array, "..."] | None = None,
        reduction: Reduction = "mean",
    ) -> None:
        self.weight = _optional_array(weight)
        self.pos_weight = _optional_array(pos_weight)
        self.reduction = check_reduction(reduction)

    def forward(
        self, logits: Float[Array, "*shape"], target: Float[Array, "*shape"]
    ) -> Float[Array, "..."]:
        return functional.binary_cross_entropy_with_logits(
            logits,
            target,
            weight=self.weight,
            pos_weight=self.pos_weight,
            reduction=self.reduction,
        )


class NLLLoss(Module):
    """−ln p of the right class, for a network that ends in `LogSoftmax` (notes 2.3.3).

    See `functional.nll_loss`.

    Example:
        >>> print(NLLLoss()(np.log([[0.25, 0.75]]), np.array([1])).round(4))  # −ln 0.75
        0.2877
    """

    def __init__(
        self,
        weight: Float[Array, "classes"] | None = None,
        *,
        ignore_index: int | None = -100,
        reduction: Reduction = "mean",
    ) -> None:
        self.weight = _optional_array(weight)
        self.ignore_index = ignore_index
        self.reduction = check_reduction(reduction)

    def forward(
        self,
        log_probabilities: Float[Array, "batch classes *d"],
        target: Integer[Array, "batch *d"],
    ) -> Float[Array, "..."]:
        return functional.nll_loss(
            log_probabilities,
            target,
            weight=self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
        )


class CrossEntropyLoss(Module):
    """−ln softmax(z) at the right class, for a network that ends in logits z (notes 2.3.3).

    See `functional.cross_entropy`. Its derivative is (softmax(z) − t)/N.

    Raises:
        ValueError: ``label_smoothing`` is outside [0, 1].

    Example:
        >>> print(CrossEntropyLoss()(np.zeros((2, 4)), np.array([0, 3])).round(4))  # ln 4
        1.3863
    """

    def __init__(
        self,
        weight: Float[Array, "classes"] | None = None,
        *,
        ignore_index: int | None = -100,
        reduction: Reduction = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        if not 0.0 <= label_smoothing <= 1.0:
            raise ValueError(f"label_smoothing lies between 0 and 1, got {label_smoothing}")
        self.weight = _optional_array(weight)
        self.ignore_index = ignore_index
        self.reduction = check_reduction(reduction)
        self.label_smoothing = label_smoothing

    def forward(
        self,
        logits: Float[Array, "batch classes *d"],
        target: Integer[Array, "batch *d"] | Float[Array, "batch classes *d"],
    ) -> Float[Array, "..."]:
        return functional.cross_entropy(
            logits,
            target,
            weight=self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


def _optional_array(weight: Any) -> Any:
    return None if weight is None else np.asarray(weight)
