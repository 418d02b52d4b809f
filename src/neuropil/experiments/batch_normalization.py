"""Notes 8.1: features of different scales, and networks that scale what they compute."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

import neuropil as npl
from neuropil import data, nn
from neuropil.experiments import harness
from neuropil.experiments.harness import Claim, above, agree, below, close
from neuropil.ops.normalisation import normalise
from neuropil.plot.colours import BLUE, ORANGE

X, T = (part.astype(np.float64) for part in data.vegetarians()[:])
SCALED = (X - X.mean(axis=0)) / X.std(axis=0)
GOAL = 0.4  # of the cross-entropy, which begins near ln 2


@harness.experiment("Batch normalisation", section="8.1")
def batch_normalization(seed: int, quick: bool) -> harness.Findings:
    """Unscaled features force a small learning rate; batch normalisation scales them itself.

    The loss of one logistic neuron falls at rates below 2/λ, with λ the largest eigenvalue of its
    Hessian at w = 0, nowhere larger. Then deep networks learn from scaled features: from the same
    weights with normalised currents and without, each at the best of three rates (quick: at one).
    """
    nets, steps, rates = (5, 80, [3.0]) if quick else (20, 300, [0.3, 1.0, 3.0])
    runs = [[learn(seed, SCALED, nets, steps, r, batch=b) for r in rates] for b in (False, True)]
    losses = [min(curves, key=np.mean) for curves in runs]
    counts = [np.sum(~(np.minimum.accumulate(c) <= GOAL), axis=0).tolist() for c in losses]
    features = [learn(seed, x, 5, 20, 3.0, batch=True) for x in (X, SCALED)]
    same = agree("losses of normalised networks, unscaled and scaled", *features, tolerance=1e-3)
    faster = harness.falls(f"steps to {GOAL}, at most {steps}", *counts)
    figure, (axes,) = harness.panels()
    axes.plot(losses[0], BLUE, losses[1], ORANGE, lw=0.6)
    axes.set(xlabel="step", ylabel="cross-entropy", ylim=(0.25, 0.8))
    claims = [*_neuron(), *_layer(seed), same, faster]
    return claims, {"Networks without batch normalisation (blue) and with it (orange)": figure}


def _neuron() -> list[Claim]:
    """100 steps of a neuron at 0.95 of its safe rate, with features as they are and scaled."""
    rates, curves = [], np.zeros((2, 100))
    for features, losses in zip((X, SCALED), curves, strict=True):
        x, w = np.column_stack([features, np.ones(len(T))]), np.zeros((3, 1))
        rates.append(2 / np.linalg.eigvalsh(x.T @ x / len(T) / 4).max())
        for step in range(100):
            losses[step] = np.mean(npl.softplus(x @ w) - T * (x @ w))
            w -= 0.95 * rates[-1] * x.T @ (npl.sigmoid(x @ w) - T) / len(T)
    return [
        above("share of the variance along income", X[:, 1].var() / X.var(axis=0).sum(), 0.999),
        below("safe rate 2/λ, unscaled by scaled", rates[0] / rates[1], 1e-8),
        harness.true("at safe rates no loss ever rises", np.all(np.diff(curves) <= 0)),
        above("cross-entropy after 100 safe steps, unscaled", curves[0, -1], 0.6),
        below("cross-entropy after 100 safe steps, scaled", curves[1, -1], GOAL),
    ]


def _layer(seed: int) -> list[Claim]:
    """nn.BatchNorm1d on features as they are: batches of 50, each person once in an epoch."""
    layer, rng, eps = nn.BatchNorm1d(2, 0.5, None, dtype=np.float64), npl.Generator(seed), 0.5
    batches = [X[p] for _ in range(50) for p in rng.permutation(len(X)).reshape(-1, 50)]
    y, variance = [layer(batch).value for batch in batches][-1], batches[-1].var(axis=0)
    layer.weight.value, layer.bias.value = gamma, beta = np.array([[2.0, 0.5], [-1.0, 3.0]])
    alone = np.vstack([layer.eval()(x[None]).value for x in X])
    mean, var = layer.running_mean.value, layer.running_var.value
    spread, formula = var / X.var(axis=0, ddof=1), gamma * (X - mean) / np.sqrt(var + eps) + beta
    return [
        close("mean of a normalised batch", y.mean(axis=0), [0.0, 0.0], tolerance=1e-12),
        agree("variance: σ²/(σ² + ε)", y.var(axis=0), variance / (variance + eps), tolerance=1e-12),
        agree("running mean: that of all people", mean, X.mean(axis=0), tolerance=1e-12),
        close("running variance by that of all people", spread, [1.0, 1.0], tolerance=0.05),
        agree("at test time: γ (x − μ)/√(σ² + ε) + β", alone, formula, tolerance=1e-12),
    ]


def learn(seed: int, x: Any, nets: int, steps: int, rate: float, *, batch: bool) -> Any:
    """The cross-entropies of 2-16-16-16-1 networks before each step: (steps, nets)."""
    rng, curves = npl.Generator(seed), []
    shapes = [((nets, n, m), (nets, 1, n)) for m, n in pairwise((2, 16, 16, 16, 1))]
    starts = [(rng.normal(w) / w[2] ** 0.5, np.zeros(b), np.ones(b)) for w, b in shapes]
    *hidden, (w_out, b_out, _) = layers = [[npl.Variable(v) for v in layer] for layer in starts]
    optimizer = npl.optim.SGD([v for layer in layers for v in layer], lr=rate)
    for _ in range(steps):
        h = normalise(x, axis=0).y if batch else x
        for w, b, scale in hidden:
            h = h @ w.mT
            h = npl.sigmoid(normalise(h, scale, b, axis=1).y if batch else h + b)
        z = h @ w_out.mT + b_out
        losses = npl.mean(npl.softplus(z) - T * z, axis=(1, 2))
        optimizer.zero_grad()
        npl.sum(losses).backward()
        optimizer.step()
        curves.append(losses.detach())
    return np.array(curves)
