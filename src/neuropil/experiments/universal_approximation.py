"""Notes 2.2, 6 and E: what one hidden layer can, how many units it takes, and what depth saves."""

from __future__ import annotations

import numpy as np

import neuropil as npl
from neuropil.experiments.harness import Findings, Numpy, above, below, close, experiment, panels

X = np.arange(2**13 + 1) / 2.0**13  # of [0, 1], exact in binary
WAVY = np.sin(2.0 * np.pi * X) + np.abs(X - 0.4)  # continuous, of slope 2π + 1 at most
EPSILONS = np.array([0.2, 0.1, 0.05, 0.02])


@experiment("Universal approximation by width and by depth", section="2.2, 6, E")
def universal_approximation(seed: int, quick: bool) -> Findings:
    """The notes' proof with numbers, Barron's bound, and a function that asks for depth.

    Pieces P(x; b, δ) = H(x; b) − H(x; b + δ) from steep logistic steps come within ε of a function
    of slope L at most if there are L/ε of them (and one more at either end), of two units each.
    Barron: where f is a mean of units g, m of them, chosen one by one, have a mean squared error
    of at most C/m, C = max ‖g‖² − ‖f‖², in any dimension.

    A ReLU network is linear wherever the same units are active; n in one layer make at most n + 1
    pieces. The sawtooth of Telgarsky (2016) has 2ᵏ pieces with 2k units in k layers. It crosses ½
    in each, a line only once: a single layer of fewer than 2ᵏ − 1 units is wrong by ½ somewhere.
    """
    rng = npl.Generator(seed)
    built = [construction(epsilon) for epsilon in EPSILONS]
    off = [np.max(np.abs(g - WAVY)) for g, _ in built] / EPSILONS
    power = np.polyfit(np.log(EPSILONS), np.log([units for _, units in built]), 1)[0]
    near, far = (greedy(rng, d, terms=50 if quick else 300) for d in (2, 50))
    shallow, deep = ([bends(rng, layers) for _ in range(20)] for layers in (1, 4))
    saw, exact = sawtooth(), 1.0 - np.abs((64.0 * X) % 2.0 - 1.0)
    u = np.column_stack([np.ones(len(X)), npl.relu(X[:, None] - np.arange(64) / 64.0)])
    less = [[0, *(1 + rng.permutation(64)[2:])] for _ in range(10 if quick else 99)]
    fits = [u[:, k] @ np.linalg.lstsq(u[::16, k], exact[::16])[0] for k in (range(65), *less)]
    wrong = np.max(np.abs(fits - exact), axis=1)
    claims = [
        below("largest |G − f|/ε of the construction", np.max(off), 1.0),
        close("power of ε with which its units grow", power, -1.0, tolerance=0.05),
        below("Barron: largest m·error/C in 2 dimensions", np.max(near), 1.0),
        below("Barron: largest m·error/C in 50 dimensions", np.max(far), 1.0),
        below("ReLU networks: second difference inside a piece", max(shallow + deep)[0], 1e-12),
        below("pieces of those with 30 units in one layer", max(n for _, n in shallow), 32),
        close("error of 12 units in 6 layers", np.max(np.abs(saw - exact)), 0.0, tolerance=0.0),
        below("error of 64 units in one layer", wrong[0], 1e-9),
        above("least error of 62 of those", wrong[1:].min(), 0.5),
    ]
    figure, (steps, errors, teeth) = panels(3)
    steps.plot(X, np.transpose([WAVY, built[0][0]]), label=["f", f"G of {built[0][1]} units"])
    errors.loglog(1 + np.arange(len(near)), np.transpose([near, far]), label=["d = 2", "d = 50"])
    errors.set(xlabel="units m", ylabel="m · error / C")
    teeth.plot(X, np.transpose([saw, fits[1]]), label=["12 in 6 layers", "62 in one"])
    teeth.set(xlabel="x", xlim=X[np.abs(fits[1] - exact).argmax()] + [-0.08, 0.08])
    for axes in figure.axes:
        axes.legend(fontsize=8)
    return claims, {"The proof's steps; units chosen greedily; depth against width": figure}


def construction(epsilon: float) -> tuple[Numpy, int]:
    """G of the notes' proof on X, and how many units it has."""
    n = int(np.ceil((2.0 * np.pi + 1.0) / epsilon))
    b = np.arange(-1, n + 2) / n
    heights, steps = np.interp(b[:-1], X, WAVY), npl.sigmoid(200.0 * n * (X[:, None] - b))
    return (steps[:, :-1] - steps[:, 1:]) @ heights, 2 * len(heights)


def greedy(rng: npl.Generator, dimensions: int, terms: int) -> Numpy:
    """m·‖f − f_m‖²/C for m = 1 … terms, where f_m = (1 − 1/m) f_(m−1) + g/m with the best g."""
    x, w = (rng.normal(s, dtype=np.float64) for s in ((500, dimensions), (dimensions, 400)))
    g = npl.tanh(2.0 * (x @ (w / npl.linalg.vector_norm(w, axis=0))))
    f, so_far, ratios = g.mean(axis=1, keepdims=True), 0.0, []
    for m in range(1, terms + 1):
        candidates = (1.0 - 1.0 / m) * so_far + g / m
        errors = np.mean((candidates - f) ** 2, axis=0)
        so_far = candidates[:, [errors.argmin()]]
        ratios.append(m * errors.min())
    return np.asarray(ratios / (np.mean(g**2, axis=0).max() - np.mean(f**2)))


def bends(rng: npl.Generator, layers: int) -> tuple[float, int]:
    """The largest second difference where no unit switches, and how many pieces there are."""
    a, same = X[:, None], np.ones(len(X) - 1, bool)
    for _ in range(layers):
        w = rng.normal((a.shape[1], 30), dtype=np.float64)
        z = a @ w - rng.uniform((30,)) * w.sum(axis=0)
        same &= np.all((z[1:] > 0.0) == (z[:-1] > 0.0), axis=1)
        a = npl.relu(z) / np.sqrt(15.0)
    bend = np.abs(np.diff(a @ rng.normal((30,), dtype=np.float64), 2))
    return float(bend[same[1:] & same[:-1]].max()), 1 + int(np.sum(~same))


def sawtooth() -> Numpy:
    """Six layers of two ReLUs: 2 relu(x) − 4 relu(x − ½) of each is the tent of what came in."""
    hidden = npl.relu(np.stack([X, X - 0.5], axis=1))
    for _ in range(5):
        hidden = npl.relu(hidden @ [[2.0, 2.0], [-4.0, -4.0]] - [0.0, 0.5])
    return np.asarray(hidden @ [2.0, -4.0])
