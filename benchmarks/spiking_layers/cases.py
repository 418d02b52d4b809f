"""What is trained: two layers of leaky cells, the same for every contestant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BETA = 0.9
"""What a step leaves of a potential."""

STEPS = 25


@dataclass(frozen=True)
class Case:
    """A training by plain gradient descent on the cross-entropy of spike counts.

    Attributes:
        sizes: Inputs, hidden cells, output cells.
        batch: Samples a step.
        batches: Steps an epoch.
        epochs: In one turn; the first is not timed, as programs are made in it.
        bar: How much longer than ours a peer's time has to be, at least.
        lr: Learning rate.
    """

    sizes: tuple[int, int, int]
    batch: int
    batches: int
    epochs: int
    bar: float
    lr: float = 1e-3

    @property
    def timed(self) -> int:
        """How many steps are timed."""
        return (self.epochs - 1) * self.batches


CASES = {
    "64-128-10, batch 64": Case((64, 128, 10), 64, 10, 6, 7.0),
    "784-1000-10, batch 128": Case((784, 1000, 10), 128, 3, 4, 0.95),
}


def data(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Spikes (samples, time, inputs) whose rates differ from class to class, and the classes."""
    rng = np.random.default_rng(0)
    samples = case.batch * case.batches
    classes = rng.integers(case.sizes[-1], size=samples)
    rates = rng.uniform(0.0, 0.5, (case.sizes[-1], 1, case.sizes[0]))
    spikes = rng.random((samples, STEPS, case.sizes[0])) < rates[classes]
    return spikes.astype(np.float32), classes


def parameters(case: Case, gain: float) -> list[np.ndarray]:
    """Weights (out, in) and biases, first layer first: uniform, ±gain/√fan-in."""
    rng = np.random.default_rng(1)
    return [
        rng.uniform(-gain, gain, shape).astype(np.float32) / np.float32(n**0.5)
        for n, units in zip(case.sizes, case.sizes[1:], strict=False)
        for shape in ((units, n), (units,))
    ]


def orders(case: Case) -> np.ndarray:
    """For each epoch and batch which samples: the order that `fit(rng=0)` draws."""
    from neuropil.data import ArrayDataset, DataLoader
    from neuropil.random import Generator

    loader = DataLoader(ArrayDataset(*data(case)), case.batch, shuffle=True, rng=Generator(0))
    return np.array([loader.order().take(len(loader)) for _ in range(case.epochs)], np.int32)


GAIN = {"snnTorch": 1.0, "Norse": 1.0 / (1.0 - BETA)}
"""Norse weakens currents by 1 − β: for as many spikes, weights are so much larger with it."""
