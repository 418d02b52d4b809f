"""Notes 7.3: convolution, cross-correlation, and what shared weights are worth."""

from __future__ import annotations

from functools import partial
from itertools import product

import numpy as np

import neuropil as npl
from neuropil import data, nn
from neuropil.experiments import harness as h
from neuropil.experiments.harness import Claim, Findings, Numpy
from neuropil.nn import functional as F

agree = partial(h.agree, tolerance=1e-13)  # sums of at most 800 terms, in another order
DIGITS, TEST = data.digits("train+validation"), data.digits("test")


@h.experiment("Convolution: its definitions, and a small network on digits", section="7.3")
def convolution(seed: int, quick: bool) -> Findings:
    """A layer's cross-correlation with a mirrored kernel is the convolution of the definitions.

    Under the integral the notes print f(x) for f(s): that would be f times ∫ g. Then pairs of
    networks learn the same digits in the same order: one with 8 kernels that slide over the image,
    810 weights in all, and one whose 11 hidden neurons see all of it, 835 weights.
    """
    rng, pairs = npl.Generator(seed), range(1, 13 if quick else 21)
    nets, n = [pair(rng) for _ in pairs], 300 if quick else 600
    accuracies = [[learned(net, seed * 99 + i, n) for net in nets[i - 1]] for i in pairs]
    figure, (axes,) = h.panels()
    axes.plot(pairs, accuracies, "o", label=["fully connected", "convolutional"])
    axes.set(xlabel="pair", ylabel="accuracy on the test digits")
    axes.legend()
    claims = integral_claims() + sum_claims(rng)
    claims += [
        h.equal("weights", [sum(p.size for p in net.parameters()) for net in nets[0]], [835, 810]),
        h.rises("accuracy, with shared weights", *zip(*accuracies, strict=True)),
    ]
    return claims, {"Accuracy of each pair": figure}


def convolve(f: Numpy, g: Numpy) -> Numpy:
    """f * g wherever they touch: what a layer computes whose kernel is g mirrored."""
    layer, margin = (F.conv1d if f.ndim == 1 else F.conv2d), tuple(n - 1 for n in g.shape)
    result: Numpy = layer(f[None, None], np.flip(g)[None, None], padding=margin)[0, 0]
    return result


def integral_claims() -> list[Claim]:
    """∫ f(s) g(x − s) ds of Gaussians with variances ½ and 2 is one with variance 2½."""
    step, x = 0.05, np.arange(-400, 401) * 0.05
    f, g, exact = (
        np.exp(-((x - mean) ** 2) / 2.0 / variance) / np.sqrt(2.0 * np.pi * variance)
        for mean, variance in ((1.0, 0.5), (0.0, 2.0), (1.0, 2.5))
    )
    found, printed = step * convolve(f, g)[400:-400], f * step * g.sum()
    return [
        agree("∫ f(s) g(x − s) ds of two Gaussians, step 0.05", found, exact),
        h.above("distance of ∫ f(x) g(x − s) ds from it", np.abs(printed - exact).max(), 0.1),
    ]


def sum_claims(rng: npl.Generator) -> list[Claim]:
    """The notes' sums, term by term; the derivative of the one is the other."""
    f, g, a, b = (rng.normal(n, dtype=np.float64) for n in ((30,), (7,), (9, 8), (4, 3)))
    line = [sum(f[n] * g[m - n] for n in range(30) if 0 <= m - n < 7) for m in range(36)]
    mirrored, correlated = np.zeros((12, 10)), np.zeros((12, 10))
    for (i, j), (p, q) in product(np.ndindex(9, 8), np.ndindex(4, 3)):
        mirrored[i + p, j + q] += a[i, j] * b[p, q]  # g(m − i, n − j), with (p, q) for its place
        correlated[i - p, j - q] += a[i, j] * b[p, q]  # g(i − m, j − n)
    image, s = npl.Variable(a[None, None]), rng.normal((1, 1, 6, 6), dtype=np.float64)
    y = F.conv2d(image, b[None, None])
    y.backward(s)
    inner, difference = correlated[:6, :6], mirrored[3:9, 2:8] - correlated[:6, :6]
    return [
        agree("1-D convolution: Σ f(n) g(m − n)", convolve(f, g), line),
        agree("it commutes", convolve(f, g), convolve(g, f)),
        agree("2-D convolution: Σ f(i, j) g(m − i, n − j)", convolve(a, b), mirrored),
        agree("conv2d, a cross-correlation: Σ f(i, j) g(i − m, j − n)", y[0, 0], inner),
        h.above("largest difference of the two", np.abs(difference).max(), 0.1),
        agree("gradient of the second: the first", image.grad[0, 0], convolve(s[0, 0], b)),
    ]


def learned(net: nn.Module, seed: int, n: int) -> float:
    """The accuracy after learning n digits; the seed says which, and in which order."""
    rng, adam = npl.Generator(seed), npl.optim.Adam(net.parameters(), lr=0.01)
    chosen = rng.permutation(len(DIGITS))[:n]
    task = partial(npl.fit, net, DIGITS[chosen], loss=nn.CrossEntropyLoss(), optimizer=adam)
    task(epochs=20, batch_size=50, rng=rng, progress=False)
    return float(np.mean(net(TEST.inputs).detach().argmax(axis=1) == TEST.targets))


def pair(rng: npl.Generator) -> tuple[nn.Sequential, nn.Sequential]:
    """11 hidden neurons that see the whole image, or 8 kernels of 3 × 3; a neuron a digit."""
    full = nn.Flatten(), nn.Linear(64, 11, rng=rng), nn.LeakyReLU(0.1), nn.Linear(11, 10, rng=rng)
    kernels = nn.Conv2d(1, 8, 3, rng=rng), nn.LeakyReLU(0.1), nn.MaxPool2d(2), nn.Flatten()
    return nn.Sequential(*full), nn.Sequential(*kernels, nn.Linear(72, 10, rng=rng))
