"""Notes 2.1, example: linear regression, whose solution can be written down."""

from __future__ import annotations

from math import atan, comb, cos, sin, sqrt
from typing import TYPE_CHECKING

import numpy as np

import neuropil as npl
from neuropil.experiments.harness import Findings, Numpy, above, agree, below, close, experiment
from neuropil.experiments.harness.panels import panels
from neuropil.plot.colours import BLUE, GREEN, ORANGE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SAMPLES, NOISE, TRUTH = 62, 0.5, np.array([[2.0], [-1.0]])  # the latter: intercept and slope
FREEDOM = SAMPLES - len(TRUTH)


@experiment("Linear regression: descent ends at least squares", section="2.1")
def linear_regression(seed: int, quick: bool) -> Findings:
    """y = −x + 2 with noise, learned by gradient descent from 62 samples, for many data sets.

    The mean squared error has one minimum, (XᵀX)⁻¹Xᵀy, and every start descends to it as long as
    the rate is below 2/λ, with λ the largest eigenvalue of the Hessian. The true coefficients lie
    within three of their standard errors as often as Student's t says, 99.6 %: the tolerance is
    four standard deviations of such a share.
    """
    rng, sets = npl.Generator(seed), 1000 if quick else 5000
    x = rng.uniform((sets, SAMPLES, 1), -2.0, 2.0, dtype=np.float64)
    inputs = np.concatenate([np.ones_like(x), x], axis=2)
    targets = inputs @ TRUTH + NOISE * rng.normal((sets, SAMPLES, 1), dtype=np.float64)
    inverse = np.linalg.inv(inputs.mT @ inputs)
    solution = inverse @ inputs.mT @ targets
    largest = 2.0 / SAMPLES * np.linalg.eigvalsh(inputs.mT @ inputs)[:, -1:, None]
    starts = rng.normal((2, sets, 2, 1), dtype=np.float64)
    ends = [descend(inputs, targets, start, 1.0 / largest, 300)[-1] for start in starts]
    residuals = targets - inputs @ ends[0]
    variance = np.sum(residuals**2, axis=1) / FREEDOM * np.diagonal(inverse, axis1=1, axis2=2)
    z = (ends[0] - TRUTH)[..., 0] / np.sqrt(variance)
    share, expected = np.mean(np.abs(z) < 3.0), student_within(3.0, FREEDOM)
    spread = sqrt(expected * (1.0 - expected) / z.size)
    stable, unstable = (
        descend(inputs[:9], targets[:9], starts[0, :9], rate / largest[:9], 1000)
        for rate in (1.98, 2.02)
    )
    away = [np.linalg.norm(p[-1] - solution[:9], axis=1) for p in (stable, unstable)]
    claims = [
        agree("descent ends at (XᵀX)⁻¹Xᵀy", ends[0], solution, tolerance=1e-12),
        agree("from other starts too", ends[1], solution, tolerance=1e-12),
        below(
            "largest product of inputs and residuals", np.max(np.abs(inputs.mT @ residuals)), 1e-10
        ),
        below("distance of the truth in standard errors (first data set)", np.abs(z[0]).max(), 3.0),
        close(
            f"share of {z.size:,} coefficients within three", share, expected, tolerance=4 * spread
        ),
        below("distance from the minimum, 1000 steps at rate 1.98/λ", away[0].max(), 1e-6),
        above("the same at 2.02/λ", away[1].min(), 1e3),
    ]
    path = descend(inputs[:1], targets[:1], starts[0, :1], 0.2 / largest[:1], 60)[:, 0]
    return claims, {
        "The samples, the line, and the way to it": _figure(inputs[0], targets[0], path)
    }


def descend(inputs: Numpy, targets: Numpy, start: Numpy, rate: Numpy, steps: int) -> Numpy:
    """Where descent has been, for many data sets at once, each with a rate of its own."""
    weights, places = npl.Variable(start.copy()), [start]
    optimizer = npl.optim.SGD([weights], lr=1.0)
    for _ in range(steps):
        optimizer.zero_grad()
        npl.sum(npl.mean((inputs @ weights - targets) ** 2, axis=1)).backward()
        weights.grad = weights.grad * rate
        optimizer.step()
        places.append(weights.value.copy())
    return np.array(places)


def student_within(t: float, freedom: int) -> float:
    """P(|T| < t) for an even number of degrees of freedom (Abramowitz and Stegun 26.7.4)."""
    angle = atan(t / sqrt(freedom))
    series = (comb(2 * k, k) / 4**k * cos(angle) ** (2 * k) for k in range(freedom // 2))
    return float(sin(angle) * sum(series))


def _figure(inputs: Numpy, targets: Numpy, path: Numpy) -> Figure:
    (figure, (plane, curve)), ends = panels(2), np.array([[1.0, -2.0], [1.0, 2.0]])
    plane.plot(ends[:, 1], (ends @ path[[1, 3, 7]])[..., 0].T, color=ORANGE, alpha=0.4)
    plane.plot(ends[:, 1], ends @ path[-1], color=ORANGE, lw=2.0, label="learned")
    plane.plot(ends[:, 1], ends @ TRUTH, color=GREEN, ls="--", label="truth")
    plane.plot(inputs[:, 1], targets, "o", color=BLUE, ms=3)
    plane.set(xlabel="x", ylabel="y")
    plane.legend(frameon=False)
    curve.semilogy(np.mean((inputs @ path - targets) ** 2, axis=(1, 2)), color=BLUE)
    curve.set(xlabel="step", ylabel="mean squared error")
    return figure
