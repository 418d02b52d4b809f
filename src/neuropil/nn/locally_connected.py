"""Locally connected layers: a topographic map, each place with weights of its own."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from neuropil.graph import Variable
from neuropil.nn import refusals
from neuropil.nn.connections import Connections
from neuropil.nn.functional.locally_connected import locally_connected
from neuropil.nn.functional.spatial import (
    Padding,
    PerAxis,
    as_padding,
    margins_of,
    per_axis,
    places_of,
)
from neuropil.nn.initialisation import uniform_fan_in
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Float

    from neuropil.arrays import Array


class LocallyConnected(Connections):
    """Base of `LocallyConnected1d` and `LocallyConnected2d`.

    Attributes:
        axes: The number of spatial axes: 1 for signals, 2 for images.
    """

    axes: ClassVar[int]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        input_size: PerAxis,
        kernel_size: PerAxis,
        stride: PerAxis = 1,
        padding: Padding = 0,
        dilation: PerAxis = 1,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        rng: int | Generator | None = None,
    ) -> None:
        layer = type(self).__name__
        refusals.check_count(layer, "in_channels", in_channels)
        refusals.check_count(layer, "out_channels", out_channels)
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.input_size = per_axis("input_size", input_size, self.axes)
        self.kernel_size = per_axis("kernel_size", kernel_size, self.axes)
        self.stride = per_axis("stride", stride, self.axes)
        self.dilation = per_axis("dilation", dilation, self.axes)
        margins = margins_of(padding, self.kernel_size, self.stride, self.dilation)
        self.padding = as_padding(padding, self.axes)
        padded = tuple(n + sum(margin) for n, margin in zip(self.input_size, margins, strict=True))
        places = places_of(padded, self.kernel_size, self.stride, self.dilation)
        if min(places) < 1:
            raise ValueError(
                f"{layer} needs an input_size into which a kernel fits, got {self.input_size} for "
                f"kernel_size {self.kernel_size} and padding {self.padding}"
            )
        rng = as_generator(rng)
        shape = (*places, out_channels, in_channels, *self.kernel_size)
        fan_in = in_channels * prod(self.kernel_size)
        self.weight = uniform_fan_in(rng, shape, fan_in, dtype, "weight")
        self.bias = (
            uniform_fan_in(rng, (*places, out_channels), fan_in, dtype, "bias") if bias else None
        )

    def forward(self, x: Float[Array, "batch in *space"]) -> Float[Array, "batch out *places"]:
        refusals.check_dtype(type(self).__name__, x, self.weight)
        return locally_connected(
            x, self.weight, self.bias, self.stride, self.padding, self.dilation
        )

    def _draw(self, initializer: Callable[..., object], rng: Generator) -> None:
        """Place by place: the weights of each are those of one kernel."""
        weight = np.array(self.weight.value)
        for place in np.ndindex(weight.shape[: self.axes]):
            kernel = Variable(weight[place])
            initializer(kernel, rng=rng)
            weight[place] = kernel.value
        self.weight.value = weight


class LocallyConnected1d(LocallyConnected):
    """Local connections along signals (N, C, L): see `LocallyConnected2d`.

    Attributes:
        weight: Parameter of shape (places, out_channels, in_channels, size).
        bias: Parameter of shape (places, out_channels), or None.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> layer = nn.LocallyConnected1d(2, 4, input_size=10, kernel_size=3)
        >>> layer(np.zeros((5, 2, 10), np.float32)).shape, layer.weight.shape
        ((5, 4, 8), (8, 4, 2, 3))
    """

    axes = 1


class LocallyConnected2d(LocallyConnected):
    """A topographic map of images: neurons see the pixels around their own place (notes 7.2).

    As in `Conv2d`, but the neurons of each place have weights of their own, as those of the
    visual cortex have: there are as many kernels as places. See `functional.locally_connected`.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output: neurons at each place.
        input_size: Height and width of the images; one number for both.
        kernel_size: Height and width of what a neuron sees.
        stride: Pixels from one place to the next.
        padding: Zeros around the image, or "same" or "valid".
        dilation: Pixels from one number of a kernel to the next.
        bias: Whether each neuron has one.
        dtype: Of weight and bias.
        rng: A seed or Generator for the initial values, uniform in ±1/√n for kernels of n numbers.

    Attributes:
        weight: Parameter of shape (rows, columns, out_channels, in_channels, kh, kw): at each
            place that of a `Conv2d`.
        bias: Parameter of shape (rows, columns, out_channels), or None.

    Raises:
        ValueError: A setting cannot be used.
        ShapeError, DTypeError: (when called) The input is not (N, in_channels, *input_size).

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> layer = nn.LocallyConnected2d(1, 3, input_size=8, kernel_size=3, stride=2)
        >>> layer(np.zeros((5, 1, 8, 8), np.float32)).shape, layer.weight.shape
        ((5, 3, 3, 3), (3, 3, 3, 1, 3, 3))
    """

    axes = 2
