"""Notes 5.2: a large network learns six samples by heart, and their noise with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuropil import data
from neuropil.data.blood_sugar import mean_blood_sugar
from neuropil.experiments.harness import (
    Findings,
    NetworkStack,
    Numpy,
    Record,
    above,
    below,
    close,
    experiment,
    panels,
    rises,
)
from neuropil.plot.colours import BLUE, ORANGE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FEW, TEST = data.blood_sugar("train"), data.blood_sugar("test")
DOSE = 0.65
DOSES = np.linspace(0.0, 0.8, 201, dtype=np.float32)[:, None]


@experiment("Overfitting: six samples learned by heart", section="5.2")
def overfitting(seed: int, quick: bool) -> Findings:
    """Networks 1-250-250-1 hit six noisy samples of dose and blood sugar, and miss 300 others.

    2000 epochs of Adam bring the training loss to nothing, while the loss on samples that were not
    learned falls first and then rises: the curves part where the network begins to learn the noise.
    At a dose of 0.65 it repeats the fifth sample, at 0.64. Blood sugar there is 0.94 on average.
    The networks of the quick run are smaller, 1-100-100-1.
    """
    width, count = (100, 5) if quick else (250, 20)
    nets = NetworkStack((1, width, width, 1), count, seed)
    records = nets.learn(FEW, TEST, epochs=2000, lr=5e-3, every=20)
    train, test = records[-1].train, records[-1].test
    at_dose, fifth = nets(np.array([[DOSE]], np.float32)).detach()[:, 0, 0], FEW.targets[4, 0]
    claims = [
        below("largest training loss after 2000 epochs", train.max(), 1e-8),
        above("smallest test loss by largest training loss", test.min() / train.max(), 1e6),
        rises("test loss, from epoch 100 to the end", records[4].test, test),
        above("training loss at the lowest mean test loss, by the last", _factor(records), 1e3),
        close(
            f"mean prediction at {DOSE}: the fifth sample", at_dose.mean(), fifth, tolerance=0.03
        ),
        above("its distance from the mean blood sugar there", at_dose.mean() - _truth(DOSE), 0.05),
    ]
    return claims, {
        "What they learned": _curves(nets),
        "Training and test loss": _losses(records),
    }


def _truth(dose: float) -> float:
    return float(mean_blood_sugar(dose))


def _factor(records: list[Record]) -> float:
    """How many times smaller the training losses become after the test losses were lowest."""
    test = np.mean([record.test for record in records], axis=1)
    train = np.mean([record.train for record in records], axis=1)
    return float(train[test.argmin()] / train[-1])


def _curves(nets: NetworkStack) -> Figure:
    figure, (axes,) = panels(1, width=6.0, height=4.0)
    answers: Numpy = nets(DOSES).detach()[..., 0]
    axes.plot(TEST.inputs, TEST.targets, ".", color="0.8", label="300 others")
    axes.plot(DOSES, answers.T, linewidth=0.6, color=BLUE)
    axes.plot(DOSES, mean_blood_sugar(DOSES), "--", color="0.4", label="mean")
    axes.plot(FEW.inputs, FEW.targets, "o", color=ORANGE, label="6 samples")
    axes.set(xlabel="dose", ylabel="blood sugar")
    axes.legend()
    return figure


def _losses(records: list[Record]) -> Figure:
    figure, (axes,) = panels(1, width=6.0, height=4.0)
    epochs = [record.epoch for record in records]
    axes.semilogy(epochs, [record.train.mean() for record in records], color=BLUE, label="training")
    axes.semilogy(epochs, [record.test.mean() for record in records], color=ORANGE, label="test")
    axes.set(xlabel="epoch", ylabel="mean squared error")
    axes.legend()
    return figure
