"""Inputs that are damaged at random while training, so that a network learns to repair them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import isfinite
from typing import TYPE_CHECKING, final

from neuropil import ops
from neuropil.nn.module import Module
from neuropil.nn.refusals import check_probability
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


class Corruption(Module, ABC):
    """Base of layers that damage their inputs while training, and let them pass in eval mode.

    P. Vincent et al., Extracting and composing robust features with denoising autoencoders, 2008.

    Args:
        rng: A seed or Generator to draw from; by default the default Generator of the thread at
            the time of the call.
    """

    def __init__(self, rng: int | Generator | None = None) -> None:
        self.rng = None if rng is None else as_generator(rng)

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        return self.damaged(x, self.rng) if self.training else x

    @abstractmethod
    def damaged(
        self, x: Float[Array, "*shape"], rng: int | Generator | None = None
    ) -> Float[Array, "*shape"]:
        """``x`` damaged, in whichever mode the layer is."""


@final
class GaussianNoise(Corruption):
    """While training x + ε with ε ~ N(0, std²), elementwise.

    Raises:
        ValueError: ``std`` is negative or not finite.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> layer = nn.GaussianNoise(0.5, rng=0)
        >>> print(layer(np.zeros(10_000)).std().round(2), layer.eval()(np.zeros(2)))
        0.5 [0. 0.]
    """

    def __init__(self, std: float = 0.1, *, rng: int | Generator | None = None) -> None:
        if not (std >= 0.0 and isfinite(std)):
            raise ValueError(f"GaussianNoise needs a finite std >= 0, got {std}")
        super().__init__(rng)
        self.std = std

    def damaged(
        self, x: Float[Array, "*shape"], rng: int | Generator | None = None
    ) -> Float[Array, "*shape"]:
        if self.std == 0.0:
            return x
        return x + as_generator(rng).normal(tuple(x.shape), std=self.std, dtype=x.dtype)


@final
class MaskingNoise(Corruption):
    """While training each element is 0 with probability ``p``; the others stay as they are.

    `Dropout` makes up for what is missing by scaling the rest; here it is to be found out.

    Raises:
        ValueError: ``p`` is no probability.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> nn.MaskingNoise(0.5, rng=0)(np.ones(8)).tolist()
        [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0]
    """

    def __init__(self, p: float = 0.3, *, rng: int | Generator | None = None) -> None:
        check_probability("MaskingNoise", p)
        super().__init__(rng)
        self.p = p

    def damaged(
        self, x: Float[Array, "*shape"], rng: int | Generator | None = None
    ) -> Float[Array, "*shape"]:
        if self.p == 0.0:
            return x
        return x * as_generator(rng).bernoulli(1.0 - self.p, tuple(x.shape)).astype(x.dtype)


@final
class BitFlip(Corruption):
    """While training each element x is 1 − x with probability ``p``: of bits, the other one.

    Raises:
        ValueError: ``p`` is no probability.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> nn.BitFlip(0.5, rng=0)(np.array([0.0, 1.0] * 4)).tolist()
        [0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0]
    """

    def __init__(self, p: float = 0.1, *, rng: int | Generator | None = None) -> None:
        check_probability("BitFlip", p)
        super().__init__(rng)
        self.p = p

    def damaged(
        self, x: Float[Array, "*shape"], rng: int | Generator | None = None
    ) -> Float[Array, "*shape"]:
        if self.p == 0.0:
            return x
        flipped = as_generator(rng).bernoulli(self.p, tuple(x.shape))
        return ops.where(flipped, 1.0 - x, x)
