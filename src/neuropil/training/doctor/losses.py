"""The losses the doctor knows, by name, and what guessing costs under them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Shaped

CATEGORICAL = frozenset({"CrossEntropyLoss", "cross_entropy"})
BINARY = frozenset({"BCEWithLogitsLoss", "binary_cross_entropy_with_logits"})
OF_LOGITS = CATEGORICAL | BINARY
OF_PROBABILITIES = frozenset({"BCELoss", "binary_cross_entropy"})
OF_LOG_PROBABILITIES = frozenset({"NLLLoss", "nll_loss"})
OF_MEAN_SQUARES = frozenset({"MSELoss", "mse_loss"})
OF_HALF_SQUARES = frozenset({"HalfSquaredError", "half_squared_error"})
OF_VALUES = OF_MEAN_SQUARES | OF_HALF_SQUARES


def name_of(loss: Any) -> str:
    """A function's own name, or that of an object's class.

    Example:
        >>> from neuropil import nn
        >>> name_of(nn.MSELoss()), name_of(nn.functional.mse_loss)
        ('MSELoss', 'mse_loss')
    """
    return str(getattr(loss, "__name__", type(loss).__name__))


def chance(loss: str, targets: Shaped[np.ndarray, "samples ..."]) -> float | None:
    """The loss of the best answer that is the same for all samples; None for an unknown loss.

    That is the entropy of the targets under a cross-entropy, their variance under a squared
    error. Weights and smoothing are left out of account.

    Example:
        >>> chance("MSELoss", np.array([[1.0], [3.0]]))
        1.0
        >>> round(chance("CrossEntropyLoss", np.array([0, 1, 0, 1])), 4)  # ln 2
        0.6931
    """
    if loss in OF_VALUES:
        variances = np.var(targets, axis=0)
        return float(variances.mean() if loss in OF_MEAN_SQUARES else variances.sum() / 2)
    if loss in BINARY | OF_PROBABILITIES:
        ones = np.mean(targets, axis=0)
        return float(np.mean(_surprise(ones) + _surprise(1.0 - ones)))
    if loss in CATEGORICAL | OF_LOG_PROBABILITIES:
        if targets.dtype.kind == "f":
            shares = np.mean(targets, axis=0)
        else:
            _, counts = np.unique(targets, return_counts=True)
            shares = counts / targets.size
        return float(np.sum(_surprise(shares)))
    return None


def _surprise(shares: Any) -> Any:
    """−p ln p, 0 at 0."""
    return -shares * np.log(np.where(shares > 0.0, shares, 1.0))
