"""The convolutional layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.nn import refusals
from neuropil.nn.functional.convolution import conv2d
from neuropil.nn.functional.images import Padding, Pair, margins_of, pair
from neuropil.nn.initialisation import uniform_fan_in
from neuropil.nn.module import Module
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


class Conv2d(Module):
    """Kernels that slide over images: a layer of neurons that share their weights.

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

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Pair,
        stride: Pair = 1,
        padding: Padding = 0,
        dilation: Pair = 1,
        groups: int = 1,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        rng: int | Generator | None = None,
    ) -> None:
        for name, count in (
            ("in_channels", in_channels),
            ("out_channels", out_channels),
            ("groups", groups),
        ):
            refusals.check_count("Conv2d", name, count)
        if in_channels % groups or out_channels % groups:
            raise ValueError(
                f"Conv2d needs channels that groups={groups} divides, got {in_channels} in, "
                f"{out_channels} out"
            )
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = pair("kernel_size", kernel_size)
        self.stride = pair("stride", stride)
        self.dilation = pair("dilation", dilation)
        margins_of(padding, self.kernel_size, self.stride, self.dilation)  # raises if it is none
        self.padding = padding if isinstance(padding, str) else pair("padding", padding, least=0)
        self.groups = groups
        rng = as_generator(rng)
        shape = (out_channels, in_channels // groups, *self.kernel_size)
        fan_in = shape[1] * shape[2] * shape[3]
        self.weight = uniform_fan_in(rng, shape, fan_in, dtype, "weight")
        self.bias: Any = uniform_fan_in(rng, shape[:1], fan_in, dtype, "bias") if bias else None

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the weight, and so of input and output."""
        dtype: np.dtype[Any] = self.weight.value.dtype
        return dtype

    def forward(
        self, x: Float[Array, "batch in height width"]
    ) -> Float[Array, "batch out rows columns"]:
        refusals.check_dtype("Conv2d", x, self.weight)
        return conv2d(
            x, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups
        )
