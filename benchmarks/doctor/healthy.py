"""Healthy trainings of many kinds, drawn at random: nothing about them is out of the ordinary."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.doctor.patient import Numpy, Patient
from neuropil import data, nn, optim
from neuropil.random import Generator

TASKS = ("digits", "images", "mapping", "rings", "xor", "curve", "plane")
ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}
MOST_SIGMOIDS = 2
"""Hidden layers of sigmoids: more of them do not learn with ordinary settings."""


def draw(
    rng: Generator,
    *,
    tasks: Sequence[str] = TASKS,
    activations: Sequence[str] = tuple(ACTIVATIONS),
    hidden: tuple[int, int] = (0, 6),
    extras: bool = False,
) -> Patient:
    """A training within these bounds.

    Args:
        rng: Where everything comes from.
        tasks: Which data sets may be taken.
        activations: Which activation functions may.
        hidden: The least and the largest number of hidden layers.
        extras: Whether there may be dropout or batch normalisation.
    """
    task = choose(rng, tasks)
    inputs, targets, truth, loss, outputs = _data(task, rng)
    kind = choose(rng, activations)
    net = _network(task, kind, inputs.shape[1:], outputs, hidden, rng)
    if extras:
        net = _with_extras(net, rng)
    optimizer, settings, lr = _optimizer(rng)
    batch_size = min(int(choose(rng, (16, 32, 64))), len(inputs))
    steps = int(rng.integers(250, 400))
    per_epoch = -(-len(inputs) // batch_size)
    name = f"{task}, {sum(isinstance(m, nn.Linear | nn.Conv2d) for m in net)} layers, {kind}"
    return Patient(
        f"{name}, {optimizer.__name__}",
        net,
        inputs,
        targets,
        truth,
        loss,
        optimizer,
        settings,
        lr,
        epochs=-(-steps // per_epoch),
        batch_size=batch_size,
        seed=int(rng.integers(0, 2**31)),
    )


def choose(rng: Generator, options: Sequence[Any]) -> Any:
    """One of them, all as likely."""
    return options[int(rng.integers(0, len(options)))]


def log_uniform(rng: Generator, low: float, high: float) -> float:
    """A number whose logarithm is uniform."""
    return float(np.exp(rng.uniform((), np.log(low), np.log(high), np.float64)))


def _data(task: str, rng: Generator) -> tuple[Numpy, Numpy, Numpy, Any, int]:
    """Inputs, targets, truth, loss, number of outputs."""
    n = 400
    if task in {"digits", "images"}:
        images, classes = _digits()
        some = rng.permutation(len(classes))[:n]
        return images[some], classes[some], classes[some], nn.CrossEntropyLoss(), 10
    if task == "mapping":
        outputs, size = int(rng.integers(3, 7)), int(rng.integers(6, 13))
        prototypes = rng.normal((outputs, size))
        mapping = data.DiscreteMapping(prototypes, np.eye(outputs), n=n, noise=0.3, rng=rng)
        labels = mapping.classes()
        return mapping.inputs(), labels, labels, nn.CrossEntropyLoss(), outputs
    if task in {"rings", "xor"}:
        x = rng.normal((n, 2))
        inside = (x**2).sum(axis=1) < 1.2 if task == "rings" else x[:, 0] * x[:, 1] > 0
        t = inside.astype(np.float32)[:, None]
        return x, t, inside, nn.BCEWithLogitsLoss(), 1
    x = rng.normal((n, int(rng.integers(2, 9))))
    w = rng.normal((x.shape[1], 1))
    line = x @ (w / np.linalg.norm(w))
    y = np.sin(2.0 * line) if task == "curve" else line
    t = (y + 0.05 * rng.normal(y.shape)).astype(np.float32)
    return x, t, t, nn.MSELoss(), 1


@cache
def _digits() -> tuple[Numpy, Numpy]:
    digits = data.digits("train")
    return digits.inputs, digits.targets


def _network(
    task: str,
    kind: str,
    shape: tuple[int, ...],
    outputs: int,
    hidden: tuple[int, int],
    rng: Generator,
) -> nn.Sequential:
    """Fully connected, or for images two convolutions first; deep ones begin as they should."""
    linear = {"plane", "mapping", "digits"}  # what a network without hidden layers can learn
    least = max(hidden[0], 0 if task in linear else 1)
    most = min(hidden[1], MOST_SIGMOIDS if kind == "sigmoid" else 3 if task == "images" else 9)
    depth = int(rng.integers(least, max(least, most) + 1))
    act: type[nn.Module] = ACTIVATIONS[kind]
    layers: list[nn.Module] = []
    if task == "images":
        channels = int(choose(rng, (4, 8)))
        layers += [nn.Conv2d(1, channels, 3, padding=1, rng=rng), act(), nn.MaxPool2d(2)]
        if depth > 1:
            layers += [nn.Conv2d(channels, 8, 3, padding=1, rng=rng), act()]
            channels = 8
        layers.append(nn.Flatten())
        features, depth = channels * 16, depth - 2
    else:
        layers += [nn.Flatten()] if len(shape) > 1 else []
        features = int(np.prod(shape))
    sizes = [features, *(int(choose(rng, (16, 24, 32, 48, 64))) for _ in range(depth))]
    for m, n in pairwise(sizes):
        layers += [nn.Linear(m, n, rng=rng), act()]
    net = nn.Sequential(*layers, nn.Linear(sizes[-1], outputs, rng=rng))
    if depth > 2 or bool(rng.integers(0, 2)):
        _initialise(net, kind, rng)
    return net


def _with_extras(net: nn.Sequential, rng: Generator) -> nn.Sequential:
    """As it is, or with normalised hidden layers, or with dropout before the last layer."""
    choice = rng.integers(0, 4)
    if choice == 0:
        return nn.Sequential(*net[:-1], nn.Dropout(0.1), net[-1])
    layers = []
    for layer in net:
        layers.append(layer)
        if choice == 1 and isinstance(layer, nn.Linear) and layer is not net[-1]:
            layers.append(nn.BatchNorm1d(layer.out_features))
    return nn.Sequential(*layers)


def _initialise(net: nn.Sequential, kind: str, rng: Generator) -> None:
    """Weights that keep variances: He's for ReLU, Glorot's for tanh and sigmoid; no bias."""
    for layer in net:
        if isinstance(layer, nn.Linear | nn.Conv2d):
            shape = layer.weight.shape
            fan_in, fan_out = int(np.prod(shape[1:])), shape[0] * int(np.prod(shape[2:]))
            variance = 2.0 / fan_in if kind == "relu" else 2.0 / (fan_in + fan_out)
            layer.weight.value = rng.normal(shape, std=float(np.sqrt(variance)))
            layer.bias.value = np.zeros_like(layer.bias.value)


def _optimizer(rng: Generator) -> tuple[type[optim.Optimizer], dict[str, Any], float]:
    if rng.integers(0, 2):
        return optim.Adam, {}, log_uniform(rng, 2e-3, 1e-2)
    if rng.integers(0, 2):
        return optim.SGD, {"momentum": 0.9}, log_uniform(rng, 0.01, 0.04)
    return optim.SGD, {}, log_uniform(rng, 0.05, 0.2)
