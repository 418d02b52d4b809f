"""ECE 417 Lecture 17, example 2: a semicircle bent into a parabola, by hand and by learning."""

from __future__ import annotations

from typing import Any

import numpy as np

import neuropil as npl
from neuropil import data
from neuropil.experiments.harness import Findings, agree, below, close, experiment, falls, panels
from neuropil.plot.colours import BLUE, GREEN, ORANGE

X, Y = (array.astype(np.float64) for array in data.semicircle_to_parabola(100)[:])
FINE, CURVE = (array.astype(np.float64) for array in data.semicircle_to_parabola(20_000)[:])


@experiment("A semicircle bent into a parabola", section="Lecture 17 Ex. 2")
def semicircle_to_parabola(seed: int, quick: bool) -> Findings:
    """The network g(x) = b₂ + W₂ σ(W₁x) is built by hand, in constant pieces, and then learned.

    By hand, hyperplanes cut the semicircle into equal arcs, and a vector each corrects the output
    for the next arc. Their ends on the parabola are at most 5/4 of an arc apart, and the error is
    half of it. Learned from random weights, as many units come closer. The graph's gradients are
    E[a ∂L/∂z]ᵀ for the loss L of one sample; ∂L/∂z on the slides has E's 1/n in it already.
    """
    starts, units, built = 5 if quick else 20, [10, 20, 40, 80], by_hand(10)
    errors = [answer(by_hand(n), FINE, steps=True) - CURVE for n in units]
    per_arc = np.linalg.norm(errors, axis=2).max(axis=1) * np.add(units, 1) / np.pi
    steep, levels = answer([1e5 * built[0], *built[1:]], X), answer(built, X, steps=True)
    path = learn(npl.Generator(seed), starts, 1000 if quick else 6000)
    learned, constant = loss(path[-1]), [loss(built, steps=True)] * starts
    graph = npl.grad(lambda weights: npl.sum(loss(weights)))(path[0])
    pairs = zip(("W₁", "b₂", "W₂"), graph, expectations(*path[0]), strict=True)
    claims = [
        close("pieces of 10 steps", len(np.unique(levels, axis=0)), 11, tolerance=0.0),
        close("largest error of 10 to 80 steps by arc", per_arc, [0.625] * 4, tolerance=0.005),
        agree("10 steep logistic units and steps", steep, levels, tolerance=1e-15),
        *(agree(f"∂L/∂{name} and E[a ∂L/∂z]ᵀ", a, b, tolerance=1e-13) for name, a, b in pairs),
        below("share of the loss that is left, at most", np.max(learned / loss(path[0])), 0.01),
        falls("loss of 10 steps by hand and 10 units learned", constant, learned),
    ]
    stages = {f"after {n} steps": [v[0] for v in path[n]] for n in (0, 30, 300, len(path) - 1)}
    caption = "Above x with hyperplanes, below y (blue), g(x) (green) and errors"
    return claims, {caption: _figure({"by hand": built, **stages})}


def answer(weights: Any, x: Any, *, steps: bool = False) -> Any:
    """g(x) of one network, or of a stack of them; with u(z) for σ(z) if ``steps``."""
    (w1, b2, w2), activation = weights, npl.heaviside if steps else npl.sigmoid
    return b2 + activation(x @ w1.mT) @ w2.mT


def loss(weights: Any, *, steps: bool = False) -> Any:
    """E[½‖y − g(x)‖²]."""
    return npl.mean(npl.sum((answer(weights, X, steps=steps) - Y) ** 2, axis=-1), axis=-1) / 2.0


def by_hand(units: int) -> list[Any]:
    """Hyperplanes at equal angles; at each, the way from the middle of an arc to the next's."""
    cuts = np.pi * np.arange(1, units + 1) / (units + 1)
    y = data.semicircle_to_parabola(units + 1).targets.astype(np.float64)  # in the arcs' middles
    return [np.column_stack([-np.sin(cuts), np.cos(cuts)]), y[:1], np.diff(y, axis=0).T]


def learn(rng: npl.Generator, starts: int, steps: int) -> list[list[Any]]:
    """The weights on descents from many starts, before and after every step."""
    shapes = (starts, 10, 2), (starts, 1, 2), (starts, 2, 10)
    weights = [npl.Variable(rng.normal(shape, dtype=np.float64)) for shape in shapes]
    optimizer, path = npl.optim.SGD(weights, lr=0.5), [[v.value.copy() for v in weights]]
    for _ in range(steps):
        optimizer.zero_grad()
        npl.sum(loss(weights)).backward()
        optimizer.step()
        path.append([v.value.copy() for v in weights])
    return path


def expectations(w1: Any, b2: Any, w2: Any) -> list[Any]:
    """By hand: means over the samples of outer products, as the slides have them, transposed."""
    a = 1.0 / (1.0 + np.exp(-X @ w1.mT))
    dz2 = b2 + a @ w2.mT - Y  # of the loss of each sample
    dz1 = dz2 @ w2 * a * (1.0 - a)
    dw1, dw2 = (np.mean(d[..., None] * x[..., None, :], axis=-3) for d, x in ((dz1, X), (dz2, a)))
    return [dw1, dz2.mean(axis=-2, keepdims=True), dw2]


def _figure(networks: dict[str, Any]) -> Any:
    figure, axes = panels(len(networks), rows=2, width=2.5, height=2.2)
    for i, (name, weights) in enumerate(networks.items()):
        plane, image, g = axes[i], axes[len(networks) + i], answer(weights, X, steps=i == 0)
        w = weights[0] / np.linalg.norm(weights[0], axis=1, keepdims=True)
        plane.plot(*FINE.T, color=BLUE)
        plane.plot(np.outer([-1, 1], w[:, 1]), np.outer([1, -1], w[:, 0]), "--", color=ORANGE)
        image.plot(*CURVE.T, color=BLUE)
        image.plot(*g.T, "-" if i else ".", color=GREEN)
        image.plot(*np.stack([Y, g])[:, 5::10].transpose(2, 0, 1), color=ORANGE)
        plane.set(title=name, ylim=(-0.3, 1.1))
    return figure
