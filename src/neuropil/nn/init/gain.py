"""How much activation functions shrink what passes through them."""

from __future__ import annotations

from math import sqrt
from typing import Literal

Nonlinearity = Literal[
    "linear",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "selu",
]

_GAINS = {"tanh": 5.0 / 3.0, "relu": sqrt(2.0), "selu": 0.75}
_LEAKY_SLOPE = 0.01


def calculate_gain(nonlinearity: Nonlinearity, param: float | None = None) -> float:
    """The factor by which weights are to be larger in front of an activation function.

    With it the size of activities stays the same from layer to layer. The numbers are PyTorch's.

    Args:
        nonlinearity: The function by the name that `functional` gives it, or a linear map.
        param: Of ``"leaky_relu"`` the slope, 0.01 by default.

    Raises:
        ValueError: Nothing is known about the function.

    Example:
        >>> calculate_gain("tanh"), round(calculate_gain("leaky_relu", 0.2) ** 2, 4)
        (1.6666666666666667, 1.9231)
    """
    if nonlinearity == "leaky_relu":
        slope = _LEAKY_SLOPE if param is None else param
        return sqrt(2.0 / (1.0 + slope * slope))
    known = Nonlinearity.__args__  # type: ignore[attr-defined]
    if nonlinearity not in known:
        raise ValueError(f"no gain is known for {nonlinearity!r}, only for {', '.join(known)}")
    return _GAINS.get(nonlinearity, 1.0)
