"""Notes 8.3.2: letters, recalled from what is left of them."""

from __future__ import annotations

import numpy as np

import neuropil as npl
from neuropil import plot, recipes
from neuropil.associative import Asynchronous, Hebbian, Hopfield, Synchronous
from neuropil.experiments.harness import (
    Claim,
    Findings,
    Numpy,
    above,
    agree,
    below,
    equal,
    experiment,
)

LETTERS = recipes.load_memory("hopfield-letters")
X = LETTERS.states
GRAM = [[36, -2, 0, -8], [-2, 36, 2, 2], [0, 2, 36, 4], [-8, 2, 4, 36]]
UPDATES = {"synchronous": Synchronous(), "asynchronous": Asynchronous()}


@experiment("Letters completed by a Hopfield network", section="8.3.2")
def hopfield_letters(seed: int, quick: bool) -> Findings:
    """The letters A, B, C and E of 6 × 6 pixels come back from noisy ones without a lower third.

    The notes do not show their images; these are our own, not quite orthogonal either. As in the
    notes each pixel is drawn anew with probability 0.2, then the last 12 are switched off. Updates
    of all neurons at once and of one after the other both recall most of these probes, among them
    Bs with 6 wrong pixels, which is the case of the notes.

    Shown the letters in turn, dW/dt = κ x xᵀ and db/dt = κ x end in the weights that are stored,
    and make the energy of each letter lower.
    """
    net = Hopfield(36, dtype=np.float64).store(X, Hebbian(bias=True))
    of = np.tile(np.arange(4), 100 if quick else 1000)
    probes = spoilt(X[of], seed)
    wrong = np.sum(probes != X[of], axis=1)
    cases = np.flatnonzero((wrong == 6) & (of == 1))
    claims, shown = (
        [equal("inner products of the letters", X @ X.T, GRAM)],
        [probes[cases[0]], X[1]],
    )
    for name, update in UPDATES.items():
        recalled = net.recall(probes, update=update, trajectory=True, rng=seed)
        right = np.all(recalled.states == X[of], axis=1)
        claims += [
            equal(f"{name}: letters that stay", net.recall(X, update=update).steps, 0),
            above(f"{name}: share recalled of Bs with 6 wrong pixels", right[cases].mean(), 0.9),
            above(f"{name}: share recalled of all probes", right.mean(), 0.9),
        ]
        shown.insert(1, recalled.states[cases[0]])
    rise = np.diff(recalled.energies, axis=0).max()
    claims += [below("asynchronous: largest rise of E in a sweep", rise, 1e-12), *learned(net)]
    captions = ["probe", *reversed(UPDATES), "B"]
    return claims, {
        "The letters": plot.image_grid(-X.reshape(-1, *LETTERS.shape), LETTERS.names),
        "The case of the notes": plot.image_grid(
            -np.reshape(shown, (-1, *LETTERS.shape)), captions
        ),
        "Energies of probes of each letter": plot.energies(recalled.energies[:, :4], LETTERS.names),
    }


def spoilt(x: Numpy, seed: int) -> Numpy:
    """Pixels drawn anew with probability 0.2, the last 12 off."""
    rng = npl.Generator(seed)
    noise = 2.0 * rng.integers(0, 2, x.shape) - 1.0
    probes = np.where(rng.bernoulli(0.2, x.shape), noise, x)
    probes[:, 24:] = -1.0
    return probes


def learned(stored: Hopfield) -> list[Claim]:
    """Euler steps of 0.01 for a time of ¼ with each letter, κ = 1, one letter after the other."""
    net, changes = Hopfield(36, dtype=np.float64), []
    for _ in range(25):
        for x in X:
            before = net.energy(x).item()
            net.learn(x, kappa=0.01)
            changes.append(net.energy(x).item() - before)
    return [
        agree("learned weights = stored ones", net.weight, stored.weight, tolerance=1e-13),
        agree("learned biases = stored ones", net.bias, stored.bias, tolerance=1e-13),
        below("largest change of the energy of a letter shown", max(changes), 0.0),
    ]
