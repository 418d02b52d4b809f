"""A patient: all that makes a training, and how well it learned what it was to learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from neuropil import data, nn, optim, training
from neuropil.errors import NeuropilError

Numpy = np.ndarray[Any, Any]


@dataclass
class Patient:
    """A training that has not begun.

    Attributes:
        name: What it is, in a few words.
        net, inputs, targets, loss: As `training.fit` takes them.
        truth: The classes, or the values of a regression, whatever the targets are.
        optimizer: The class of the optimizer, and its settings.
        lr: The learning rate.
        epochs, batch_size: How long, and in which portions.
        seed: Of everything random in the training.
    """

    name: str
    net: nn.Sequential
    inputs: Numpy
    targets: Numpy
    truth: Numpy
    loss: Any
    optimizer: type[optim.Optimizer]
    settings: dict[str, Any]
    lr: float
    epochs: int
    batch_size: int
    seed: int

    def train(self) -> training.GradientDoctor:
        """Train with a doctor at hand, who also sees why a training breaks down."""
        doctor = training.GradientDoctor()
        optimizer: Any = self.optimizer(self.net.parameters(), lr=self.lr, **self.settings)
        try:
            training.fit(
                self.net,
                data.ArrayDataset(self.inputs, self.targets),
                loss=self.loss,
                optimizer=optimizer,
                epochs=self.epochs,
                batch_size=self.batch_size,
                callbacks=[doctor],
                progress=False,
                rng=self.seed,
            )
        except NeuropilError as error:
            doctor.failed(error)
        return doctor

    def error(self) -> float:
        """The share of misread samples, or of variance that a regression leaves unexplained.

        At most 1; also 1 for a network that no longer gives numbers.
        """
        with np.errstate(all="ignore"):
            outputs = training.predict(self.net, self.inputs)
            if not np.isfinite(outputs).all():
                return 1.0
            if self.truth.dtype.kind == "f":
                unexplained = np.mean((outputs - self.truth) ** 2) / np.var(self.truth)
                return float(min(unexplained, 1.0))
        if outputs.shape[1] > 1:
            return float(np.mean(outputs.argmax(axis=1) != self.truth))
        middle = 0.5 if isinstance(self.net[-1], nn.Sigmoid) else 0.0
        return float(np.mean((outputs[:, 0] > middle) != self.truth))
