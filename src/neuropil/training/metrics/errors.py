"""How far predicted numbers are from the true ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.errors import ShapeError
from neuropil.training.metrics.metric import OverallMetric

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array

    Numpy = np.ndarray[Any, Any]


def mean_absolute_error(
    output: Float[Array, "n *shape"], target: Float[Array, "n *shape"]
) -> float:
    """The mean of |y − t| over all samples and elements.

    Raises:
        ShapeError: Outputs and targets differ in shape.

    Example:
        >>> mean_absolute_error(np.array([[1.0], [2.0]]), np.array([[1.0], [5.0]]))
        1.5
    """
    return float(np.abs(_differences("mean_absolute_error", output, target)).mean())


@final
class RootMeanSquaredError(OverallMetric):
    """√ mean (y − t)², in the unit of the targets: ``root_mean_squared_error``.

    Raises:
        ShapeError: (when called) Outputs and targets differ in shape.

    Example:
        >>> RootMeanSquaredError()(np.array([[1.0], [2.0]]), np.array([[4.0], [6.0]])).__round__(4)
        3.5355
    """

    def __init__(self) -> None:
        self.__name__ = "root_mean_squared_error"

    def __call__(self, output: Float[Array, "n *shape"], target: Float[Array, "n *shape"]) -> float:
        """The error for all samples."""
        return float(np.sqrt((_differences("RootMeanSquaredError", output, target) ** 2).mean()))


@final
class R2(OverallMetric):
    """The share of the targets' variance that is explained, 1 − Σ(y − t)² / Σ(t − t̄)²: ``r2``.

    It is 1 for perfect predictions, 0 for those no better than the mean of the targets, and has
    no lower bound. Of several outputs the mean is taken.

    Raises:
        ShapeError: (when called) Outputs and targets differ in shape.

    Note:
        It is NaN where an output's targets are all the same: there is nothing to explain.

    Example:
        >>> R2()(np.array([[1.0], [2.0], [3.5]]), np.array([[1.0], [2.0], [3.0]]))
        0.875
    """

    def __init__(self) -> None:
        self.__name__ = "r2"

    def __call__(self, output: Float[Array, "n *shape"], target: Float[Array, "n *shape"]) -> float:
        """The share for all samples."""
        missed = (_differences("R2", output, target) ** 2).sum(axis=0)
        truth: Numpy = np.asarray(target, np.float64)
        spread = ((truth - truth.mean(axis=0)) ** 2).sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            explained = np.where(spread > 0, 1 - missed / spread, np.nan)
        return float(explained.mean())


def _differences(
    metric: str, output: Float[Array, "*shape"], target: Float[Array, "*shape"]
) -> Float[Numpy, "*shape"]:
    if output.shape != target.shape:
        raise ShapeError(
            f"{metric} expects targets of the outputs' shape {output.shape}, got {target.shape}: "
            "reshape them"
        )
    difference: Numpy = np.asarray(output, np.float64) - np.asarray(target, np.float64)
    return difference
