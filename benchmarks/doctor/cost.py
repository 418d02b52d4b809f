"""What a doctor at hand costs a training."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import Any

from neuropil import data, nn, optim, training


def share(rounds: int = 7) -> float:
    """The median share of time by which the doctor prolongs a training on the digits.

    A small network and the epochs of the ready recipes: a longer training, or a larger network,
    has fewer examinations a step. Trainings with and without take turns.
    """
    _seconds([])  # the first is slower
    ratios = [_seconds([training.GradientDoctor()]) / _seconds([]) for _ in range(rounds)]
    return median(ratios) - 1.0


def _seconds(callbacks: list[Any]) -> float:
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 64, rng=0), nn.ReLU(), nn.Linear(64, 10, rng=1))
    began = perf_counter()
    training.fit(
        net,
        data.digits("train"),
        loss=nn.CrossEntropyLoss(),
        optimizer=optim.Adam(net.parameters()),
        epochs=30,
        callbacks=callbacks,
        progress=False,
        rng=0,
    )
    return perf_counter() - began
