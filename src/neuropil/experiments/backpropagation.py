"""Notes 3.2 and Lecture 4, I.D: error backpropagation written out, against the graph."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

import neuropil as npl
from neuropil import nn
from neuropil.experiments.harness import Findings, Numpy, close, equal, experiment, panels
from neuropil.plot.colours import SERIES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Layers = list[tuple[Numpy, Numpy]]
"""Weights (out, in) and bias of each layer."""

Gradients = dict[str, list[Any]]
"""δ, ∇W and ∇b, an array a layer."""

SIZES = 6, 9, 8, 7, 5, 3


@experiment("Error backpropagation written out", section="3.2, Lecture 4 I.D")
def backpropagation(seed: int, quick: bool) -> Findings:
    """The matrix formulas of the notes give what the graph gives, on random deep networks.

    Samples are rows and weights are (out, in), so that with δ for ∇_z C the formulas read

        δᴸ = ∇_a C ⊙ σ'(zᴸ),   δˡ = (δˡ⁺¹ Wˡ⁺¹) ⊙ σ'(zˡ),   ∇_Wˡ C = (δˡ)ᵀ aˡ⁻¹,   ∇_bˡ C = Σ δˡ

    with the cost C = ‖a − t‖²/2N of Lecture 4 and logistic neurons.
    """
    rng = npl.Generator(seed)
    pairs = [compare(rng, samples) for samples in (1, *[7] * (3 if quick else 20))]
    claims = [
        close(f"{name} (relative difference)", apart(pairs, name), 0.0, tolerance=1e-13)
        for name in ("δ", "∇W", "∇b")
    ]
    ranks = [np.linalg.matrix_rank(gradient) for gradient in pairs[0][0]["∇W"]]
    claims.append(equal("for one sample ∇W is an outer product: ranks", ranks, [1] * len(ranks)))
    return claims, {"Each element of ∇W, and the size of δ by layer": _figure(*pairs[-1])}


def compare(rng: npl.Generator, samples: int) -> tuple[Gradients, Gradients]:
    """The gradients of a random network by the graph, and by hand."""
    shapes = [((n, m), (n,)) for m, n in pairwise(SIZES)]
    layers = [(rng.normal(w, dtype=np.float64), rng.normal(b, dtype=np.float64)) for w, b in shapes]
    x = rng.normal((samples, SIZES[0]), dtype=np.float64)
    t = rng.uniform((samples, SIZES[-1]), dtype=np.float64)
    return by_graph(layers, x, t), by_hand(layers, x, t)


def by_graph(layers: Layers, x: Numpy, t: Numpy) -> Gradients:
    """Backward through the graph, to the input currents, weights and biases."""
    weights, biases = (
        [npl.Variable(array) for array in kind] for kind in zip(*layers, strict=True)
    )
    currents, a = [], x
    for w, b in zip(weights, biases, strict=True):
        currents.append(npl.linear(a, w, b))
        a = npl.sigmoid(currents[-1])
    cost = nn.HalfSquaredError()(a, t)
    wanted = {"δ": currents, "∇W": weights, "∇b": biases}
    return {name: npl.gradients(cost, variables) for name, variables in wanted.items()}


def by_hand(layers: Layers, x: Numpy, t: Numpy) -> Gradients:
    """The formulas, with NumPy alone."""
    a = [x]
    for w, b in layers:
        a.append(1.0 / (1.0 + np.exp(-(a[-1] @ w.T + b))))
    slopes = [y * (1.0 - y) for y in a[1:]]  # σ'(z)
    delta = [(a[-1] - t) / len(x) * slopes[-1]]
    for (w, _), slope in zip(layers[:0:-1], slopes[-2::-1], strict=True):
        delta.insert(0, (delta[0] @ w) * slope)
    outer = [d.T @ y for d, y in zip(delta, a[:-1], strict=True)]
    return {"δ": delta, "∇W": outer, "∇b": [d.sum(axis=0) for d in delta]}


def apart(pairs: list[tuple[Gradients, Gradients]], name: str) -> float:
    """The largest difference in any layer of any network, relative to the layer's largest."""
    layers = [pair for graph, hand in pairs for pair in zip(graph[name], hand[name], strict=True)]
    return max(float(np.max(np.abs(a - b)) / np.max(np.abs(b))) for a, b in layers)


def _figure(graph: Gradients, hand: Gradients) -> Figure:
    figure, (scatter, sizes) = panels(2)
    for i, (found, wanted) in enumerate(zip(graph["∇W"], hand["∇W"], strict=True)):
        colour = SERIES[i % len(SERIES)]
        scatter.plot(np.abs(wanted).ravel(), np.abs(found).ravel(), ".", color=colour, ms=4)
        sizes.bar(i + 1, np.sqrt(np.mean(graph["δ"][i] ** 2)), color=colour)
    scatter.set(xlabel="by the formulas", ylabel="by the graph", xscale="log", yscale="log")
    sizes.set(xlabel="layer", ylabel="root mean square of δ", yscale="log")
    return figure
