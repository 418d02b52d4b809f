"""Weights that let rare classes count as much as common ones (notes 2.3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import DataError, DTypeError, ShapeError

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from neuropil.arrays import Array

    Numpy = np.ndarray[Any, Any]


def class_weights(
    targets: Int[Array, " n"], n_classes: int, *, dtype: Any = np.float32
) -> Float[Numpy, "classes"]:
    """n / (K nₖ) for each of K classes, of which nₖ of the n samples are of class k.

    Given to ``nn.CrossEntropyLoss(weight=…)``, each class then has the same share in the loss of
    all samples; the mean weight of a sample is 1. As scikit-learn's "balanced".

    Args:
        targets: The class of each sample.
        n_classes: K, the number of the network's outputs.
        dtype: Of the weights.

    Raises:
        DataError: A class has no samples, or a target is no class.
        DTypeError, ShapeError: The targets are not integers, one for each sample.

    References:
        G. King and L. Zeng, Logistic regression in rare events data, 2001.

    Example:
        >>> print(class_weights(np.array([0, 0, 0, 1]), 2).round(3))
        [0.667 2.   ]
    """
    labels: Numpy = np.asarray(targets)
    if labels.dtype.kind not in "iu":
        raise DTypeError(
            f"class_weights expects integer classes, got {labels.dtype}: one-hot rows become "
            "classes with t.argmax(axis=1)"
        )
    if labels.ndim != 1:
        raise ShapeError(f"class_weights expects one class per sample, got shape {labels.shape}")
    wrong = (labels < 0) | (labels >= n_classes)
    if wrong.any():
        raise DataError(
            f"class_weights expects classes 0 … {n_classes - 1}, got {labels[wrong][0]} for sample "
            f"{int(wrong.argmax())}: correct the labels, or say how many classes there are"
        )
    counts = np.bincount(labels, minlength=n_classes)
    if empty := np.flatnonzero(counts == 0).tolist():
        many = len(empty) > 1
        raise DataError(
            f"{'classes' if many else 'class'} {', '.join(map(str, empty))} "
            f"{'have' if many else 'has'} no samples, so no weight makes up for them: add samples, "
            "or leave the class out of the network"
        )
    weights: Numpy = (len(labels) / (n_classes * counts)).astype(dtype)
    return weights
