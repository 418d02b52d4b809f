"""What a surrogate derivative is, and the spike that has it."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from neuropil.arrays import Array
from neuropil.graph import primitive

if TYPE_CHECKING:
    from jaxtyping import Float


class Surrogate(ABC):
    """What stands for the derivative of a spike, which is a step. Abstract.

    The step's own derivative is 0 wherever there is one, and nothing is learned through it. So the
    backward pass takes the derivative of a smooth function in its place (Neftci, Mostafa and Zenke
    2019, "Surrogate gradient learning in spiking neural networks"). What follows is that of the
    surrogate too: the second derivative of a spike is the surrogate's first, and `jvp` agrees with
    `vjp`.

    A surrogate of one's own writes `derivative` with neuropil's functions.

    Example:
        >>> import numpy as np
        >>> import neuropil as npl
        >>> class Rectangle(npl.surrogates.Surrogate):
        ...     def derivative(self, x):
        ...         return npl.astype(npl.abs(x) < 0.5, x.dtype)
        >>> x = npl.Variable(np.array([-0.7, -0.2, 0.0, 0.4]))
        >>> spikes = Rectangle().spike(x)
        >>> print(spikes.tolist(), npl.gradients(npl.sum(spikes), [x])[0])
        [0.0, 0.0, 1.0, 1.0] [0. 1. 1. 1.]
    """

    @abstractmethod
    def derivative(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """What is taken for the derivative of `spike` at x."""

    def spike(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """1 where x ≥ 0, else 0, elementwise.

        Args:
            x: How far a cell is above its threshold (`neurons.Model.excess`).
        """
        spikes: Array = _spike(x, surrogate=self)
        return spikes


@primitive(vjps=(lambda s, y, x, surrogate: s * surrogate.derivative(x),))
def _spike(x: Float[Array, "..."], /, surrogate: Surrogate) -> Float[Array, "..."]:
    """The step that a cell's threshold is."""
    return (x >= 0).astype(x.dtype)


def check_setting(surrogate: Surrogate, name: str) -> None:
    """Raise unless a setting is a number above 0."""
    value = getattr(surrogate, name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise ValueError(
            f"{type(surrogate).__name__} needs a finite {name} above 0, a number, got {value!r}"
        )
