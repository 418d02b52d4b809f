"""Pooling layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.nn.functional.images import Pair, pair
from neuropil.nn.functional.pooling import avg_pool2d, max_pool2d
from neuropil.nn.module import Module

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


class MaxPool2d(Module):
    """The largest pixel of each window; see `functional.max_pool2d`.

    Example:
        >>> import numpy as np
        >>> MaxPool2d(2)(np.zeros((5, 6, 28, 28))).shape
        (5, 6, 14, 14)
    """

    def __init__(self, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0) -> None:
        self.kernel_size = pair("kernel_size", kernel_size)
        self.stride = self.kernel_size if stride is None else pair("stride", stride)
        self.padding = pair("padding", padding, least=0)

    def forward(
        self, x: Float[Array, "batch channels height width"]
    ) -> Float[Array, "batch channels rows columns"]:
        return max_pool2d(x, self.kernel_size, self.stride, self.padding)


class AvgPool2d(Module):
    """The mean of each window; see `functional.avg_pool2d`.

    Example:
        >>> import numpy as np
        >>> AvgPool2d(2)(np.zeros((5, 6, 28, 28))).shape
        (5, 6, 14, 14)
    """

    def __init__(
        self,
        kernel_size: Pair,
        stride: Pair | None = None,
        padding: Pair = 0,
        *,
        count_include_pad: bool = True,
    ) -> None:
        self.kernel_size = pair("kernel_size", kernel_size)
        self.stride = self.kernel_size if stride is None else pair("stride", stride)
        self.padding = pair("padding", padding, least=0)
        self.count_include_pad = count_include_pad

    def forward(
        self, x: Float[Array, "batch channels height width"]
    ) -> Float[Array, "batch channels rows columns"]:
        return avg_pool2d(
            x,
            self.kernel_size,
            self.stride,
            self.padding,
            count_include_pad=self.count_include_pad,
        )
