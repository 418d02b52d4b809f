"""Pooling layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from neuropil.nn.functional.pooling import (
    adaptive_average_pooling,
    average_pooling,
    max_pooling,
)
from neuropil.nn.functional.spatial import PerAxis, per_axis
from neuropil.nn.module import Module

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


class MaxPooling(Module):
    """Base of `MaxPool1d` and `MaxPool2d`, which differ in their number of spatial axes."""

    axes: ClassVar[int]

    def __init__(
        self, kernel_size: PerAxis, stride: PerAxis | None = None, padding: PerAxis = 0
    ) -> None:
        self.kernel_size = per_axis("kernel_size", kernel_size, self.axes)
        self.stride = self.kernel_size if stride is None else per_axis("stride", stride, self.axes)
        self.padding = per_axis("padding", padding, self.axes, least=0)

    def forward(
        self, x: Float[Array, "batch channels *space"]
    ) -> Float[Array, "batch channels *places"]:
        layer = type(self).__name__
        return max_pooling(layer, self.axes, x, self.kernel_size, self.stride, self.padding)


class MaxPool1d(MaxPooling):
    """The largest element of each window of a signal; see `functional.max_pool1d`.

    Example:
        >>> import numpy as np
        >>> MaxPool1d(2)(np.zeros((5, 6, 28))).shape
        (5, 6, 14)
    """

    axes = 1


class MaxPool2d(MaxPooling):
    """The largest pixel of each window; see `functional.max_pool2d`.

    Example:
        >>> import numpy as np
        >>> MaxPool2d(2)(np.zeros((5, 6, 28, 28))).shape
        (5, 6, 14, 14)
    """

    axes = 2


class AveragePooling(Module):
    """Base of `AvgPool1d` and `AvgPool2d`, which differ in their number of spatial axes."""

    axes: ClassVar[int]

    def __init__(
        self,
        kernel_size: PerAxis,
        stride: PerAxis | None = None,
        padding: PerAxis = 0,
        *,
        count_include_pad: bool = True,
    ) -> None:
        self.kernel_size = per_axis("kernel_size", kernel_size, self.axes)
        self.stride = self.kernel_size if stride is None else per_axis("stride", stride, self.axes)
        self.padding = per_axis("padding", padding, self.axes, least=0)
        self.count_include_pad = count_include_pad

    def forward(
        self, x: Float[Array, "batch channels *space"]
    ) -> Float[Array, "batch channels *places"]:
        return average_pooling(
            type(self).__name__,
            self.axes,
            x,
            self.kernel_size,
            self.stride,
            self.padding,
            self.count_include_pad,
        )


class AvgPool1d(AveragePooling):
    """The mean of each window of a signal; see `functional.avg_pool1d`.

    Example:
        >>> import numpy as np
        >>> AvgPool1d(2)(np.zeros((5, 6, 28))).shape
        (5, 6, 14)
    """

    axes = 1


class AvgPool2d(AveragePooling):
    """The mean of each window; see `functional.avg_pool2d`.

    Example:
        >>> import numpy as np
        >>> AvgPool2d(2)(np.zeros((5, 6, 28, 28))).shape
        (5, 6, 14, 14)
    """

    axes = 2


class AdaptiveAveragePooling(Module):
    """Base of `AdaptiveAvgPool1d` and `AdaptiveAvgPool2d`."""

    axes: ClassVar[int]

    def __init__(self, output_size: PerAxis) -> None:
        self.output_size = per_axis("output_size", output_size, self.axes)

    def forward(
        self, x: Float[Array, "batch channels *space"]
    ) -> Float[Array, "batch channels *places"]:
        return adaptive_average_pooling(type(self).__name__, self.axes, x, self.output_size)


class AdaptiveAvgPool1d(AdaptiveAveragePooling):
    """The means of so many windows that cover a signal; see `functional.adaptive_avg_pool1d`.

    Example:
        >>> import numpy as np
        >>> AdaptiveAvgPool1d(3)(np.zeros((5, 6, 28))).shape
        (5, 6, 3)
    """

    axes = 1


class AdaptiveAvgPool2d(AdaptiveAveragePooling):
    """The means of so many windows that cover an image; see `functional.adaptive_avg_pool2d`.

    ``AdaptiveAvgPool2d(1)`` is global average pooling: images of any size give one number a
    channel.

    Example:
        >>> import numpy as np
        >>> AdaptiveAvgPool2d(1)(np.zeros((5, 6, 28, 28))).shape
        (5, 6, 1, 1)
    """

    axes = 2
