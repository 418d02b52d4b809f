"""Hebb's rule: what is active together is connected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.associative.learning_rule import LearningRule, without_self_connections

if TYPE_CHECKING:
    from jaxtyping import Float

    Numpy = np.ndarray[Any, Any]


@final
@dataclass(frozen=True)
class Hebbian(LearningRule):
    """W = XᵀX/M without its diagonal: how often two neurons agree, on average (notes 8.2.1).

    It is at its best where the patterns are orthogonal. Of random ones it holds 0.138 a unit with
    less than 2 % of the bits wrong, and beyond that none.

    Args:
        bias: Whether b is the mean of the patterns, as in notes 8.3.1, or 0.

    References:
        J. J. Hopfield, Neural networks and physical systems with emergent collective computational
        abilities, 1982. D. J. Amit, H. Gutfreund and H. Sompolinsky, Storing infinite numbers of
        patterns in a spin-glass model of neural networks, 1985.

    Example:
        >>> Hebbian().weights(np.array([[1.0, 1.0, -1.0], [1.0, 1.0, 1.0]])).tolist()
        [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """

    bias: bool = False

    def weights(self, patterns: Float[Numpy, "patterns units"]) -> Float[Numpy, "units units"]:
        """XᵀX/M − I."""
        w = patterns.T @ patterns
        w /= len(patterns)
        return without_self_connections(w)

    def biases(self, patterns: Float[Numpy, "patterns units"]) -> Float[Numpy, " units"]:
        """The mean of the patterns, or 0."""
        mean: Numpy = patterns.mean(axis=0)
        return mean if self.bias else np.zeros_like(mean)

    def capacity(self, units: int) -> float:
        """0.138 N."""
        return 0.138 * units
