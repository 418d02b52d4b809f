"""The derivative of the fast sigmoid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from neuropil.ops.arithmetic import abs, reciprocal, square
from neuropil.ops.surrogates.surrogate import Surrogate, check_setting

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


@final
@dataclass(frozen=True)
class FastSigmoid(Surrogate):
    """1/(1 + k|x|)², the derivative of the fast sigmoid x/(1 + k|x|).

    Args:
        slope: k, per unit of x: the larger, the closer to the threshold a cell has to be to learn.
            The default is snnTorch's, for a threshold of 1.

    Raises:
        ValueError: The slope is not above 0.

    References:
        F. Zenke and S. Ganguli, SuperSpike: supervised learning in multilayer spiking neural
        networks, 2018.

    Example:
        >>> import numpy as np
        >>> FastSigmoid(slope=1.0).derivative(np.array([-1.0, 0.0, 3.0])).tolist()
        [0.25, 1.0, 0.0625]
    """

    slope: float = 25.0

    def __post_init__(self) -> None:
        check_setting(self, "slope")

    def derivative(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """1/(1 + k|x|)²."""
        return reciprocal(square(1.0 + self.slope * abs(x)))
