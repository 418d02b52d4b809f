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
        """V Vᵀ, with V the directions that the patterns span (of X = U S Vᵀ, where S is not 0)."""
        _, sizes, directions = np.linalg.svd(patterns.astype(np.float64), full_matrices=False)
        least = sizes[0] * max(patterns.shape) * np.finfo(np.float64).eps
        spanned = directions[sizes > least]
        return without_self_connections((spanned.T @ spanned).astype(patterns.dtype))

    def capacity(self, units: int) -> float:
        """N − 1: as many as do not span everything."""
        return units - 1.0
