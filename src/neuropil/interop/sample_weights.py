"""How much each sample counts: sample weights, and weights of its class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils import check_array, check_consistent_length, compute_sample_weight

from neuropil.optim.optimizer import check_not_negative

if TYPE_CHECKING:
    Numpy = np.ndarray[Any, Any]
    Samples = tuple[Any, Numpy, Numpy]  # inputs (maybe sparse), targets, weights


def as_weights(sample_weight: Any, inputs: Any) -> Numpy:
    """One weight a sample, at least 0; ones for None.

    Raises:
        ValueError: They are something else.

    Example:
        >>> as_weights([2, 0], np.zeros((2, 1))).tolist()
        [2.0, 0.0]
    """
    if sample_weight is None:
        return np.ones(inputs.shape[0])
    weights: Numpy = check_array(
        sample_weight, ensure_2d=False, dtype=np.float64, input_name="sample_weight"
    )
    if weights.ndim != 1:
        raise ValueError(f"sample_weight is one number a sample, got shape {weights.shape}")
    check_consistent_length(inputs, weights)
    if (weights < 0.0).any():
        raise ValueError(
            f"sample_weight is at least 0, got {weights.min()} for sample {int(weights.argmin())}"
        )
    return weights


def with_class_weights(
    weights: Numpy, class_weight: Mapping[Any, float] | str | None, labels: Numpy
) -> Numpy:
    """The weights of the samples times those of their classes.

    Args:
        weights: Those of the samples.
        class_weight: A weight for each class; 1 for those that are left out. ``"balanced"`` gives
            every class the same sum of weights: W / (K·W_k) for W the sum of all weights and W_k
            that of class k of K. Or None.
        labels: The class of each sample; of a multilabel problem as scikit-learn takes them.

    Raises:
        ValueError: A weight is negative or not finite, or its class is unknown.

    Example:
        >>> with_class_weights(np.array([1.0, 1.0, 2.0]), "balanced", np.array([7, 7, 9])).tolist()
        [1.0, 1.0, 2.0]
        >>> with_class_weights(np.ones(3), {9: 5.0}, np.array([7, 7, 9])).tolist()
        [1.0, 1.0, 5.0]
    """
    if class_weight is None:
        return weights
    if labels.ndim == 1 and isinstance(class_weight, str) and class_weight == "balanced":
        # Not scikit-learn's, which counts samples: a weight of 2 is to be as two samples.
        _, places = np.unique(labels, return_inverse=True)
        totals = np.bincount(places, weights)
        present = max(np.count_nonzero(totals), 1)
        totals_or_1 = np.where(totals > 0.0, totals, 1.0)  # a class of weight 0 stays without
        factors: Numpy = (totals.sum() / (present * totals_or_1))[places]
    else:
        if isinstance(class_weight, Mapping):
            check_not_negative(**{f"class_weight[{c!r}]": w for c, w in class_weight.items()})
        factors = compute_sample_weight(class_weight, labels)
    return weights * factors


def counting(inputs: Any, targets: Numpy, weights: Numpy) -> Samples:
    """The samples that count: those of weight 0 are as if they were not there.

    Raises:
        ValueError: None is left.

    Example:
        >>> counting(np.array([[1.0], [2.0]]), np.array([[3.0], [4.0]]), np.array([0.0, 5.0]))
        (array([[2.]]), array([[4.]]), array([5.]))
    """
    counted = weights > 0.0
    if not counted.any():
        raise ValueError(
            "sample weights must contain at least one non-zero number, got zeros only: nothing "
            "would be learned"
        )
    return inputs[counted], targets[counted], weights[counted]
