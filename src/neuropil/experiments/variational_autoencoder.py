"""Notes 9.1: a latent space without gaps, by distributions that stay near the normal one."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

import neuropil as npl
from neuropil import data, models, nn, optim, plot, training
from neuropil.experiments import harness as h
from neuropil.experiments.harness import Claim, Findings, Numpy, experiment
from neuropil.experiments.harness.latent_stack import LatentStack
from neuropil.experiments.harness.shape_judge import shape_judge
from neuropil.nn.functional import kl_standard_normal

SIDE, STEPS = 12, 9  # pixels of an image, and codes on the way from one to another
ALONG = np.linspace(0.1, 0.9, STEPS, dtype=np.float32)
LEARNED, UNSEEN = (data.shapes(n, size=SIDE, farthest=0.0, rng=n) for n in (300, 150))
X, T = (part.inputs.reshape(len(part), -1) for part in (LEARNED, UNSEEN))


@experiment("Variational autoencoder: fewer gaps between codes", section="9.1")
def variational_autoencoder(seed: int, quick: bool) -> Findings:
    """Between the codes of circles, triangles and squares lies less that is no shape.

    Plain and variational autoencoders with a plane of codes learn small images from the same
    starts. Codes on straight lines between samples of two classes are decoded, and a classifier
    judges what comes out: it was trained on noisy shapes, and rejects what it is less sure of than
    of 99 % of those. Less is rejected of the variational ones. A larger β leaves less in the codes:
    the divergence falls, the error rises. The notes leave out the ½ of the divergence, so that
    their β is half of the usual one; and −ln p(x) is bounded by their objective, not equal to it:
    importance sampling with more samples comes nearer to ln p(x), here of digits.
    """
    count, steps, epochs = (8, 2000, 5) if quick else (20, 3000, 60)
    begun = {beta: LatentStack(SIDE**2, count, seed, beta=beta) for beta in (0.0, 1.0, 4.0)}
    stacks = {beta: stack.learn(X, steps=steps) for beta, stack in begun.items()}
    rejected = shape_judge(SIDE, npl.Generator(seed))
    gaps = [rejected(between(stacks[beta])).mean(axis=1) for beta in (0.0, 1.0)]
    back = {beta: stack.decoded(stack.codes(T)) for beta, stack in stacks.items()}
    errors = [np.mean((back[beta] - T) ** 2, axis=(1, 2)) for beta in (1.0, 4.0)]
    own = max(rejected(back[beta]).mean() for beta in (0.0, 1.0))
    likelihood, figures = digits(seed, epochs)
    claims = [
        *closed_forms(seed),
        h.falls("share of no shape between classes, variational against plain", *gaps),
        h.below("the same of reconstructions, larger of both", own, 0.1),
        h.falls("divergence, β = 4 against 1", *(stacks[b].divergence(T) for b in (1.0, 4.0))),
        h.rises("squared error of reconstructions, β = 4 against 1", *errors),
        likelihood,
    ]
    for beta, stack in stacks.items():
        name, codes = f"variational, β = {beta:g}" if beta else "plain", stack.codes(T)[0]
        ways = between(stack)[0].reshape(3, STEPS, -1, SIDE, SIDE)[:, :, 0].reshape(-1, SIDE, SIDE)
        figures[f"Codes, {name}"] = plot.latent_map(codes, UNSEEN.targets, UNSEEN.classes)
        figures[f"From class to class, {name}"] = plot.image_grid(ways.clip(0, 1), columns=STEPS)
    return claims, figures


def between(stack: LatentStack) -> Numpy:
    """Decoded codes on the lines between samples of two classes."""
    codes = [stack.codes(T)[:, UNSEEN.targets == label] for label in range(3)]
    ways = [a + t * (b - a) for a, b in combinations(codes, 2) for t in ALONG]
    return stack.decoded(np.concatenate(ways, axis=1))


def closed_forms(seed: int) -> list[Claim]:
    """The divergence against the integral ∫ q ln(q/p), and the notes' β against the usual one."""
    mean, log_variance = npl.Generator(seed).normal((2, 50, 1), dtype=np.float64)
    deviation, u = np.exp(0.5 * log_variance), np.linspace(-12.0, 12.0, 4001)
    log_ratio = 0.5 * ((mean + deviation * u) ** 2 - u**2 - log_variance)
    integral = np.sum(np.exp(-0.5 * u**2) * log_ratio, axis=1) * (u[1] - u[0]) / np.sqrt(2 * np.pi)
    divergence = kl_standard_normal(mean, log_variance, reduction="none")
    notes = np.sum(deviation**2 + mean**2 - log_variance - 1.0, axis=1)
    return [
        h.agree("KL(N(μ, σ) ‖ N(0, 1)), by its integral", divergence, integral, tolerance=1e-12),
        h.agree("the notes' term, by the usual one", notes, 2.0 * divergence, tolerance=1e-12),
    ]


def digits(seed: int, epochs: int) -> tuple[Claim, dict[str, Any]]:
    """A variational autoencoder of handwritten digits, and how probable it finds others."""
    rng, loss, test = npl.Generator(seed), nn.BernoulliELBOLoss(), data.digits("test")
    x, t = (data.digits(part).inputs.reshape(-1, 64) for part in ("train", "test"))
    encoder, decoder = (
        nn.Sequential(nn.Linear(n, 128, rng=rng), nn.ReLU(), nn.Linear(128, m, rng=rng))
        for n, m in ((64, 4), (2, 64))
    )
    net = models.VariationalAutoencoder(encoder, decoder, latent_features=2)
    adam = optim.Adam(net.parameters(), lr=3e-3)
    training.fit(net, (x, x), loss=loss, optimizer=adam, epochs=epochs, rng=rng, progress=False)
    means = [models.log_likelihood(net, t, loss, samples=k, rng=seed).mean() for k in (1, 5, 50)]
    with npl.no_grad():
        codes, drawn = net.code(t).detach(), loss.expected(net.sample(24, rng=seed)).detach()
    return Claim("ln p(x) of digits", "rises: 1, 5, 50", means, None, means == sorted(means)), {
        "Digits that were sampled": plot.image_grid(drawn.reshape(-1, 8, 8), columns=12),
        "Codes of digits": plot.latent_map(codes, test.targets, test.classes),
    }
