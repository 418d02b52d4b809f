"""Losses of rates and of first spikes, with the class of each sample as the target."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from neuropil.nn import Module, functional, refusals
from neuropil.nn.description import describable
from neuropil.nn.functional.labels import label_rows

if TYPE_CHECKING:
    from jaxtyping import Float, Integer

    from neuropil.arrays import Array


@final
@describable
class RateLoss(Module):
    """The mean squared difference between rates (N, classes) and the rates that are wanted.

    For a network that ends in `MeanOverTime`. That every cell goes on to spike, now and then, keeps
    it where it can learn. For counts see `nn.CrossEntropyLoss` too.

    Args:
        correct: The rate, in spikes a step, that the cell of the right class ought to have.
        incorrect: That of the others.

    Raises:
        ValueError: Not 0 ≤ incorrect < correct ≤ 1.

    Example:
        >>> import numpy as np
        >>> from neuropil.neurons import layers
        >>> loss = layers.RateLoss(correct=1.0, incorrect=0.0)
        >>> print(loss(np.array([[0.5, 0.5]]), np.array([1])))
        0.25
    """

    def __init__(self, correct: float = 0.8, incorrect: float = 0.2) -> None:
        if not 0.0 <= incorrect < correct <= 1.0:
            raise ValueError(
                f"RateLoss needs 0 <= incorrect < correct <= 1, in spikes a step, got {incorrect!r}"
                f" and {correct!r}"
            )
        self.correct = correct
        self.incorrect = incorrect

    def forward(
        self, rates: Float[Array, "samples classes"], target: Integer[Array, " samples"]
    ) -> Float[Array, ""]:
        _check("RateLoss", rates)
        rows = label_rows(target, rates.shape[1], dtype=rates.dtype, loss="RateLoss").rows
        wanted = self.incorrect + (self.correct - self.incorrect) * rows
        return functional.mse_loss(rates, wanted)


@final
@describable
class FirstSpikeLoss(Module):
    """The cross-entropy of softmax(−t/ξ) of the times t of first spikes.

    For a network that ends in `FirstSpike`, whose output (N, classes) is −t in steps: the cell of
    the right class ought to be the first, by some ξ.

    Args:
        scale: ξ, in steps.

    Raises:
        ValueError: ξ is not above 0.

    References:
        J. Göltz et al., Fast and energy-efficient neuromorphic deep learning with first-spike
        times, 2021.

    Example:
        >>> import numpy as np
        >>> from neuropil.neurons import layers
        >>> early = np.array([[-2.0, -7.0]])
        >>> print(layers.FirstSpikeLoss()(early, np.array([0])).round(4))  # ln(1 + e⁻¹)
        0.3133
    """

    def __init__(self, scale: float = 5.0) -> None:
        if not scale > 0.0:
            raise ValueError(f"FirstSpikeLoss needs a scale above 0, in steps, got {scale!r}")
        self.scale = scale

    def forward(
        self, earliness: Float[Array, "samples classes"], target: Integer[Array, " samples"]
    ) -> Float[Array, ""]:
        _check("FirstSpikeLoss", earliness)
        return functional.cross_entropy(earliness / self.scale, target)


def _check(loss: str, output: Array) -> None:
    if len(refusals.shape_of(loss, output)) != 2:
        advice = "time has to be gone: end the network in MeanOverTime or FirstSpike"
        raise refusals.wrong_shape(loss, "outputs (N, classes)", output, advice)
