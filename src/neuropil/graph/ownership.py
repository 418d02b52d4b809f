"""Gradients are arrays of their own: whoever gets one may change it in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neuropil.arrays import Array


class Ownership:
    """Gives each array away once: an array given before, or a view of one, is copied.

    Args:
        seed: What the caller keeps, an array or a Variable.

    Example:
        >>> import numpy as np
        >>> cotangent, ownership = np.ones(2), Ownership()
        >>> first, second = ownership.of(cotangent), ownership.of(cotangent)
        >>> first is cotangent, second is cotangent
        (True, False)
    """

    def __init__(self, seed: Array = None) -> None:
        self._given = {id(getattr(seed, "value", seed))}

    def of(self, cotangent: Array) -> Array:
        """The cotangent, or a copy of it."""
        if id(cotangent) in self._given or getattr(cotangent, "base", None) is not None:
            return cotangent.copy()
        self._given.add(id(cotangent))
        return cotangent
