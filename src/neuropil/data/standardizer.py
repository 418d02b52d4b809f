"""Inputs brought to one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import numpy as np

from neuropil.data.array_dataset import ArrayDataset
from neuropil.data.dataset import gather
from neuropil.errors import DataError, ShapeError

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.data.dataset import Dataset, Numpy


@final
class Standardizer:
    """Shifts and scales each feature: (x − mean)/std, both those of the samples it was made from.

    Make it from the samples that train, and apply it to all: what is validated or tested on must
    have no say in it. A feature that never changes is shifted only.

    Args:
        samples: An array (samples, …), or a data set, of which the inputs are taken.

    Attributes:
        mean: Of each feature.
        std: Of each feature (divided by n, not n − 1), 1 where it never changes.

    Raises:
        DataError: There are no samples, or a value is not finite.

    Example:
        >>> standardize = Standardizer(np.array([[1.0, 5.0], [3.0, 5.0]]))
        >>> standardize(np.array([[3.0, 6.0]])).tolist()
        [[1.0, 1.0]]
    """

    def __init__(self, samples: Float[Numpy, "samples *shape"] | Dataset) -> None:
        inputs = samples if isinstance(samples, np.ndarray) else _inputs(samples)
        if len(inputs) == 0 or not np.isfinite(inputs).all():
            wrong = "none" if len(inputs) == 0 else "values that are not finite"
            raise DataError(f"Standardizer expects finite samples, got {wrong}")
        numbers = inputs.astype(np.float64)
        self.mean: Numpy = numbers.mean(axis=0)
        spread = numbers.std(axis=0)
        # Rounding leaves a feature that never changes a spread of some 1e-16 of its mean.
        constant = spread <= 1e-12 * np.abs(self.mean)
        self.std: Numpy = np.where(constant, 1.0, spread)

    def __call__(self, inputs: Float[Numpy, "samples *shape"]) -> Float[Numpy, "samples *shape"]:
        """(inputs − mean)/std, in the dtype of the inputs, or float32 where that is of integers.

        Raises:
            ShapeError: They have other features.
        """
        self._check(inputs)
        return _like((inputs - self.mean) / self.std, inputs)

    def inverse(self, inputs: Float[Numpy, "samples *shape"]) -> Float[Numpy, "samples *shape"]:
        """What standardised inputs were before.

        Raises:
            ShapeError: They have other features.
        """
        self._check(inputs)
        return _like(inputs * self.std + self.mean, inputs)

    def applied_to(self, dataset: Dataset) -> ArrayDataset:
        """A data set with standardised inputs and the same targets.

        Example:
            >>> from neuropil import data
            >>> train = data.ArrayDataset(np.array([[1.0], [3.0]]), np.array([0, 1]))
            >>> Standardizer(train).applied_to(train).inputs.tolist()
            [[-1.0], [1.0]]
        """
        inputs, targets = gather(dataset, slice(0, len(dataset)))
        return ArrayDataset(self(inputs), targets, classes=getattr(dataset, "classes", None))

    def _check(self, inputs: Numpy) -> None:
        if inputs.shape[1:] != self.mean.shape:
            raise ShapeError(
                f"Standardizer expects samples of shape {self.mean.shape}, as it was made from, "
                f"got {inputs.shape[1:]}"
            )

    def __repr__(self) -> str:
        return f"Standardizer(mean={self.mean!r}, std={self.std!r})"


def _like(numbers: Numpy, inputs: Numpy) -> Numpy:
    """Numbers in the dtype of the inputs; those of integers would lose what is behind the point."""
    return numbers.astype(inputs.dtype if inputs.dtype.kind == "f" else np.float32)


def _inputs(dataset: Dataset) -> Numpy:
    if len(dataset) == 0:
        return np.zeros(0)
    return gather(dataset, slice(0, len(dataset)))[0]
