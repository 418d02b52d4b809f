"""The projection rule: patterns that are alike are told apart."""

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
class PseudoInverse(LearningRule):
    """W = X⁺X without its diagonal: the projection onto the space that the patterns span.

    Every pattern x is left where it is, x W = (1 − d) x with 0 ≤ d < 1 for each unit, however much
    the patterns resemble each other, as long as they do not span everything. What attracts becomes
    small, though, as their number comes near to that of the units.

    References:
        L. Personnaz, I. Guyon and G. Dreyfus, Information storage and retrieval in spin-glass like
        neural networks, 1985. I. Kanter and H. Sompolinsky, Associative recall of memory without
        errors, 1987.

    Example:
        >>> x = np.array([[1.0, 1.0, 1.0, -1.0], [1.0, 1.0, 1.0, 1.0]])
        >>> np.sign(x @ PseudoInverse().weights(x))[:, :3].tolist()
        [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """

    def weights(self, patterns: Float[Numpy, "patterns units"]) -> Float[Numpy, "units units"]:
        """Xᵀ (X Xᵀ)⁺ X; patterns that depend on others are left out by the pseudo-inverse."""
        gram = patterns.astype(np.float64) @ patterns.T
        coefficients = np.linalg.pinv(gram, hermitian=True) @ patterns
        return without_self_connections(patterns.T @ coefficients.astype(patterns.dtype))

    def capacity(self, units: int) -> float:
        """N − 1: as many as do not span everything."""
        return units - 1.0
