"""Images to vectors, and back."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from neuropil import ops
from neuropil.nn import refusals
from neuropil.nn.module import Module

if TYPE_CHECKING:
    from jaxtyping import Shaped

    from neuropil.arrays import Array


class Flatten(Module):
    """The axes from ``start_dim`` to ``end_dim`` (included) as one; by default all but the batch.

    Raises:
        ShapeError: (when called) The input has no such axes.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> nn.Flatten()(np.zeros((5, 1, 8, 8))).shape
        (5, 64)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Shaped[Array, "batch *features"]) -> Shaped[Array, "batch features"]:
        shape = refusals.shape_of("Flatten", x)
        n = len(shape)
        first = self.start_dim + n if self.start_dim < 0 else self.start_dim
        last = self.end_dim + n if self.end_dim < 0 else self.end_dim
        if not 0 <= first <= last < n:
            raise refusals.wrong_shape(
                "Flatten",
                f"axes {self.start_dim} to {self.end_dim}",
                x,
                "add the batch axis (x[None]), or give Flatten another start_dim",
            )
        if first == last:
            return x
        return ops.reshape(x, (*shape[:first], prod(shape[first : last + 1]), *shape[last + 1 :]))


class Unflatten(Module):
    """One axis as several: features to images, at the head of a decoder.

    Args:
        dim: The axis.
        unflattened_size: What it becomes: lengths whose product is its length.

    Raises:
        ValueError: These are no lengths.
        ShapeError: (when called) The axis is not as long.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> nn.Unflatten(1, (8, 7, 7))(np.zeros((5, 392))).shape
        (5, 8, 7, 7)
    """

    def __init__(self, dim: int, unflattened_size: tuple[int, ...]) -> None:
        for length in unflattened_size:
            refusals.check_count("Unflatten", "lengths", length)
        self.dim = dim
        self.unflattened_size = tuple(unflattened_size)

    def forward(self, x: Shaped[Array, "..."]) -> Shaped[Array, "..."]:
        shape = refusals.shape_of("Unflatten", x)
        n, length = len(shape), prod(self.unflattened_size)
        if not -n <= self.dim < n or shape[self.dim] != length:
            raise refusals.wrong_shape(
                "Unflatten",
                f"{length} features along axis {self.dim}",
                x,
                f"lengths {self.unflattened_size} have this product",
            )
        axis = self.dim % n
        return ops.reshape(x, (*shape[:axis], *self.unflattened_size, *shape[axis + 1 :]))
