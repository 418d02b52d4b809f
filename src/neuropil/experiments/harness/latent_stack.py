"""Many autoencoders of one shape that learn side by side, variational ones or plain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np

import neuropil as npl
from neuropil.experiments.harness.network_stack import NetworkStack
from neuropil.nn.functional import kl_standard_normal, reparametrize

if TYPE_CHECKING:
    from jaxtyping import Float

    Numpy = np.ndarray[Any, Any]

_LR, _BATCH = 6e-3, 32


@final
class LatentStack:
    """Autoencoders with a plane of codes and one start; β = 0 makes plain ones of them.

    The loss is ‖x − y‖²/(2 std²) + β KL(N(μ, σ²) ‖ N(0, I)) with y decoded of z = μ + εσ, or of μ
    where β = 0. β rises to its value over the first half of the steps, so that codes are not given
    up before the decoder can use them (Bowman et al. 2016).

    Args:
        pixels: The length of an input.
        count: How many there are.
        seed: What their initial weights, and noise, are drawn from.
        beta: β.
        std: The standard deviation of p(x|z).

    Example:
        >>> stack = LatentStack(9, 2, seed=0, beta=1.0)
        >>> x = np.zeros((5, 9), np.float32)
        >>> stack.learn(x, steps=1).codes(x).shape, stack.decoded(stack.codes(x)).shape
        ((2, 5, 2), (2, 5, 9))
    """

    def __init__(
        self, pixels: int, count: int, seed: int, *, beta: float, std: float = 0.2
    ) -> None:
        self._encoder = NetworkStack((pixels, 64, 32, 4), count, seed)
        self._decoder = NetworkStack((2, 32, 64, pixels), count, seed + 1)
        self._rng = npl.Generator(seed)
        self._beta, self._precision = beta, 1.0 / std**2

    def learn(self, x: Float[Numpy, "n pixels"], *, steps: int) -> LatentStack:
        """Adam on small batches, its rate falling along half a cosine."""
        optimizer = npl.optim.Adam(self._encoder.parameters + self._decoder.parameters)
        for step, factor in enumerate(npl.optim.CosineDecay().factors(steps)):
            batch = x[self._rng.permutation(len(x))[:_BATCH]]
            mean, log_variance = npl.split(self._encoder(batch), 2, axis=2)
            z = reparametrize(mean, log_variance, rng=self._rng) if self._beta else mean
            loss = 0.5 * self._precision * npl.sum((self._decoder(z) - batch) ** 2)
            if self._beta:
                rising = self._beta * min(1.0, 2.0 * step / steps)
                loss = loss + rising * kl_standard_normal(mean, log_variance, reduction="sum")
            optimizer.lr = _LR * factor
            optimizer.zero_grad()
            (loss / _BATCH).backward()
            optimizer.step()
        return self

    def codes(self, x: Float[Numpy, "n pixels"]) -> Float[Numpy, "networks n 2"]:
        """μ of each input, by each network."""
        codes: Numpy = self._encoded(x)[0]
        return codes

    def divergence(self, x: Float[Numpy, "n pixels"]) -> Float[Numpy, "networks"]:
        """KL(N(μ, σ²) ‖ N(0, I)) of each network, the mean over the inputs."""
        divergences: Numpy = kl_standard_normal(*self._encoded(x), reduction="none").mean(axis=1)
        return divergences

    def decoded(self, z: Float[Numpy, "networks n 2"]) -> Float[Numpy, "networks n pixels"]:
        """What each network makes of its codes."""
        with npl.no_grad():
            decoded: Numpy = self._decoder(z).detach()
        return decoded

    def _encoded(self, x: Float[Numpy, "n pixels"]) -> tuple[Numpy, Numpy]:
        with npl.no_grad():
            mean, log_variance = np.split(self._encoder(x).detach(), 2, axis=2)
        return mean, log_variance
