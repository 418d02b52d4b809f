"""Lecture 4, example 1, and notes 2.1: exclusive or."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

import neuropil as npl
from neuropil import data, plot
from neuropil.experiments.harness import Findings, Numpy, above, below, close, equal, experiment

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Layers = list[tuple[Any, Any]]
INPUTS, TARGETS = data.xor()[:]
LECTURE: Layers = [  # the third input of figure 5, which is always 1, is the bias
    (np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([0.0, -1.0])),
    (np.array([[1.0, -2.0]]), np.array([0.0])),
]


@experiment("Exclusive or: two layers can, one neuron cannot", section="2.1, Lecture 4 Ex. 1")
def xor(seed: int, quick: bool) -> Findings:
    """The lecture's ReLU network computes exclusive or, and networks of its size learn it.

    A single neuron cannot: the cross-entropy of σ(w·x + b) is convex in w and b and least, ln 2,
    at w = 0 and b = 0, where it answers ½ to everything; the least squared error of a linear one
    is ¼; and no line has more than three of the four on the right side. Many networks with two
    hidden neurons end in a local minimum: the share that does not is reported.
    """
    rng, starts = npl.Generator(seed), 100 if quick else 500
    networks, net_errors = learn(rng, starts, (2, 2, 1))
    neurons, errors = learn(rng, starts, (2, 1))
    best, learned = int(net_errors.argmin()), float(np.mean(right(networks) == 4))
    lines = [(rng.normal((20_000, 1, 2)), rng.normal((20_000, 1, 1)))]
    hidden = npl.relu(answer(LECTURE[:1], INPUTS))
    squares = np.linalg.lstsq(np.column_stack([INPUTS, np.ones(4)]), TARGETS)[1].item() / 4
    range_of_errors, ln2 = [errors.min(), errors.max()], [np.log(2.0)] * 2
    claims = [
        equal("the lecture's hidden neurons", hidden, [[0, 0], [1, 0], [1, 0], [2, 1]]),
        equal("its output", npl.relu(answer(LECTURE, INPUTS)), TARGETS),
        above("share of trained 2-2-1 networks that learn it", learned, 0.0),
        below("cross-entropy of the best of them", net_errors[best], 0.01),
        close("cross-entropy of neurons: ln 2", range_of_errors, ln2, tolerance=1e-3),
        close("least mean squared error of a linear neuron", squares, 0.25, tolerance=1e-12),
        equal("right answers of the best of 20,000 lines", right(lines).max(), 3),
    ]
    return claims, {
        "The lecture's network": _regions(LECTURE, lambda z: np.clip(z, 0.0, 1.0)),
        "A trained network": _regions([(w[best], b[best]) for w, b in networks], npl.sigmoid),
        "A trained neuron": _regions([(w[0], b[0]) for w, b in neurons], npl.sigmoid),
    }


def answer(layers: Layers, x: Any) -> Any:
    """x Wᵀ + b, layer after layer, with ReLU between; many networks at once where W is a stack."""
    for w, b in layers[:-1]:
        x = npl.relu(x @ w.mT + b)
    return x @ layers[-1][0].mT + layers[-1][1]


def learn(rng: npl.Generator, starts: int, sizes: tuple[int, ...]) -> tuple[Layers, Numpy]:
    """Networks from many starts, each after 500 steps, and their cross-entropies.

    The sum of their losses is differentiated, so that each learns by itself.
    """
    layers = [
        (npl.Variable(rng.normal((starts, n, m))), npl.Variable(rng.normal((starts, 1, n))))
        for m, n in pairwise(sizes)
    ]
    optimizer = npl.optim.Adam([v for layer in layers for v in layer], lr=0.1)
    for _ in range(500):
        z = answer(layers, INPUTS)
        losses = npl.mean(npl.softplus(z) - TARGETS * z, axis=(1, 2))  # cross-entropies of σ(z)
        optimizer.zero_grad()
        npl.sum(losses).backward()
        optimizer.step()
    return [(w.detach(), b.detach()) for w, b in layers], losses.detach()


def right(layers: Layers) -> Numpy:
    """How many of the four answers each of the networks has right."""
    counts: Numpy = np.sum((answer(layers, INPUTS) > 0) == (TARGETS > 0), axis=(1, 2))
    return counts


def _regions(layers: Layers, activation: Any) -> Figure:
    grid = np.linspace(-0.5, 1.5, 81)
    points = np.stack(np.meshgrid(grid, grid), axis=-1)
    probability = activation(answer(layers, points)[..., 0])
    return plot.decision_boundary(grid, grid, probability, INPUTS, TARGETS[:, 0].astype(int))
