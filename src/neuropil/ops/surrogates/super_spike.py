"""The surrogate of SuperSpike."""

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
class SuperSpike(Surrogate):
    """1/(1 + β|x|)², steep: the formula of `FastSigmoid` under the name it has in Norse.

    Args:
        beta: β, per unit of x; Zenke and Ganguli took 1/mV. The default is Norse's, for a
            threshold of 1.

    Raises:
        ValueError: β is not above 0.

    References:
        F. Zenke and S. Ganguli, SuperSpike: supervised learning in multilayer spiking neural
        networks, 2018, after equation 2.4.

    Example:
        >>> import numpy as np
        >>> SuperSpike().derivative(np.array([-0.01, 0.0, 0.03])).tolist()
        [0.25, 1.0, 0.0625]
    """

    beta: float = 100.0

    def __post_init__(self) -> None:
        check_setting(self, "beta")

    def derivative(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """1/(1 + β|x|)²."""
        return reciprocal(square(1.0 + self.beta * abs(x)))
