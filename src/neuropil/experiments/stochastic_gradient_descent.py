"""Notes 6.3.1: gradients of random batches instead of the whole data set."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import numpy as np

import neuropil as npl
from neuropil import data
from neuropil.experiments.harness import Findings, Numpy, close, experiment, falls, panels
from neuropil.plot.colours import BLUE, ORANGE

PIXELS, LABELS = data.digits("train")[:]
INPUTS = np.insert(PIXELS.reshape(-1, 64).astype(np.float64), 64, 1.0, axis=1)  # 1 for the bias
TARGETS, N = np.eye(10)[LABELS], len(LABELS)
SIZES = np.array([1, 4, 16, 64, 256, 1024])
GOAL, FULL_RATES, BATCH_RATE = 0.3, (4.0, 8.0, 16.0), 1.0


@experiment("Stochastic gradient descent: cheaper steps", section="6.3.1")
def stochastic_gradient_descent(seed: int, quick: bool) -> Findings:
    """Softmax regression on the 1,150 training digits, from batches of samples drawn at random.

    All batches of 3 of 8 samples are enumerated: their mean gradient is the full one, and their
    mean squared error is σ²/B with replacement and σ²/B · (D − B)/(D − 1) without, where σ² is
    that of single samples. On all digits the same is measured from n random batches; squares that
    scatter by their mean leave 1/(2√n) of the error uncertain, and the tolerance is twice that.
    Full descent may take the best of three rates for each seed; batches of 32 have one rate.
    """
    rng, (seeds, draws, near) = npl.Generator(seed), (5, 100, 0.1) if quick else (20, 1000, 0.03)
    weights = npl.Variable(0.1 * rng.normal((65, 10), dtype=np.float64))
    losses(weights, INPUTS, TARGETS).backward()
    deltas = npl.softmax(INPUTS @ weights.value) - TARGETS
    errors = np.einsum("ni,nj->nij", INPUTS, deltas).reshape(N, -1) - weights.grad.ravel()
    few = errors[:8] - errors[:8].mean(axis=0)
    batches = [*product(range(8), repeat=3)], [*combinations(range(8), 3)]
    every, some = (few[np.array(rows)].mean(axis=1) for rows in batches)
    biases = [np.abs(found.mean(axis=0)).max() for found in (errors, every, some)]
    enumerated = np.array([mean_square(every), mean_square(some)]) / mean_square(few)
    drawn = np.array([[drawn_error(rng, errors, b, draws, r) for b in SIZES] for r in (1, 0)])
    expected = np.sqrt(mean_square(errors) / SIZES * np.array([SIZES**0, (N - SIZES) / (N - 1)]))
    starts = 0.1 * rng.normal((seeds, 65, 10), dtype=np.float64)
    full = [samples_needed(rng, starts, N, rate) for rate in FULL_RATES]
    small = samples_needed(rng, starts, 32, BATCH_RATE)
    ratios, slope = drawn / expected, np.polyfit(np.log(SIZES), np.log(drawn[0]), 1)[0]
    claims = [
        close("biases: 1 digit; 3 of 8 with, without returning", biases, [0] * 3, tolerance=1e-14),
        close("squared errors of 3 of 8, in σ²", enumerated, [1 / 3, 5 / 21], tolerance=1e-14),
        close("drawn with, without: error / formula", ratios, np.ones((2, 6)), tolerance=near),
        close("exponent of B with replacement", slope, -0.5, tolerance=near / 3),
        falls("gradients of samples until the loss is 0.3", np.min(full, axis=0), small),
    ]
    return claims, {"The error of a batch's gradient": _figure(drawn, expected)}


def losses(weights: Any, inputs: Numpy, targets: Numpy) -> Any:
    """Cross-entropies of softmax regression, for many weights at once."""
    return -npl.sum(targets * npl.log_softmax(inputs @ weights), axis=(-2, -1)) / inputs.shape[-2]


def mean_square(errors: Numpy) -> float:
    """The mean of ‖e‖²."""
    return float(np.mean(np.sum(errors**2, axis=1)))


def drawn_error(rng: Any, errors: Numpy, size: int, draws: int, again: int) -> float:
    """The root of the mean square of the errors of random batches."""
    rows = [rng.integers(0, N, size) if again else rng.permutation(N)[:size] for _ in range(draws)]
    counts = np.array([np.bincount(chosen, minlength=N) for chosen in rows])
    return float(np.sqrt(mean_square(counts / size @ errors)))


def samples_needed(rng: Any, starts: Numpy, size: int, rate: float) -> Numpy:
    """The gradients of samples that each start takes to the goal; looked for every 160 or so."""
    weights, found, taken = npl.Variable(starts.copy()), np.full(len(starts), np.inf), 0
    optimizer = npl.optim.SGD([weights], lr=rate)
    while np.isinf(found).any() and taken < 200 * N:
        order = np.array([rng.permutation(N) for _ in starts])
        for rows in np.split(order, range(size, N, size), axis=1):
            optimizer.zero_grad()
            npl.sum(losses(weights, INPUTS[rows], TARGETS[rows])).backward()
            optimizer.step()
            taken += rows.shape[1]
            if taken % 160 < size:
                found[np.isinf(found) & (losses(weights.value, INPUTS, TARGETS) <= GOAL)] = taken
    return np.asarray(np.minimum(found, taken))


def _figure(drawn: Numpy, expected: Numpy) -> Any:
    figure, (axes,) = panels()
    axes.loglog(SIZES, expected.T, color="#8a94a0", lw=1)
    axes.loglog(SIZES, drawn[0], "o", color=BLUE, label="with replacement")
    axes.loglog(SIZES, drawn[1], "o", color=ORANGE, label="without")
    axes.set(xlabel="samples in a batch", ylabel="error of the gradient")
    axes.legend(frameon=False)
    return figure
