"""Activation functions that jump: useful where nothing learns through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.arrays import Array, namespace
from neuropil.graph import primitive
from neuropil.ops.selection import where

if TYPE_CHECKING:
    from jaxtyping import Float


@primitive(vjps=(lambda s, y, x, at_zero=1.0: where(False, s, 0.0),))
def heaviside(x: Float[Array, "..."], /, at_zero: float = 1.0) -> Float[Array, "..."]:
    """0 where x < 0, 1 where x > 0, and ``at_zero`` between: the threshold of notes 1.5.

    Its derivative is taken as 0 everywhere.

    Example:
        >>> import numpy as np
        >>> heaviside(np.array([-2.0, 0.0, 2.0])).tolist()
        [0.0, 1.0, 1.0]
    """
    step = (x > 0).astype(x.dtype)
    return step + at_zero * (x == 0).astype(x.dtype) if at_zero else step


@primitive(vjps=(lambda s, y, x, axis=-1: where(False, s, 0.0),))
def hardmax(x: Float[Array, "..."], /, axis: int = -1) -> Float[Array, "..."]:
    """1 at the largest element along ``axis`` (of several the first), 0 elsewhere.

    The extreme of `softmax`, the one-hot function of notes 1.5. Its derivative is taken as 0.

    Example:
        >>> import numpy as np
        >>> hardmax(np.array([0.6, 3.4, -1.2, 0.05])).tolist()
        [0.0, 1.0, 0.0, 0.0]
    """
    xp = namespace(x)
    shape = [1] * x.ndim
    shape[axis] = x.shape[axis]
    places = xp.arange(x.shape[axis]).reshape(tuple(shape))
    return (xp.argmax(x, axis=axis, keepdims=True) == places).astype(x.dtype)
