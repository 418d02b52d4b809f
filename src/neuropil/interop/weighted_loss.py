"""Samples that count more or less: targets that carry weights, and the loss that reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil import ops
from neuropil.data import ArrayDataset
from neuropil.interop.sparse_rows import SparseRows

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array
    from neuropil.data import Dataset
    from neuropil.interop.sample_weights import Numpy


def weighted(inputs: Any, targets: Numpy, weights: Numpy) -> Dataset:
    """A data set whose targets have the weights of the samples, made of mean 1, as last column.

    Inputs may be sparse.

    Example:
        >>> dataset = weighted(np.zeros((2, 3)), np.array([[5.0], [6.0]]), np.array([1.0, 3.0]))
        >>> dataset[1][1].tolist()
        [6.0, 1.5]
    """
    shares = weights / np.mean(weights)
    columns = np.column_stack([targets, shares]).astype(inputs.dtype)
    if isinstance(inputs, np.ndarray):
        return ArrayDataset(inputs, columns)
    return SparseRows(inputs, columns)


@final
class WeightedLoss:
    """(1/N) Σ wᵢ L(yᵢ, tᵢ) over the N samples of a batch of a `weighted` data set.

    The weights have mean 1 over the data set, not over each batch. Therefore the gradient of a
    batch that is drawn at random is, on average, that of Σ wᵢ Lᵢ / Σ wᵢ over all samples: the mean
    loss of a data set in which sample i stands wᵢ times.

    Args:
        losses: L, of outputs and targets with a row a sample: one number each.

    Example:
        >>> from neuropil.nn.functional import half_squared_error
        >>> loss = WeightedLoss(lambda y, t: half_squared_error(y, t, reduction="none"))
        >>> print(loss(np.array([[1.0], [2.0]]), np.array([[0.0, 0.5], [0.0, 1.5]])))
        1.625
    """

    def __init__(self, losses: Callable[[Any, Any], Any]) -> None:
        self.losses = losses

    def __call__(
        self, output: Float[Array, "samples outputs"], target: Float[Array, "samples outputs+1"]
    ) -> Float[Array, ""]:
        """The weighted mean for a batch."""
        return ops.mean(self.losses(output, target[:, :-1]) * target[:, -1])
