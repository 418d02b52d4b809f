"""Gradients are arrays of their own: whoever gets one may change it in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neuropil.arrays import Array


def own(cotangent: Array, given: set[int]) -> Array:
    """The cotangent, or a copy of a view or of what was given before; ``given`` keeps the ids.

    Example:
        >>> import numpy as np
        >>> cotangent, given = np.ones(2), set()
        >>> own(cotangent, given) is cotangent, own(cotangent, given) is cotangent
        (True, False)
    """
    if id(cotangent) in given or getattr(cotangent, "base", None) is not None:
        return cotangent.copy()
    given.add(id(cotangent))
    return cotangent
