"""The rectifier that learns its slope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.nn import refusals
from neuropil.nn.functional.activations import prelu
from neuropil.nn.module import Module
from neuropil.nn.parameter import Parameter

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


class PReLU(Module):
    """x where it is positive, else a x with a learned slope a (Lecture 17; He et al. 2015).

    Args:
        num_parameters: 1, or one slope for each channel (axis 1).
        init: The slope to begin with.
        dtype: Of the slopes.

    Attributes:
        weight: a, Parameter of shape (num_parameters,).

    Raises:
        ValueError: ``num_parameters`` is less than 1.
        ShapeError, DTypeError: (when called) There are not as many channels; another dtype.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> nn.PReLU()(np.float32([-1.0, 2.0])).value.tolist()
        [-0.25, 2.0]
    """

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, *, dtype: Any = np.float32
    ) -> None:
        refusals.check_count("PReLU", "num_parameters", num_parameters)
        self.num_parameters = num_parameters
        self.init = init
        self.weight = Parameter(np.full(num_parameters, init, dtype), name="weight")

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the slopes, and so of input and output."""
        dtype: np.dtype[Any] = self.weight.value.dtype
        return dtype

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        refusals.check_dtype("PReLU", x, self.weight)
        return prelu(x, self.weight)
