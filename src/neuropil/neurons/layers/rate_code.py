"""Numbers as rates of random spikes."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from neuropil.neurons.layers.intensities import check_intensities
from neuropil.nn import Module, refusals
from neuropil.nn.description import describable
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


@final
@describable
class RateCode(Module):
    """Spikes (steps, N, …) at random: in each step, x (N, …) times ``rate`` is their probability.

    A Poisson process in steps of time. Nothing is learned through it.

    Args:
        steps: How many steps.
        rate: The probability of a spike in a step where x = 1.
        rng: A seed or Generator to draw from; by default the default Generator of the thread at
            the time of the call.

    Raises:
        ValueError: There is no step, or the rate is no probability.
        DataError: (when called) A number is not in [0, 1].

    Example:
        >>> import numpy as np
        >>> from neuropil.neurons import layers
        >>> layers.RateCode(1000, rng=0)(np.array([0.0, 0.2, 1.0])).mean(axis=0).round(2).tolist()
        [0.0, 0.21, 1.0]
    """

    def __init__(
        self, steps: int, rate: float = 1.0, *, rng: int | Generator | None = None
    ) -> None:
        refusals.check_count("RateCode", "steps", steps)
        if not 0.0 <= rate <= 1.0:
            raise ValueError(
                f"RateCode needs a rate from 0 to 1, the probability of a spike in a step, got "
                f"{rate!r}"
            )
        self.steps = steps
        self.rate = rate
        self.rng = None if rng is None else as_generator(rng)

    def forward(self, x: Float[Array, "*shape"]) -> Float[Array, "steps *shape"]:
        check_intensities("RateCode", x)
        drawn = as_generator(self.rng).uniform((self.steps, *x.shape), dtype=x.dtype)
        return (drawn < self.rate * x).astype(x.dtype)
