"""Dropping inputs at random, as a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.nn.functional.dropout import dropout
from neuropil.nn.module import Module
from neuropil.nn.refusals import check_probability
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


class Dropout(Module):
    """While training each input with probability ``p`` is 0 and the others are x/(1 − p).

    In eval mode everything passes as it is. Srivastava et al. 2014 scaled after training
    instead; the expected value is the same.

    Args:
        p: The probability of an input to be dropped.
        rng: A seed or Generator to draw from; by default the default Generator of the thread at
            the time of the call.

    Raises:
        ValueError: ``p`` is no probability.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> layer = nn.Dropout(0.5, rng=0)
        >>> layer(np.ones(8)).tolist(), layer.eval()(np.ones(2)).tolist()
        ([0.0, 0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 0.0], [1.0, 1.0])
    """

    def __init__(self, p: float = 0.5, *, rng: int | Generator | None = None) -> None:
        check_probability("Dropout", p)
        self.p = p
        self.rng = None if rng is None else as_generator(rng)

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        return dropout(x, self.p, training=self.training, rng=self.rng)
