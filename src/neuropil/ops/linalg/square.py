"""The shape that most of linear algebra asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.errors import ShapeError

if TYPE_CHECKING:
    from neuropil.arrays import Array


def check_square(function: str, x: Array) -> None:
    """Raise a `ShapeError` unless x is a square matrix, or a stack of them."""
    shape = tuple(x.shape)
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise ShapeError(f"{function} takes square matrices (..., n, n), got {shape}")
