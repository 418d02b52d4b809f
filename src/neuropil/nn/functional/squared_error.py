"""Squared errors (notes 2.3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil import ops
from neuropil.nn.functional.targets import check_same_shape, check_samples
from neuropil.ops.loss_reduction import Reduction, reduced

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


def mse_loss(
    output: Float[Array, "*shape"],
    target: Float[Array, "*shape"],
    *,
    reduction: Reduction = "mean",
) -> Float[Array, "..."]:
    """(y − t)², by default averaged over all elements.

    Raises:
        ShapeError: ``output`` and ``target`` differ in shape.

    Example:
        >>> import numpy as np
        >>> print(mse_loss(np.array([[1.0, 3.0]]), np.zeros((1, 2))))
        5.0
    """
    check_same_shape("MSELoss", output, target)
    return ops.squared_error(output, target, reduction=reduction)


def half_squared_error(
    output: Float[Array, "samples *features"],
    target: Float[Array, "samples *features"],
    *,
    reduction: Reduction = "mean",
) -> Float[Array, "..."]:
    """½‖y − t‖², summed over the features and by default averaged over the samples (notes 2.3.1).

    The first axis holds the samples; its derivative with respect to y is (y − t)/N.

    Raises:
        ShapeError: ``output`` and ``target`` differ in shape, or there is no sample to average.

    Example:
        >>> import numpy as np
        >>> print(half_squared_error(np.array([[1.0, 3.0]]), np.zeros((1, 2))))
        5.0
    """
    check_same_shape("HalfSquaredError", output, target)
    if reduction == "mean":
        check_samples("HalfSquaredError", output)
        return ops.squared_error(output, target, reduction="sum") * (0.5 / len(output))
    features = tuple(range(1, len(output.shape)))
    return reduced(0.5 * ops.sum(ops.squared_error(output, target), axis=features), reduction)
