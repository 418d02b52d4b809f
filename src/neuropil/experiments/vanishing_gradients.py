"""Notes 6.1, Lecture 17: gradients that get smaller from layer to layer, units that stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import neuropil as npl
from neuropil import data
from neuropil.experiments import harness
from neuropil.experiments.harness import Claim, Findings, Numpy, above, close, experiment, falls

NETWORKS, DEPTH, WIDTH = 20, 12, 16
INPUTS, TARGETS = data.xor()[:]
CURES: dict[str, Callable[[Any, Any], Any]] = {
    "leaky ReLU": lambda z, _: npl.where(z > 0, z, 0.01 * z),
    "PReLU": lambda z, a: npl.where(z > 0, z, a * z),
    "softplus": lambda z, _: npl.softplus(z),
}


@experiment("Vanishing gradients: at least a factor of 4 a layer", section="6.1, Lecture 17")
def vanishing_gradients(seed: int, quick: bool) -> Findings:
    """A logistic layer divides the gradient by 4 or more, and flat units do not learn any more.

    Since σ′ ≤ ¼, a layer whose matrix has a spectral norm of 1 or less leaves at most a quarter of
    the gradient's norm, whatever the input: checked at every layer of twenty deep networks. ReLUs
    with the same weights lose about √2, for half of the units pass all. A saturated unit under the
    squared error has no gradient left to relearn with; the cross-entropy keeps one. ReLUs whose
    currents are all negative get no gradient at all, and leaky, parametric and soft ones do.
    """
    steps = 400 if quick else 1000
    logistic, relu = flow(seed, npl.sigmoid), flow(seed, npl.relu)
    mean_factor = (relu[:, -1] / relu[:, 0]) ** (1 / (DEPTH - 1))
    dead, moved = learn(seed, steps, lambda z, _: npl.relu(z))
    slopes = npl.grad(lambda z: npl.sum(npl.sigmoid(z)))(np.array([5.0, 4.0, 0.1]))
    claims = [  # tolerances: half of the last digit the notes print
        close("σ′(5), σ′(4)", slopes[:2], [0.0066, 0.0177], tolerance=5e-5),
        close("σ′(0.1)", slopes[2], 0.249, tolerance=5e-4),
        above("logistic: least factor", (logistic[:, 1:] / logistic[:, :-1]).min(), 4.0),
        harness.below("ReLU, same weights: largest mean factor a layer", mean_factor.max(), 2.0),
        *relearning(seed),
        harness.equal("dead ReLUs: largest change of a hidden weight", moved, 0.0),
        *(falls(f"loss, {f} for ReLU", dead, learn(seed, steps, CURES[f])[0]) for f in CURES),
    ]
    figure, (axes,) = harness.panels(1, width=5.5)
    for norms, colour in ((logistic, "C0"), (relu, "C1")):
        axes.semilogy(range(1, DEPTH + 1), norms.T, color=colour, lw=0.7)
    axes.set(xlabel="layer", ylabel="norm of the gradient, ‖∂E/∂z‖")
    return claims, {"Deep networks with orthogonal weights: σ (blue), ReLU (orange)": figure}


def flow(seed: int, function: Callable[[Any], Any]) -> Numpy:
    """‖∂E/∂z‖ of every network at every layer; orthogonal weights have a spectral norm of 1."""
    rng = npl.Generator(seed)
    x: Any = npl.Variable(rng.normal((NETWORKS, 50, WIDTH), dtype=np.float64))
    currents: list[Any] = []
    for w in np.linalg.qr(rng.normal((DEPTH, NETWORKS, WIDTH, WIDTH), dtype=np.float64))[0]:
        currents.append(x @ w.mT)
        x = function(currents[-1])
    loss = npl.sum((x - rng.uniform(x.shape, dtype=np.float64)) ** 2)
    found = np.array(npl.gradients(loss, currents), dtype=np.float64)
    norms: Numpy = np.linalg.norm(found, axis=(2, 3)).T
    return norms


def relearning(seed: int) -> list[Claim]:
    """Units with currents of 10 to 20, trained for 1000 steps to answer 0 instead of 1."""
    start = npl.Generator(seed).uniform(NETWORKS, 10.0, 20.0, np.float64)
    squared, entropy = npl.Variable(start), npl.Variable(start.copy())
    optimizer = npl.optim.SGD([squared, entropy], lr=0.1)
    for _ in range(1000):
        optimizer.zero_grad()
        npl.sum(npl.sigmoid(squared) ** 2 / 2 + npl.softplus(entropy)).backward()
        optimizer.step()
    stuck, relearned = (npl.sigmoid(z.value) for z in (squared, entropy))
    return [
        above("a saturated unit still answers, at the least", stuck.min(), 0.99),
        falls("its answer, with cross-entropy for the squared error", stuck, relearned),
    ]


def learn(seed: int, steps: int, f: Callable[..., Any]) -> tuple[Numpy, float]:
    """Losses of networks whose currents all begin below 0; largest change of hidden weights."""
    rng = npl.Generator(seed)
    w, v = (npl.Variable(rng.normal((NETWORKS, *shape))) for shape in ((16, 2), (1, 16)))
    b = npl.Variable(-0.1 - np.abs(w.value).sum(axis=-1)[:, None, :])
    c, a = (npl.Variable(np.full((NETWORKS, 1, 1), start)) for start in (0.0, 0.25))
    optimizer, before = npl.optim.Adam([w, b, v, c, a], lr=0.05), w.value.copy()
    for _ in range(steps):
        z = f(INPUTS @ w.mT + b, a) @ v.mT + c
        losses = npl.mean(npl.softplus(z) - TARGETS * z, axis=(1, 2))
        optimizer.zero_grad()
        npl.sum(losses).backward()
        optimizer.step()
    return losses.detach(), float(np.abs(w.value - before).max())
