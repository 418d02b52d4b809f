"""Choosing between two arrays by a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.arrays import Array, namespace
from neuropil.graph import primitive

if TYPE_CHECKING:
    from jaxtyping import Bool, Shaped


@primitive(
    vjps=(
        None,
        lambda s, y, condition, a, b: where(condition, s, 0.0),
        lambda s, y, condition, a, b: where(condition, 0.0, s),
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
