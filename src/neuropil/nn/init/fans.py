"""How many inputs and outputs a unit has."""

from __future__ import annotations

from math import prod
from typing import NamedTuple

from neuropil.errors import ShapeError


class Fans(NamedTuple):
    """The numbers of connections into and out of a unit."""

    into: int
    out: int


def fans(shape: tuple[int, ...]) -> Fans:
    """The fans of a weight (out, in, *kernel), as of `Linear` and the convolutions.

    Each place of a kernel is a connection of its own.

    Raises:
        ShapeError: The shape has less than two axes, like a bias.

    Example:
        >>> fans((10, 64)), fans((6, 1, 5, 5))
        (Fans(into=64, out=10), Fans(into=25, out=150))
    """
    if len(shape) < 2:
        raise ShapeError(
            f"a weight has two axes or more, outputs and inputs, got the shape {tuple(shape)}: "
            "give a bias zeros"
        )
    places = prod(shape[2:])
    return Fans(shape[1] * places, shape[0] * places)
