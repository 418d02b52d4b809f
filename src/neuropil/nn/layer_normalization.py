"""Normalisation of each sample over its features."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.nn import refusals
from neuropil.nn.functional.normalisation import layer_norm
from neuropil.nn.module import Module
from neuropil.nn.parameter import Parameter

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


class LayerNorm(Module):
    """Zero mean and unit variance over each sample's last axes, then a learned affine map.

    It does not depend on the batch and is the same in training and after. See
    `functional.layer_norm` for the formula.

    Args:
        normalized_shape: The lengths of the last axes; one number for the last alone.
        eps: Added to the variance.
        elementwise_affine: Whether there are γ and β.
        bias: Whether there is β.
        dtype: Of γ and β.

    Attributes:
        weight: γ, Parameter of shape normalized_shape, or None.
        bias: β, likewise.

    Raises:
        ValueError: ``normalized_shape`` holds no lengths.
        ShapeError, DTypeError: (when called) The last axes are others; another dtype.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> y = nn.LayerNorm(4)(np.array([[1.0, 2.0, 3.0, 4.0]], np.float32))
        >>> y.value.round(3).tolist() == np.float32([[-1.342, -0.447, 0.447, 1.342]]).tolist()
        True
    """

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
    ) -> None:
        lengths = (
            tuple(normalized_shape)
            if isinstance(normalized_shape, tuple | list)
            else (normalized_shape,)
        )
        if not lengths:
            raise ValueError("LayerNorm needs the length of one axis at least, got ()")
        for length in lengths:
            refusals.check_count("LayerNorm", "normalized_shape", length)
        self.normalized_shape = lengths
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        dtype = np.dtype(dtype)
        self.weight: Any = None
        self.bias: Any = None
        if elementwise_affine:
            self.weight = Parameter(np.ones(lengths, dtype), name="weight")
        if elementwise_affine and bias:
            self.bias = Parameter(np.zeros(lengths, dtype), name="bias")
        self._dtype = dtype

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of γ and β, and so of input and output."""
        dtype: np.dtype[Any] = self._dtype if self.weight is None else self.weight.value.dtype
        return dtype

    def forward(self, x: Float[Array, "*batch features"]) -> Float[Array, "*batch features"]:
        if self.weight is not None:
            refusals.check_dtype("LayerNorm", x, self.weight)
        return layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)
