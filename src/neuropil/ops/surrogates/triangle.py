"""A triangle for a derivative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from neuropil.ops.arithmetic import abs
from neuropil.ops.rectifier import relu
from neuropil.ops.surrogates.surrogate import Surrogate, check_setting

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


@final
@dataclass(frozen=True)
class Triangle(Surrogate):
    """γ max(0, 1 − |x|/w): a cell learns only within w of its threshold.

    Args:
        height: γ, which dampens what passes through many steps of time. Bellec et al. took 0.3.
        width: w, in units of x.

    Raises:
        ValueError: Height or width is not above 0.

    References:
        S. K. Esser et al., Convolutional networks for fast, energy-efficient neuromorphic
        computing, 2016. G. Bellec et al., Long short-term memory and learning-to-learn in networks
        of spiking neurons, 2018.

    Example:
        >>> import numpy as np
        >>> Triangle(height=1.0, width=2.0).derivative(np.array([-3.0, -1.0, 0.0])).tolist()
        [0.0, 0.5, 1.0]
    """

    height: float = 0.3
    width: float = 1.0

    def __post_init__(self) -> None:
        check_setting(self, "height")
        check_setting(self, "width")

    def derivative(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """γ max(0, 1 − |x|/w)."""
        return self.height * relu(1.0 - abs(x) / self.width)
