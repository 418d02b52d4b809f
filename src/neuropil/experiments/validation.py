"""Notes 5.3: samples held out at random say how a network does on those it has not seen."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any

import numpy as np

import neuropil as npl
from neuropil import data, nn, optim, training
from neuropil.experiments.harness import Claim, Findings, equal, experiment, falls, panels, true
from neuropil.plot.colours import SERIES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SAMPLES, TEST = data.Subset(data.blood_sugar("many"), range(24)), data.blood_sugar("test")
LOSS = nn.MSELoss()


class Watch:
    """The loss on the test set after each epoch, which neither learning nor stopping sees."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def on_epoch(self, run: training.Run) -> None:
        """Measure it."""
        self.values.append(training.evaluate(run.net, TEST, loss=LOSS)["loss"])


@experiment("Validation and early stopping", section="5.3")
def validation(seed: int, quick: bool) -> Findings:
    """Half of 24 samples are held out at random: their loss tells how 300 others will be met.

    It is nearer to the test loss than the training loss is, and it is lowest before the end:
    early stopping goes back to that epoch, bit by bit, and meets the test samples better.
    """
    seeds = range(1000 * seed, 1000 * seed + (14 if quick else 20))
    runs = [learned(one, 250 if quick else 600) for one in seeds]
    last = [run[-1] | {"test": test.values[-1]} for run, test, _, _ in runs]
    ends = [log(record["test"]) for record in last]
    kept = [log(test.values[stopping.best_epoch - 1]) for _, test, stopping, _ in runs]
    history, test, stopping, net = runs[0]
    again = training.evaluate(net, TEST, loss=LOSS)["loss"]
    short, _, patient, _ = learned(seeds[0], 600, patience=20)
    claims = [
        *_random_subsets(seed),
        falls(
            "distance from the test loss: validation loss, not training loss",
            [abs(record["loss"] - record["test"]) for record in last],
            [abs(record["val_loss"] - record["test"]) for record in last],
        ),
        equal("epoch kept", stopping.best_epoch, 1 + int(np.argmin(history["val_loss"]))),
        equal("test loss of what was kept", again, test.values[stopping.best_epoch - 1]),
        equal("epochs with a patience of 20", len(short), patient.best_epoch + 20),
        falls("ln of the test loss, by early stopping", ends, kept),
    ]
    return claims, {"A training": _curves(history, test.values, stopping.best_epoch)}


def learned(seed: int, epochs: int, patience: int | None = None) -> Any:
    """A training that stops early, or goes on to the end before it returns to its best epoch."""
    rng = npl.Generator(seed)
    net = nn.Sequential(nn.Linear(1, 100, rng=rng), nn.ReLU(), nn.Linear(100, 1, rng=rng))
    test, stopping = Watch(), training.EarlyStopping(patience=patience or epochs)
    history = training.fit(
        net, SAMPLES, loss=LOSS, optimizer=optim.Adam(net.parameters(), lr=0.05), epochs=epochs,
        validation=0.5, callbacks=[stopping, test], progress=False, rng=rng,
    )  # fmt: skip
    return history, test, stopping, net


def _random_subsets(seed: int) -> list[Claim]:
    """Subsets are disjoint and complete, and hold out each sample as often as any other."""
    rng, times, n = npl.Generator(seed), 600, len(SAMPLES)
    splits = [data.random_split(SAMPLES, [n // 2, n // 2], rng=rng) for _ in range(times)]
    whole = [sorted([*a.indices, *b.indices]) == list(range(n)) for a, b in splits]
    counts = np.bincount(np.concatenate([b.indices for _, b in splits]), minlength=n)
    chi_square = np.sum((counts - times / 2) ** 2) / (times / 4) * (n - 1) / n
    return [
        true("learned and held out: each sample once", all(whole)),
        true("each is held out as often (χ² of 23, below its 99.9 %)", chi_square < 49.73),
    ]


def _curves(history: training.History, test: list[float], kept: int) -> Figure:
    figure, (axes,) = panels(1, width=6.0, height=4.0)
    axes.set_prop_cycle(color=SERIES)
    for values, label in (
        (history["loss"], "training"), (history["val_loss"], "validation"), (test, "test")
    ):  # fmt: skip
        axes.semilogy(np.arange(1, len(history) + 1), values, label=label)
    axes.axvline(kept, linestyle=":", color="0.4")
    axes.set(xlabel="epoch", ylabel="mean squared error")
    axes.legend()
    return figure
