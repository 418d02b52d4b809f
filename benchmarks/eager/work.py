"""The work both contestants do: same data, same initial parameters, same number of steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Case:
    """A fully connected network trained by plain gradient descent on one batch.

    Attributes:
        sizes: Units by layer.
        batch: Samples in the batch.
        activation: Between the layers, "sigmoid" or "relu".
        loss: "binary" (Bernoulli cross-entropy from logits) or "categorical".
        lr: Learning rate.
        steps: Training steps in one timed round.
        bar: The most that our time may be of PyTorch's.
    """

    sizes: tuple[int, ...]
    batch: int
    activation: str
    loss: str
    lr: float
    steps: int
    bar: float


CASES = {
    "autoencoder 8-3-8": Case((8, 3, 8), 8, "sigmoid", "binary", 0.5, 2000, bar=0.6),
    "784-128-10, batch 64": Case((784, 128, 10), 64, "relu", "categorical", 0.1, 500, bar=1.0),
}


def data(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """One batch: the eight patterns of the autoencoder, or random images with random labels."""
    rng = np.random.default_rng(0)
    if case.loss == "binary":
        patterns = np.eye(case.batch, dtype=np.float32)
        return patterns, patterns
    images = rng.random((case.batch, case.sizes[0]), dtype=np.float32)
    return images, rng.integers(case.sizes[-1], size=case.batch)


def parameters(case: Case) -> list[np.ndarray]:
    """Weights (out, in) and biases, layer by layer."""
    rng = np.random.default_rng(1)
    result = []
    for fan_in, units in zip(case.sizes, case.sizes[1:], strict=False):
        bound = fan_in**-0.5
        result.append(rng.uniform(-bound, bound, (units, fan_in)).astype(np.float32))
        result.append(rng.uniform(-bound, bound, units).astype(np.float32))
    return result
