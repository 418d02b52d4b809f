"""Axes in another order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil import ops
from neuropil.nn import refusals
from neuropil.nn.module import Module

if TYPE_CHECKING:
    from jaxtyping import Shaped

    from neuropil.arrays import Array


class Permute(Module):
    """The axes in the order ``dims``, as `torchvision.ops.Permute`.

    Logits of every step, (N, T, classes), become (N, classes, T), which `CrossEntropyLoss` takes.

    Args:
        dims: Every axis once, the batch's (0) included.

    Raises:
        ValueError: An axis is missing, or there twice.
        ShapeError: (when called) The input has another number of axes.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> nn.Permute((0, 2, 1))(np.zeros((5, 12, 30))).shape
        (5, 30, 12)
    """

    def __init__(self, dims: tuple[int, ...]) -> None:
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(len(self.dims))):
            raise ValueError(
                f"Permute expects each axis from 0 once, such as (0, 2, 1), got {self.dims}"
            )

    def forward(self, x: Shaped[Array, "..."]) -> Shaped[Array, "..."]:
        if len(refusals.shape_of("Permute", x)) != len(self.dims):
            raise refusals.wrong_shape(
                "Permute", f"{len(self.dims)} axes", x, f"its order is {self.dims}"
            )
        return ops.permute_dims(x, self.dims)
