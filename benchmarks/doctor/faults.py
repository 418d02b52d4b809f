"""Faults of every kind, put into trainings that would be healthy without them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.doctor.healthy import TASKS, choose, draw, log_uniform
from benchmarks.doctor.patient import Patient
from neuropil import nn
from neuropil.random import Generator

TABLES = ("mapping", "rings", "curve", "plane")
CLASSES = ("digits", "images", "mapping")
DEEP = ("digits", "mapping", "rings", "xor", "curve")

Injection = Callable[[Patient, Generator], str | None]
"""Puts a fault into the patient and says in which layer it is; None: in no single one."""


@dataclass(frozen=True)
class Fault:
    """A kind of fault: the finding that is right, in which trainings, and how it is put in."""

    finding: str
    within: dict[str, Any]
    inject: Injection

    def draw(self, seed: int) -> tuple[Patient, Patient, str | None]:
        """A patient, its healthy twin, and the layer of the fault."""
        patient, twin = (draw(Generator(seed), **self.within) for _ in range(2))
        return patient, twin, self.inject(patient, Generator(seed).spawn())


def deep_sigmoids(patient: Patient, _: Generator) -> str | None:
    """Every activation function becomes a sigmoid."""
    for name, layer in list(vars(patient.net).items()):
        if isinstance(layer, nn.ReLU | nn.Tanh):
            setattr(patient.net, name, nn.Sigmoid())
    return weights(patient)[0][0]


def small_weights(patient: Patient, rng: Generator) -> str | None:
    """All weights are too small."""
    return _scale_all(patient, log_uniform(rng, 0.02, 0.12))[0]


def large_weights(patient: Patient, rng: Generator) -> str | None:
    """All weights are too large."""
    _scale_all(patient, log_uniform(rng, 2.5, 6.0))
    return None


def one_large_layer(patient: Patient, rng: Generator) -> str | None:
    """The weights of one layer behind the first are too large."""
    name, layer = choose(rng, weights(patient)[1:])
    layer.weight.value = layer.weight.value * np.float32(log_uniform(rng, 40.0, 200.0))
    return str(name)


def negative_biases(patient: Patient, rng: Generator) -> str | None:
    """Most units of a layer begin with a bias that nothing outweighs."""
    name, layer = choose(rng, weights(patient)[:-1])
    doomed = rng.uniform(layer.bias.shape) < rng.uniform((), 0.8, 1.0)
    bias = np.float32(log_uniform(rng, 8.0, 40.0))
    layer.bias.value = np.where(doomed, -bias, layer.bias.value)
    return str(int(name) + 1)


def steep_layer(patient: Patient, rng: Generator) -> str | None:
    """One layer has weights that drive its units to the ends of their range."""
    name, layer = choose(rng, weights(patient)[:-1])
    factor = np.float32(log_uniform(rng, 30.0, 200.0))
    layer.weight.value, layer.bias.value = layer.weight.value * factor, layer.bias.value * factor
    return str(int(name) + 1)


def large_steps(patient: Patient, rng: Generator) -> str | None:
    """The learning rate is far too large."""
    patient.lr *= log_uniform(rng, 50.0, 500.0)
    return None


def small_steps(patient: Patient, rng: Generator) -> str | None:
    """The learning rate is far too small."""
    patient.lr *= log_uniform(rng, 1e-5, 1e-3)
    return None


def large_inputs(patient: Patient, rng: Generator) -> str | None:
    """All features come in a small unit, such as pixels from 0 to 255."""
    patient.inputs = patient.inputs * np.float32(log_uniform(rng, 50.0, 500.0))
    return None


def one_large_feature(patient: Patient, rng: Generator) -> str | None:
    """One feature comes in another unit than the others."""
    feature = int(rng.integers(0, patient.inputs.shape[1]))
    patient.inputs = patient.inputs.copy()
    patient.inputs[:, feature] *= np.float32(log_uniform(rng, 100.0, 2000.0))
    return None


def far_inputs(patient: Patient, rng: Generator) -> str | None:
    """The features vary little around large numbers, such as years."""
    patient.inputs = patient.inputs + np.float32(log_uniform(rng, 30.0, 300.0))
    return None


def tiny_inputs(patient: Patient, rng: Generator) -> str | None:
    """All features come in a large unit."""
    patient.inputs = patient.inputs * np.float32(log_uniform(rng, 1e-5, 1e-3))
    return None


def bounded_logits(patient: Patient, rng: Generator) -> str | None:
    """An activation function stands between the network and a loss that takes logits."""
    ends: tuple[nn.Module, ...] = (nn.Softmax(1), nn.Sigmoid(), nn.Tanh(), nn.ReLU())
    if patient.targets.dtype.kind == "f":
        ends = (nn.Sigmoid(), nn.ReLU())  # one output: its softmax is always 1
    _append(patient, choose(rng, ends))
    return None


def no_log_probabilities(patient: Patient, rng: Generator) -> str | None:
    """NLLLoss is given logits, or probabilities."""
    if rng.integers(0, 2):
        _append(patient, nn.Softmax(1))
    patient.loss = nn.NLLLoss()
    return None


def no_probabilities(patient: Patient, _: Generator) -> str | None:
    """BCELoss is given logits."""
    patient.loss = nn.BCELoss()
    return None


def targets_out_of_reach(patient: Patient, rng: Generator) -> str | None:
    """A regression ends in a function that cannot give its targets."""
    end = choose(rng, (nn.Sigmoid(), nn.Tanh(), nn.ReLU()))
    _append(patient, end)
    if isinstance(end, nn.Tanh):
        factor = np.float32(log_uniform(rng, 3.0, 10.0))
        patient.targets, patient.truth = patient.targets * factor, patient.truth * factor
    return None


def one_target(patient: Patient, rng: Generator) -> str | None:
    """All targets were read as the same one."""
    sample = int(rng.integers(0, len(patient.targets)))
    patient.targets = np.full_like(patient.targets, patient.targets[sample])
    return None


def all_equal(patient: Patient, rng: Generator) -> str | None:
    """Every weight of the network begins as the same number, and every bias as 0."""
    value = log_uniform(rng, 0.02, 0.2)
    for _, layer in weights(patient):
        layer.weight.value = np.full_like(layer.weight.value, value)
        layer.bias.value = np.zeros_like(layer.bias.value)
    return None


def one_equal_layer(patient: Patient, rng: Generator) -> str | None:
    """The weights into and out of one hidden layer do not tell its units apart."""
    layers = weights(patient)
    place = int(rng.integers(0, len(layers) - 1))
    name, layer = layers[place]
    layer.weight.value = np.full_like(layer.weight.value, rng.uniform((), 0.02, 0.2))
    layer.bias.value = np.zeros_like(layer.bias.value)
    _, behind = layers[place + 1]
    first = behind.weight.value[:, :1]
    behind.weight.value = np.broadcast_to(first, behind.weight.shape).copy()
    return name


def weights(patient: Patient) -> list[tuple[str, Any]]:
    """The layers with weights, by name."""
    return [
        (name, layer)
        for name, layer in patient.net.named_children()
        if isinstance(layer, nn.Linear | nn.Conv2d)
    ]


def _scale_all(patient: Patient, factor: float) -> list[str]:
    for _, layer in weights(patient):
        layer.weight.value = layer.weight.value * np.float32(factor)
    return [name for name, _ in weights(patient)]


def _append(patient: Patient, layer: nn.Module) -> None:
    patient.net.append(layer)


FAULTS = {
    "vanishing: deep sigmoids": Fault(
        "vanishing gradients",
        {"activations": ("relu", "tanh"), "hidden": (5, 8), "tasks": DEEP},
        deep_sigmoids,
    ),
    "vanishing: small weights": Fault(
        "vanishing gradients",
        {"activations": ("relu", "tanh"), "hidden": (4, 7), "tasks": DEEP},
        small_weights,
    ),
    "exploding: large weights": Fault(
        "exploding gradients",
        {"activations": ("relu",), "hidden": (4, 8), "tasks": DEEP},
        large_weights,
    ),
    "exploding: one large layer": Fault(
        "exploding gradients",
        {"activations": ("relu",), "hidden": (1, 5), "tasks": DEEP},
        one_large_layer,
    ),
    "dead units": Fault(
        "dead units",
        {"activations": ("relu",), "hidden": (1, 6)},
        negative_biases,
    ),
    "saturation": Fault(
        "saturation",
        {"activations": ("tanh", "sigmoid"), "hidden": (1, 5)},
        steep_layer,
    ),
    "too large a step": Fault("too large a step", {}, large_steps),
    "too small a step": Fault("too small a step", {}, small_steps),
    "unscaled: large inputs": Fault("unscaled features", {"tasks": TASKS}, large_inputs),
    "unscaled: one large feature": Fault(
        "unscaled features", {"tasks": ("mapping", "curve", "plane")}, one_large_feature
    ),
    "unscaled: far from 0": Fault("unscaled features", {"tasks": TABLES}, far_inputs),
    "unscaled: tiny inputs": Fault("unscaled features", {"tasks": TASKS}, tiny_inputs),
    "loss: logits expected": Fault(
        "loss mismatch", {"tasks": (*CLASSES, "rings", "xor")}, bounded_logits
    ),
    "loss: log-probabilities expected": Fault(
        "loss mismatch", {"tasks": CLASSES}, no_log_probabilities
    ),
    "loss: probabilities expected": Fault(
        "loss mismatch", {"tasks": ("rings", "xor")}, no_probabilities
    ),
    "labels: out of reach": Fault(
        "label mismatch", {"tasks": ("curve", "plane")}, targets_out_of_reach
    ),
    "labels: all the same": Fault("label mismatch", {}, one_target),
    "equal weights: everywhere": Fault("equal initial weights", {"hidden": (1, 4)}, all_equal),
    "equal weights: one layer": Fault("equal initial weights", {"hidden": (1, 4)}, one_equal_layer),
}
