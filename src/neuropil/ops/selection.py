"""Choosing between two arrays by a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.arrays import Array, extras, namespace
from neuropil.graph import primitive
from neuropil.ops.comparison import logical_not

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Shaped


@primitive(
    vjps=(
        None,
        lambda s, y, condition, a, b: masked(s, condition),
        lambda s, y, condition, a, b: masked(s, logical_not(condition)),
    )
)
def where(
    condition: Bool[Array, "..."], a: Shaped[Array, "..."], b: Shaped[Array, "..."], /
) -> Shaped[Array, "..."]:
    """``a`` where ``condition`` holds, ``b`` elsewhere. Shapes broadcast.

    The branch not taken passes nothing on, but is computed: keep it finite
    (``where(x > 0, log(where(x > 0, x, 1.0)), 0.0)``), or its derivative is 0·∞ = NaN.

    Example:
        >>> import numpy as np
        >>> where(np.array([True, False]), 1.0, 2.0).tolist()
        [1.0, 2.0]
    """
    return namespace(condition, a, b).where(condition, a, b)


@primitive(vjps=(lambda s, y, x, keep: masked(s, keep), None))
def masked(x: Float[Array, "..."], keep: Bool[Array, "..."], /) -> Float[Array, "..."]:
    """x where ``keep`` holds, 0 elsewhere: faster than `where`, which chooses between any two.

    Example:
        >>> import numpy as np
        >>> masked(np.array([1.0, np.inf]), np.array([True, False])).tolist()
        [1.0, 0.0]
    """
    return extras(x).masked(x, keep)
