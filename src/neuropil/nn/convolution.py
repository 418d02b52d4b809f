"""Convolutional layers."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from neuropil.nn import refusals
from neuropil.nn.connections import Connections
from neuropil.nn.functional.convolution import convolution
from neuropil.nn.functional.spatial import Padding, PerAxis, as_padding, margins_of, per_axis
from neuropil.nn.initialisation import uniform_fan_in
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


class Convolution(Connections):
    """Base of `Conv1d` and `Conv2d`: kernels that slide along so many axes.

    Attributes:
        axes: How many: 1 for signals, 2 for images.
    """

    axes: ClassVar[int]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: PerAxis,
        stride: PerAxis = 1,
        padding: Padding = 0,
        dilation: PerAxis = 1,
        groups: int = 1,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        rng: int | Generator | None = None,
    ) -> None:
        check_channels(type(self).__name__, in_channels, out_channels, groups)
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = per_axis("kernel_size", kernel_size, self.axes)
        self.stride = per_axis("stride", stride, self.axes)
        self.dilation = per_axis("dilation", dilation, self.axes)
        margins_of(padding, self.kernel_size, self.stride, self.dilation)  # raises if it is none
        self.padding = as_padding(padding, self.axes)
        self.groups = groups
        rng = as_generator(rng)
        shape = (out_channels, in_channels // groups, *self.kernel_size)
        fan_in = prod(shape[1:])
        self.weight = uniform_fan_in(rng, shape, fan_in, dtype, "weight")
        self.bias = uniform_fan_in(rng, shape[:1], fan_in, dtype, "bias") if bias else None

    def forward(self, x: Float[Array, "batch in *space"]) -> Float[Array, "batch out *places"]:
        layer = type(self).__name__
        refusals.check_dtype(layer, x, self.weight)
        return convolution(
            layer, x, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups
        )


class Conv1d(Convolution):
    """Kernels that slide along signals (N, C, L): see `Conv2d`, of which this is one axis.

    Attributes:
        weight: Parameter of shape (out_channels, in_channels/groups, size).
        bias: Parameter of shape (out_channels,), or None.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> nn.Conv1d(2, 6, 5, stride=2)(np.zeros((3, 2, 25), np.float32)).shape
        (3, 6, 11)
    """

    axes = 1


class Conv2d(Convolution):
    """Kernels that slide over images: a layer of neurons that share their weights (notes 7.3).

    See `functional.conv2d` for the formula and the settings.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output: the number of kernels.
        kernel_size: Height and width of a kernel; one number for both.
        stride: Pixels from one position of the kernel to the next.
        padding: Zeros around the image, or "same" or "valid".
        dilation: Pixels from one number of the kernel to the next.
        groups: Into how many parts the channels are divided, each with kernels of its own.
        bias: Whether to add a number per output channel.
        dtype: Of weight and bias.
        rng: A seed or Generator for the initial values, uniform in ±1/√n for kernels of n numbers.

    Attributes:
        weight: Parameter of shape (out_channels, in_channels/groups, kh, kw).
        bias: Parameter of shape (out_channels,), or None.

    Raises:
        ValueError: A setting cannot be used.
        ShapeError, DTypeError: (when called) The input is not (N, in_channels, H, W) of ``dtype``.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> nn.Conv2d(1, 6, 5, padding="same")(np.zeros((2, 1, 28, 28), np.float32)).shape
        (2, 6, 28, 28)
    """

    axes = 2


def check_channels(layer: str, in_channels: int, out_channels: int, groups: int) -> None:
    """Raise unless these are counts, and ``groups`` divides the channels on both sides.

    Raises:
        ValueError: They are not, or it does not.
    """
    counts = {"in_channels": in_channels, "out_channels": out_channels, "groups": groups}
    for name, count in counts.items():
        refusals.check_count(layer, name, count)
    if in_channels % groups or out_channels % groups:
        raise ValueError(
            f"{layer} needs channels that groups={groups} divides, got {in_channels} in, "
            f"{out_channels} out"
        )
