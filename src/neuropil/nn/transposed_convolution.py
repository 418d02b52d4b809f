"""Layers of transposed convolution: from small images to larger ones."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from neuropil.nn import refusals
from neuropil.nn.connections import Connections
from neuropil.nn.convolution import check_channels
from neuropil.nn.functional.spatial import PerAxis, per_axis
from neuropil.nn.functional.transposed_convolution import (
    output_padding_of,
    transposed_convolution,
)
from neuropil.nn.initialisation import uniform_fan_in
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


class TransposedConvolution(Connections):
    """Base of `ConvTranspose1d` and `ConvTranspose2d`.

    Attributes:
        axes: The number of spatial axes: 1 for signals, 2 for images.
    """

    axes: ClassVar[int]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: PerAxis,
        stride: PerAxis = 1,
        padding: PerAxis = 0,
        output_padding: PerAxis = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: PerAxis = 1,
        *,
        dtype: Any = np.float32,
        rng: int | Generator | None = None,
    ) -> None:
        check_channels(type(self).__name__, in_channels, out_channels, groups)
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = per_axis("kernel_size", kernel_size, self.axes)
        self.stride = per_axis("stride", stride, self.axes)
        self.padding = per_axis("padding", padding, self.axes, least=0)
        self.dilation = per_axis("dilation", dilation, self.axes)
        self.output_padding = output_padding_of(output_padding, self.stride, self.dilation)
        self.groups = groups
        rng = as_generator(rng)
        shape = (in_channels, out_channels // groups, *self.kernel_size)
        fan_in = prod(shape[1:])
        self.weight = uniform_fan_in(rng, shape, fan_in, dtype, "weight")
        self.bias = uniform_fan_in(rng, (out_channels,), fan_in, dtype, "bias") if bias else None

    def forward(self, x: Float[Array, "batch in *places"]) -> Float[Array, "batch out *space"]:
        layer = type(self).__name__
        refusals.check_dtype(layer, x, self.weight)
        return transposed_convolution(
            layer,
            x,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            self.output_padding,
            self.groups,
            self.dilation,
        )


class ConvTranspose1d(TransposedConvolution):
    """The transposed convolution of signals (N, C, L): see `ConvTranspose2d`.

    Attributes:
        weight: Parameter of shape (in_channels, out_channels/groups, size).
        bias: Parameter of shape (out_channels,), or None.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> nn.ConvTranspose1d(6, 2, 5, stride=2)(np.zeros((3, 6, 11), np.float32)).shape
        (3, 2, 25)
    """

    axes = 1


class ConvTranspose2d(TransposedConvolution):
    """Each pixel writes a kernel into a larger image; the transpose of `Conv2d`.

    See `functional.conv_transpose2d` for the formula and the settings.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.
        kernel_size: Height and width of a kernel; one number for both.
        stride: Pixels in the output from one kernel to the next.
        padding: Pixels cut off the output on every side.
        output_padding: Pixels more at the end of each axis, fewer than the stride.
        groups: Into how many parts the channels are divided, each with kernels of its own.
        bias: Whether to add a number per output channel.
        dilation: Pixels from one number of the kernel to the next.
        dtype: Of weight and bias.
        rng: A seed or Generator for the initial values, uniform in ±1/√n for n = out_channels/
            groups · kh · kw, as PyTorch draws them.

    Attributes:
        weight: Parameter of shape (in_channels, out_channels/groups, kh, kw).
        bias: Parameter of shape (out_channels,), or None.

    Raises:
        ValueError: A setting cannot be used.
        ShapeError, DTypeError: (when called) The input is not (N, in_channels, H, W) of ``dtype``.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> up = nn.ConvTranspose2d(8, 1, 4, stride=2, padding=1)
        >>> up(np.zeros((2, 8, 14, 14), np.float32)).shape
        (2, 1, 28, 28)
    """

    axes = 2
