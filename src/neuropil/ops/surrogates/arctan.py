"""The derivative of the arc tangent."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import TYPE_CHECKING, final

from neuropil.ops.arithmetic import square
from neuropil.ops.surrogates.surrogate import Surrogate, check_setting

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


@final
@dataclass(frozen=True)
class ArcTan(Surrogate):
    """(α/2)/(1 + (π α x/2)²), the derivative of arctan(π α x/2)/π, whose integral is 1.

    Args:
        alpha: α, per unit of x: twice the height. The default is snnTorch's, for a threshold of 1.

    Raises:
        ValueError: α is not above 0.

    References:
        W. Fang et al., Incorporating learnable membrane time constant to enhance learning of
        spiking neural networks, 2021.

    Example:
        >>> import numpy as np
        >>> ArcTan().derivative(np.array([-1.0 / np.pi, 0.0])).tolist()
        [0.5, 1.0]
    """

    alpha: float = 2.0

    def __post_init__(self) -> None:
        check_setting(self, "alpha")

    def derivative(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """(α/2)/(1 + (π α x/2)²)."""
        return (0.5 * self.alpha) / (1.0 + square((0.5 * pi * self.alpha) * x))
