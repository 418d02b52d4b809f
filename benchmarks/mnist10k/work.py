"""One training of LeNet on a part of MNIST-10k, and what it reads of another part."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import neuropil as npl
from neuropil import data, nn, optim, training

if TYPE_CHECKING:
    from pathlib import Path

EPOCHS = 60
BATCH_SIZE = 64
AUGMENTATION = data.RandomAffine(
    degrees=15, translate=(2 / 28, 2 / 28), scale=(0.85, 1.15), shear=15
)
PARTS = {"test": (8_000, 10_000), "validation": (6_500, 8_000)}
"""What is read at the end: all that stands before it in the files is learned from."""


@dataclass(frozen=True)
class Task:
    """One training, and where the files are.

    Attributes:
        folder: Holds ``t10k-images-idx3-ubyte.gz`` and ``t10k-labels-idx1-ubyte.gz``.
        seed: Of the weights, the order, dropout and augmentation.
        augmented: Whether training images are changed at random.
        part: A key of `PARTS`.
        epochs: How often each image is seen.
    """

    folder: Path
    seed: int
    augmented: bool
    part: str = "test"
    epochs: int = EPOCHS


@dataclass(frozen=True)
class Outcome:
    """What came of a task: how many of how many images were read right, in which time."""

    task: Task
    right: int
    images: int
    seconds: float


def lenet(rng: npl.Generator) -> nn.Sequential:
    """LeNet with 20 and 50 filters and 500 units (LeCun et al. 1998, as Caffe has it), ReLU."""
    return nn.Sequential(
        nn.Conv2d(1, 20, 5, rng=rng),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(20, 50, 5, rng=rng),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(800, 500, rng=rng),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(500, 10, rng=rng),
    )


def parts(folder: Path, part: str) -> tuple[data.ArrayDataset, data.ArrayDataset]:
    """What is learned from, and what is read at the end."""
    whole = data.idx_images(
        folder / "t10k-images-idx3-ubyte.gz", folder / "t10k-labels-idx1-ubyte.gz"
    )
    start, end = PARTS[part]
    return data.ArrayDataset(*whole[:start]), data.ArrayDataset(*whole[start:end])


def run(task: Task) -> Outcome:
    """Train on one thread, then read."""
    from threadpoolctl import threadpool_limits

    began = perf_counter()
    rng = npl.Generator(task.seed)
    learned, unseen = parts(task.folder, task.part)
    net = lenet(rng)
    samples = data.Augmented(learned, AUGMENTATION, rng=rng) if task.augmented else learned
    optimizer = optim.SGD(net.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=5e-4)
    with threadpool_limits(1, user_api="blas"):
        training.fit(
            net,
            samples,
            loss=nn.CrossEntropyLoss(),
            optimizer=optimizer,
            schedule=optim.CosineDecay(),
            clip=optim.ClipNorm(1.0),
            epochs=task.epochs,
            batch_size=BATCH_SIZE,
            progress=False,
            rng=rng,
        )
        outputs = training.predict(net, unseen.inputs)
    right = int((outputs.argmax(axis=1) == unseen.targets).sum())
    return Outcome(task, right, len(unseen), perf_counter() - began)
