"""Dropping inputs at random (notes 5.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.nn.refusals import check_probability
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


def dropout(
    x: Float[Array, "*shape"],
    p: float = 0.5,
    *,
    training: bool = True,
    rng: int | Generator | None = None,
) -> Float[Array, "*shape"]:
    """Each element with probability ``p`` replaced by 0, the others multiplied by 1/(1 − p).

    So the expected value is x, and nothing has to be rescaled after training.

    Raises:
        ValueError: ``p`` is no probability.

    Example:
        >>> import numpy as np
        >>> dropout(np.ones(8), 0.5, rng=0).tolist()
        [0.0, 0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 0.0]
    """
    check_probability("Dropout", p)
    if not training or p == 0.0:
        return x
    if p == 1.0:
        return x * 0.0
    keep = as_generator(rng).bernoulli(1.0 - p, tuple(x.shape))
    return x * (keep.astype(x.dtype) * (1.0 / (1.0 - p)))
