"""Special functions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from neuropil.arrays import Array, extras
from neuropil.graph import primitive
from neuropil.ops.exponential import exp

if TYPE_CHECKING:
    from jaxtyping import Float


@primitive(vjps=(lambda s, y, x: s * (2.0 / math.sqrt(math.pi) * exp(-x * x)),))
def erf(x: Float[Array, "..."], /) -> Float[Array, "..."]:
    """The error function 2/√π ∫₀ˣ e^(−t²) dt, elementwise: P(|z| < √2·x) of a normal z.

    Example:
        >>> import numpy as np
        >>> erf(np.array([0.0, 1.0])).round(6).tolist()
        [0.0, 0.842701]
    """
    return extras(x).erf(x)
