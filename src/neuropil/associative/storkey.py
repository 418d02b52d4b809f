"""Storkey's rule: local like Hebb's, and with room for more."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.associative.learning_rule import LearningRule, without_self_connections

if TYPE_CHECKING:
    from jaxtyping import Float

    Numpy = np.ndarray[Any, Any]


@final
@dataclass(frozen=True)
class Storkey(LearningRule):
    """Pattern after pattern, w_ij ← w_ij + (x_i x_j − x_i h_ji − h_ij x_j)/N.

    h_ij = Σ_k w_ik x_k over k ≠ i, j is what the network would say of neuron i already, without
    j: what it knows is not learned again.

    References:
        A. Storkey, Increasing the capacity of a Hopfield network without sacrificing
        functionality, 1997.

    Example:
        >>> Storkey().weights(np.array([[1.0, -1.0], [1.0, 1.0]])).tolist()
        [[0.0, 0.0], [0.0, 0.0]]
    """

    def weights(self, patterns: Float[Numpy, "patterns units"]) -> Float[Numpy, "units units"]:
        """The sum of all steps, for W = 0 at the beginning."""
        units = patterns.shape[1]
        w = np.zeros((units, units), patterns.dtype)
        for x in patterns:
            known = w @ x  # h_ij is this without w_ij x_j, so that x_i h_ji = x_i known_j − w_ij
            w *= 1.0 + 2.0 / units
            w += np.stack([x, -known], axis=1) @ np.stack([x - known, x]) / units
            without_self_connections(w)
        return w

    def capacity(self, units: int) -> float:
        """N/√(2 ln N), at most N − 1."""
        return min(units / sqrt(2.0 * log(units)), units - 1.0) if units > 1 else 0.0
