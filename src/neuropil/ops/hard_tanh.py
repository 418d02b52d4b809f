"""The hyperbolic tangent made of three straight lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.arrays import Array, namespace
from neuropil.graph import primitive
from neuropil.ops.dtypes import astype

if TYPE_CHECKING:
    from jaxtyping import Float


def _hardtanh_vjp(
    s: Array, y: Array, x: Array, min_val: float = -1.0, max_val: float = 1.0
) -> Array:
    inside = (x > min_val) & (x < max_val)
    return s * astype(inside, s.dtype)


@primitive(vjps=(_hardtanh_vjp,))
def hardtanh(
    x: Float[Array, "..."], /, min_val: float = -1.0, max_val: float = 1.0
) -> Float[Array, "..."]:
    """x kept between two bounds, elementwise; on them its derivative is 0, as PyTorch has it.

    On its bounds `clip` passes the derivative on.

    Example:
        >>> import numpy as np
        >>> hardtanh(np.array([-3.0, 0.5, 3.0])).tolist()
        [-1.0, 0.5, 1.0]
    """
    xp = namespace(x)
    return xp.minimum(xp.maximum(x, min_val), max_val)
