"""What is trained: nets, data, initial parameters, the same for every contestant."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Case:
    """A training.

    Attributes:
        net: ``"dense"``, ``"lenet"``, ``"lenet with batch normalisation"``, ``"lstm"`` or
            ``"vae"``.
        sizes: Units by layer of a dense net; of an LSTM inputs a step, units and classes.
        samples: In the data set.
        batch: Samples a step.
        epochs: In one turn; the first is not timed, as programs are made in it.
        optimizer: ``"sgd"`` or ``"adam"``.
        lr: Learning rate.
        bars: By peer, how much longer than ours its time has to be, at least.
        best: The same for the best of all peers; None where there is no such bar.
    """

    net: str
    sizes: tuple[int, ...] = ()
    samples: int = 1280
    batch: int = 64
    epochs: int = 6
    optimizer: str = "sgd"
    lr: float = 0.1
    bars: dict[str, float] = field(default_factory=dict)
    best: float | None = None

    @property
    def whole(self) -> bool:
        """Whether the batch is all there is: nothing is shuffled then."""
        return self.batch == self.samples

    @property
    def steps(self) -> int:
        """How many steps are timed."""
        return (self.epochs - 1) * (self.samples // self.batch)


SMALL = {"PyTorch": 10.0, "JAX": 0.95}
CASES = {
    "xor 2-2-1": Case("dense", (2, 2, 1), 4, 4, 20_001, lr=0.5, bars=SMALL),
    "autoencoder 8-3-8": Case("dense", (8, 3, 8), 8, 8, 20_001, lr=0.5, bars=SMALL),
    "784-30-10, batch 10": Case(
        "dense", (784, 30, 10), 10_000, 10, 6, bars={"PyTorch": 6.0, "JAX": 0.95}
    ),
    "784-128-10, batch 64": Case("dense", (784, 128, 10), 12_800, 64, 61, lr=0.02, best=0.95),
    "784-1024-1024-10, batch 256, Adam": Case(
        "dense", (784, 1024, 1024, 10), 2560, 256, 4, "adam", 1e-3, best=0.95
    ),
    "LeNet, batch 64": Case("lenet", (), 1280, 64, 4, lr=0.02, bars={"PyTorch": 1.2}),
    "LeNet with batch normalisation, batch 64": Case(
        "lenet with batch normalisation", (), 1280, 64, 4, lr=0.02, best=0.95
    ),
    "LSTM 128, 28 steps, batch 64": Case("lstm", (28, 128, 10), 1280, 64, 5, bars={"PyTorch": 0.7}),
    "LSTM 128, 784 steps, batch 64": Case("lstm", (1, 128, 10), 192, 64, 2, bars={"PyTorch": 1.2}),
    "variational autoencoder 784-400-20, batch 128": Case(
        "vae", (784, 400, 20), 2560, 128, 33, "adam", 1e-3, best=0.95
    ),
}


def data(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets: patterns for the two small nets, else prototypes in noise."""
    if case.sizes == (2, 2, 1):
        corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
        return corners, np.array([[0], [1], [1], [0]], np.float32)
    if case.sizes == (8, 3, 8):
        return np.eye(8, dtype=np.float32), np.eye(8, dtype=np.float32)
    rng = np.random.default_rng(0)
    classes = rng.integers(10, size=case.samples)
    prototypes = rng.random((10, 784), dtype=np.float32)
    images = 0.5 * prototypes[classes] + 0.5 * rng.random((case.samples, 784), dtype=np.float32)
    # A part of the labels is wrong, so that losses stay large enough to be compared.
    labels = np.where(rng.random(case.samples) < 0.3, rng.integers(10, size=case.samples), classes)
    return images, (images if case.net == "vae" else labels)


def parameters(case: Case) -> Arrays:
    """Initial weights (out, in) and biases by name: uniform, ±1/√fan-in."""
    rng = np.random.default_rng(1)
    shapes = _shapes(case)
    made: Arrays = {}
    for name, (shape, fan_in) in shapes.items():
        bound = fan_in**-0.5
        made[f"{name}.weight"] = rng.uniform(-bound, bound, shape).astype(np.float32)
        made[f"{name}.bias"] = rng.uniform(-bound, bound, shape[0]).astype(np.float32)
    return made


def _shapes(case: Case) -> dict[str, tuple[tuple[int, ...], int]]:
    """For each layer the shape of its weight, and the fan-in."""
    if case.net == "dense":
        pairs = zip(case.sizes, case.sizes[1:], strict=False)
        return {str(i): ((o, n), n) for i, (n, o) in enumerate(pairs)}
    if case.net == "lstm":
        n, units, classes = case.sizes
        gates = ((4 * units, n + units), units)
        return {"cell": gates, "readout": ((classes, units), units)}
    if case.net == "vae":
        n, hidden, latent = case.sizes
        return {
            "encoder": ((hidden, n), n),
            "latent": ((2 * latent, hidden), hidden),
            "decoder": ((hidden, latent), latent),
            "output": ((n, hidden), hidden),
        }
    return {
        "conv1": ((20, 1, 5, 5), 25),
        "conv2": ((50, 20, 5, 5), 500),
        "dense1": ((500, 800), 800),
        "dense2": ((10, 500), 500),
    }


def orders(case: Case) -> np.ndarray:
    """For each epoch and batch which samples: the order that `fit(rng=0)` draws."""
    from neuropil.data import ArrayDataset, DataLoader
    from neuropil.random import Generator

    loader = DataLoader(ArrayDataset(*data(case)), case.batch, shuffle=True, rng=Generator(0))
    return np.array([loader.order().take(len(loader)) for _ in range(case.epochs)], np.int32)
