"""Initial weights."""

from __future__ import annotations

from math import sqrt
from typing import Any

from neuropil.nn.init.distributions import uniform
from neuropil.nn.parameter import Parameter
from neuropil.random import Generator


def uniform_fan_in(
    rng: Generator, shape: tuple[int, ...], fan_in: int, dtype: Any, name: str
) -> Parameter:
    """A parameter drawn uniformly from (−1/√fan_in, 1/√fan_in), as PyTorch's layers begin.

    A unit that sums ``fan_in`` inputs of variance v then begins with variance v/3.

    Example:
        >>> import numpy as np
        >>> w = uniform_fan_in(Generator(0), (3, 4), 4, np.float32, "weight")
        >>> w.shape, bool((abs(w.value) <= 0.5).all())
        ((3, 4), True)
    """
    bound = 1.0 / sqrt(fan_in)
    return Parameter(uniform(shape, -bound, bound, rng=rng, dtype=dtype), name=name)
