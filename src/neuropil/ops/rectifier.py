"""The rectified linear unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.arrays import Array, namespace
from neuropil.graph import primitive
from neuropil.ops.selection import masked

if TYPE_CHECKING:
    from jaxtyping import Float


@primitive(vjps=(lambda s, y, x: masked(s, y > 0),))
def relu(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """max(x, 0) (notes 1.5); its derivative at 0 is 0.

    Example:
        >>> import numpy as np
        >>> relu(np.array([-1.0, 2.0])).tolist()
        [0.0, 2.0]
    """
    return namespace(x).maximum(x, 0.0)
