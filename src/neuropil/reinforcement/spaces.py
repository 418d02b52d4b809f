"""What observations and actions are: the two spaces of Gymnasium that environments here have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

    Numpy = np.ndarray[Any, Any]


@final
@dataclass(frozen=True)
class Discrete:
    """The integers start, …, start + n − 1.

    Example:
        >>> Discrete(2)
        Discrete(n=2, start=0)
    """

    n: int
    start: int = 0


@final
@dataclass(frozen=True, eq=False)
class Box:
    """Arrays of real numbers, each between its own two bounds.

    Example:
        >>> Box(np.array([-2.4, -np.inf]), np.array([2.4, np.inf])).shape
        (2,)
    """

    low: Float[Numpy, "*shape"]
    high: Float[Numpy, "*shape"]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the arrays."""
        shape: tuple[int, ...] = self.low.shape
        return shape
