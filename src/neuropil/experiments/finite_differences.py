"""Notes 3.1.2: the gradient of a small network by central differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

import neuropil as npl
from neuropil import nn
from neuropil.experiments.harness import Findings, Numpy, agree, close, experiment, panels, true
from neuropil.plot.colours import SERIES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Error = Callable[[Any], Any]
COUNT = 13  # parameters of a 2-3-1 network
NOTES = [1.201, 1.198, 1.204]  # E at θ₁, θ₁ + 0.1, θ₁ − 0.1, to three decimals
STEPS = 10.0 ** np.linspace(-0.5, -13.0, 51)


@experiment("The gradient by finite differences", section="3.1.2")
def finite_differences(seed: int, quick: bool) -> Findings:
    """Backpropagation against (E(θ + Δθ) − E(θ − Δθ)) / 2Δθ, for Δθ from 0.3 to 10⁻¹³.

    The quotient's error is Δθ²E‴/6 where Δθ is large, and rounding divided by Δθ where it is
    small: a U. The notes step along θ₁ + k·(−0.0292), which is uphill; and the last of their
    outputs must be 0.300, not 0.302, since they give E = −ln y = 1.204 for it.
    """
    rng = npl.Generator(seed)
    error, theta = network_error(rng), rng.normal((COUNT,), dtype=np.float64)
    gradient = npl.grad(error)(theta)
    central = np.array([quotients(error, theta, h, -h) for h in STEPS])
    forward = np.array([quotients(error, theta, h, 0.0) for h in STEPS])
    sizes = np.sqrt(np.mean((central - gradient) ** 2, axis=1))
    one_sided = np.sqrt(np.mean((forward - gradient) ** 2, axis=1))
    large, small = (STEPS < 0.11) & (STEPS > 0.9e-3), STEPS < 3e-8
    best = float(np.log10(STEPS[np.argmin(sizes)]))
    tenth, hundredth, tiny = (quotients(error, theta, h, -h) for h in (0.1, 0.01, 1e-5))
    cubic = third_derivatives(error, theta) / 6
    claims = [
        agree("quotients at Δθ = 10⁻⁵, and backpropagation", tiny, gradient, tolerance=1e-8),
        agree("error at Δθ = 0.01: Δθ²E‴/6", hundredth - gradient, 1e-4 * cubic, tolerance=0.01),
        agree("error at Δθ = 0.1: Δθ²E‴/6", tenth - gradient, 1e-2 * cubic, tolerance=0.1),
        close("slope of the right arm of the U", slope(sizes, large), 2.0, tolerance=0.05),
        close("the same, one-sided quotient", slope(one_sided, large), 1.0, tolerance=0.05),
        close("slope of the left arm, from rounding", slope(sizes, small), -1.0, tolerance=0.2),
        close("log₁₀ of the best Δθ", best, -5.0, tolerance=1.0),
        true("θ − k∇E lowers E", error(theta - 0.01 * gradient) < error(theta)),
        true("θ + k∇E raises E", error(theta + 0.01 * gradient) > error(theta)),
        close("the notes' E, −ln y", -np.log([0.301, 0.302, 0.300]), NOTES, tolerance=0.002),
        close("their quotient", (NOTES[1] - NOTES[2]) / 0.2, -0.0292, tolerance=0.005),
    ]
    return claims, {"The error of the quotients": _figure(sizes, one_sided, cubic)}


def network_error(rng: npl.Generator) -> Error:
    """The cross-entropy of a logistic 2-3-1 network on 8 samples, as a function of θ."""
    x = rng.normal((8, 2), dtype=np.float64)
    t = rng.bernoulli(0.5, (8, 1)).astype(np.float64)

    def error(theta: Any) -> Any:
        hidden = npl.sigmoid(x @ npl.reshape(theta[:6], (2, 3)) + theta[6:9])
        y = npl.sigmoid(hidden @ npl.reshape(theta[9:12], (3, 1)) + theta[12])
        return nn.functional.binary_cross_entropy(y, t)

    return error


def quotients(error: Error, theta: Numpy, up: float, down: float) -> Numpy:
    """(E(θ + up) − E(θ + down)) / (up − down) in each parameter by itself."""
    changes = [error(theta + up * e) - error(theta + down * e) for e in np.eye(COUNT)]
    return np.array(changes) / (up - down)


def third_derivatives(error: Error, theta: Numpy) -> Numpy:
    """E‴ in each parameter by itself: the gradient of the gradient of the gradient."""
    third = npl.grad(npl.grad(npl.grad(lambda t, e: error(theta + t * e))))
    return np.array([third(0.0, e) for e in np.eye(COUNT)])


def slope(errors: Numpy, where: Numpy) -> float:
    """The power of Δθ with which the errors grow."""
    return float(np.polyfit(np.log(STEPS[where]), np.log(errors[where]), 1)[0])


def _figure(sizes: Numpy, one_sided: Numpy, cubic: Numpy) -> Figure:
    figure, (axes,) = panels(width=6.0, height=3.8)
    axes.loglog(STEPS, sizes, "o-", ms=3, color=SERIES[0], label="central")
    axes.loglog(STEPS, one_sided, "o-", ms=3, color=SERIES[1], label="one-sided")
    theory = STEPS**2 * np.sqrt(np.mean(cubic**2))
    axes.loglog(STEPS, theory, color="#000000", lw=0.8, ls="--", label="Δθ²E‴/6")
    axes.set(xlabel="Δθ", ylabel="error of the quotient", ylim=(sizes.min() / 3, None))
    axes.legend(frameon=False)
    return figure
