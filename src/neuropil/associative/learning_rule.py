"""What every learning rule is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

    Numpy = np.ndarray[Any, Any]


class LearningRule(ABC):
    """How patterns of −1 and 1 become weights and biases. Abstract."""

    @abstractmethod
    def weights(self, patterns: Float[Numpy, "patterns units"]) -> Float[Numpy, "units units"]:
        """W: symmetric, with zeros along the diagonal."""

    def biases(self, patterns: Float[Numpy, "patterns units"]) -> Float[Numpy, " units"]:
        """b, 0 unless a rule says otherwise."""
        return np.zeros_like(patterns[0])

    @abstractmethod
    def capacity(self, units: int) -> float:
        """How many random patterns a network of so many units can hold, about."""


def without_self_connections(w: Float[Numpy, "units units"]) -> Float[Numpy, "units units"]:
    """The matrix with zeros along its diagonal, in place."""
    np.fill_diagonal(w, 0.0)
    return w
