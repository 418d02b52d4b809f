"""Notes 2.3 and E: losses as negative log-likelihoods, their output errors, and E[t|x]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import neuropil as npl
from neuropil import nn
from neuropil.experiments.harness import Findings, Numpy, agree, close, experiment, falls, panels
from neuropil.plot.colours import BLUE

if TYPE_CHECKING:
    from neuropil.experiments.harness import Claim

GRID = np.linspace(-1.0, 1.0, 101)
MEAN, MEDIAN = np.sin(2.0 * GRID) + 1.0, np.sin(2.0 * GRID) + np.log(2.0)
SAMPLES = 30, 300, 3000
SQUARED, BINARY, CLASSES = nn.HalfSquaredError(), nn.BCELoss(), nn.CrossEntropyLoss()


@experiment("Losses, likelihoods and output errors", section="2.3, E Loss Functions")
def losses(seed: int, quick: bool) -> Findings:
    """A loss of the notes is −(1/N) ln of how likely the targets are, given the outputs.

    For the squared error that is the density of a normal distribution around the output, but for
    its constant (E prints this loss with a minus sign at the end; it is positive). With respect to
    the input current z, both cross-entropies have the output error y − t, behind the function that
    belongs to them; the squared error of a logistic neuron has (y − t) y(1 − y).

    A network with the squared error converges to E[t|x]. Targets are sin 2x plus exponential noise,
    whose mean is 1 and whose median is ln 2: the network comes nearer to the mean the more samples
    there are, as 1/√N, and not to the median.
    """
    rng = npl.Generator(seed)
    claims = likelihoods(rng)
    nets = learn(rng, 5 if quick else 20)
    few, _, many = distances = [np.sqrt(np.mean((y - MEAN) ** 2, axis=1)) for y in nets]
    slope = np.polyfit(np.log(SAMPLES), np.log([d.mean() for d in distances]), 1)[0]
    median = np.sqrt(np.mean((nets[-1] - MEDIAN) ** 2, axis=1))
    claims += [
        falls("distance from E[t|x], of 30 and of 3,000 samples", few.tolist(), many.tolist()),
        falls("distance from the median, and from the mean", median.tolist(), many.tolist()),
        # A straight line is at −½ once N is large; 30 samples are few for 13 parameters.
        close("power of N with which it falls", slope, -0.5, tolerance=0.15),
    ]
    figure, (curves, decay) = panels(2)
    curves.plot(GRID, nets[-1][0], GRID, MEAN, "--")
    curves.set(xlabel="x", ylabel="y, and E[t|x] (broken)")
    decay.loglog(SAMPLES, distances, ".", color=BLUE)
    decay.set(xlabel="samples N", ylabel="distance from E[t|x]")
    return claims, {"A network, and how far all are from E[t|x]": figure}


def likelihoods(rng: npl.Generator) -> list[Claim]:
    """Each loss against −ln of the product it comes from, and its derivative against y − t."""
    z, t = 2.0 * rng.normal((40, 5), dtype=np.float64), rng.bernoulli(0.5, (40, 5)).astype(float)
    labels = rng.integers(0, 5, 40)
    hot = np.eye(5)[labels]
    y, p = 1.0 / (1.0 + np.exp(-z)), np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    normal = np.prod(np.exp(-0.5 * (z - t) ** 2) / np.sqrt(2.0 * np.pi), axis=1)
    constant, slope = 2.5 * np.log(2.0 * np.pi), y * (1.0 - y)

    def likelihood(name: str, loss: Any, probabilities: Numpy) -> Claim:
        return agree(f"{name}: −mean ln P", loss, -np.mean(np.log(probabilities)), tolerance=1e-14)

    def error(name: str, loss: Any, expected: Numpy) -> Claim:
        return agree(f"{name}: output error", 40 * npl.grad(loss)(z), expected, tolerance=1e-13)

    return [
        likelihood("½‖y − t‖² + (5/2) ln 2π", SQUARED(z, t) + constant, normal),
        likelihood("Bernoulli cross-entropy", BINARY(y, t), y**t * (1.0 - y) ** (1.0 - t)),
        likelihood("categorical cross-entropy", CLASSES(z, labels), np.prod(p**hot, axis=1)),
        error("linear with ½‖y − t‖²", lambda z: SQUARED(z, t), z - t),
        error("logistic with cross-entropy", lambda z: 5 * BINARY(npl.sigmoid(z), t), y - t),
        error("softmax with cross-entropy", lambda z: CLASSES(z, labels), p - hot),
        error("logistic with ½‖y − t‖²", lambda z: SQUARED(npl.sigmoid(z), t), slope * (y - t)),
    ]


def learn(rng: npl.Generator, seeds: int) -> list[Numpy]:
    """What 1-4-1 networks say on the grid, having learned from the first 30, 300, 3,000 samples."""
    x = rng.uniform((seeds, SAMPLES[-1], 1), -1.0, 1.0, dtype=np.float64)
    t = np.sin(2.0 * x) + rng.exponential(x.shape, dtype=np.float64)
    starts = [rng.normal((seeds, *s), dtype=np.float64) for s in ((4, 1), (1, 4), (1, 4), (1, 1))]
    answers = []
    for n in SAMPLES:
        w, b, v, c = variables = [npl.Variable(start.copy()) for start in starts]
        optimizer = npl.optim.Adam(variables, lr=0.05)
        for _ in range(400):
            y = npl.tanh(x[:, :n] @ w.mT + b) @ v.mT + c
            optimizer.zero_grad()
            npl.sum(npl.mean(0.5 * (y - t[:, :n]) ** 2, axis=(1, 2))).backward()
            optimizer.step()
        answers.append((npl.tanh(GRID[:, None] @ w.mT + b) @ v.mT + c).detach()[..., 0])
    return answers
