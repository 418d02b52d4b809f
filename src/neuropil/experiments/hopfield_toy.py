"""Notes 8.2-8.3.1: a memory that is asked by its content."""

from __future__ import annotations

import numpy as np

import neuropil as npl
from neuropil import plot
from neuropil.associative import Asynchronous, Hebbian, Hopfield, Synchronous, wrong_bits
from neuropil.experiments import harness
from neuropil.experiments.harness import Claim, Findings, above, agree, below, equal, experiment

HALF, FOURS = np.repeat([1.0, -1.0], 8), np.tile(np.repeat([1.0, -1.0], 4), 2)
PATTERNS = np.stack([HALF, FOURS, np.tile([1.0, -1.0], 8), np.tile([1.0, 1.0, -1.0, -1.0], 4)])
PROBE = np.where(np.arange(16) == 9, -FOURS, FOURS)
LOADS = [0.05, 0.10, 0.13, 0.15, 0.18, 0.25]


@experiment("A Hopfield network recalls what its probe is like", section="8.2-8.3.1")
def hopfield_toy(seed: int, quick: bool) -> Findings:
    """Four orthogonal patterns of 16 bits are minima of the energy E = −½ xᵀWx − bᵀx.

    The second pattern is +4, −4, +4, −4 times 1; as it is printed in the notes it is not orthogonal
    to the others. The sign of b is that of the notes' text, x = sign(Wx + b), not of their code.
    The probe with inner products [2 14 2 −2] is the second pattern with its tenth bit changed.

    Of random patterns a network of N neurons holds 0.138 N, the more sharply the larger it is:
    `python -m benchmarks.associative` takes 50 trials a point.
    """
    net = Hopfield(16, dtype=np.float64).store(PATTERNS, Hebbian(bias=True))
    w, x = net.weight.value, npl.Variable(npl.Generator(seed).uniform(16, -1.0, 1.0, np.float64))
    outer = np.mean([np.outer(row, row) for row in PATTERNS], axis=0) - np.eye(16)
    recalled = net.recall(PROBE, update=Synchronous())
    path = net.descend(0.2 * PROBE, duration=6.0, dt=0.05).value
    energies = net.energy(path).value
    (gradient,) = npl.gradients(net.energy(x), [x])
    units, trials, held, lost = (300, 9, 0.10, 0.25) if quick else (1000, 25, 0.13, 0.18)
    rng = npl.Generator(seed)
    wrong = [np.median(wrong_bits(units, round(a * units), trials=trials, rng=rng)) for a in LOADS]
    claims = [
        equal("inner products of the patterns", PATTERNS @ PATTERNS.T, 16.0 * np.eye(4)),
        equal("W = XᵀX/M − I: the mean of outer products", w, outer),
        equal("X W = 3 X", PATTERNS @ w, 3.0 * PATTERNS),
        equal("inner products of the probe", PROBE @ PATTERNS.T, [2.0, 14.0, 2.0, -2.0]),
        equal("synchronous steps to the second pattern", recalled.steps, 1),
        equal("what is recalled", recalled.states, FOURS),
        *perturbed(net, seed),
        *random_networks(seed, 20 if quick else 200),
        agree("dx/dt = −∂E/∂x", net.derivative(x), -np.asarray(gradient), tolerance=1e-14),
        below("largest rise of E on the continuous descent", np.diff(energies).max(), 1e-12),
        equal("where the descent from the probe ends", path[-1], FOURS),
        below(f"median share of wrong bits, {held} N patterns", wrong[LOADS.index(held)], 0.01),
        above(f"median share of wrong bits, {lost} N patterns", wrong[LOADS.index(lost)], 0.2),
    ]
    figure, (axes,) = harness.panels(1)
    axes.plot(LOADS, wrong, "o-")
    axes.axvline(0.138, color="0.5", ls=":")
    axes.set(xlabel="random patterns a neuron", ylabel="share of wrong bits")
    return claims, {
        f"Capacity of {units} neurons; dotted: 0.138": figure,
        "Continuous descent from a fifth of the probe": plot.energies(energies[:, np.newaxis]),
    }


def perturbed(net: Hopfield, seed: int) -> list[Claim]:
    """Patterns with one bit changed, all 64; and with bits that are drawn anew, as in the notes."""
    one, of = PATTERNS[:, np.newaxis] * (1.0 - 2.0 * np.eye(16)), np.tile(PATTERNS, (250, 1))
    back = np.all(net.recall(one, rng=seed).states == PATTERNS[:, np.newaxis], axis=-1)
    rng = npl.Generator(seed)
    noise = 2.0 * rng.integers(0, 2, of.shape) - 1.0
    probes = np.where(rng.bernoulli(0.4, of.shape), noise, of)
    recalled = np.all(net.recall(probes, rng=rng).states == of, axis=-1)
    return [
        equal("recalled of 64 probes with one bit changed", int(back.sum()), 64),
        above("share recalled, bits drawn anew with probability 0.4", recalled.mean(), 0.5),
    ]


def random_networks(seed: int, count: int) -> list[Claim]:
    """Weights of whole numbers, so that energies are exact and ties happen."""
    rng, rises = npl.Generator(seed), 0
    for _ in range(count):
        net, upper = Hopfield(16), np.triu(rng.integers(-2, 3, (16, 16)), 1).astype(np.float32)
        net.weight.value = upper + upper.T
        x = 2.0 * rng.integers(0, 2, (8, 16)) - 1.0
        for neuron in rng.permutation(16):
            step = net.recall(x, update=Asynchronous([neuron]), max_steps=1)
            rises, x = rises + int(np.sum(np.diff(step.energies, axis=0) > 0.0)), step.states
    tied = Hopfield(16).recall(-np.ones(16)).states
    return [
        equal(f"rises of E in {count * 128:,} asynchronous updates", rises, 0),
        equal("neurons that a field of 0 leaves off", int(np.sum(tied < 0.0)), 0),
    ]
