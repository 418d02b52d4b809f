"""Notes 6.3.2: momentum, in a ravine and over a shallow minimum, and the forms of its update."""

from __future__ import annotations

from typing import Any

import numpy as np

import neuropil as npl
from neuropil.experiments.harness import Findings, Numpy, agree, equal, experiment, falls, panels
from neuropil.plot.colours import BLUE, ORANGE


@experiment("Momentum: through a ravine, out of a shallow minimum", section="6.3.2")
def momentum(seed: int, quick: bool) -> Findings:
    """Gradient descent with and without momentum, from the same random starts.

    In a ravine with curvatures 1 and h = 100 the best rate of plain descent, 2/(1 + h), shrinks the
    distance by (h − 1)/(h + 1) a step; the best momentum, by (√h − 1)/(√h + 1) (Polyak 1964).
    E = (a² − 1)² + 0.3a has a shallow minimum on the right. Plain descent from further right ends
    there, while momentum carries about half of the starts on into the deeper one on the left.

    The forms of the notes are one: βV + (1 − β)∇E is βV + ∇E at a rate of κ(1 − β), and a friction
    of r is β = 1 − r. Euler's method with the old velocity, as (6.1) has it, is the same with each
    gradient one step late: it leaves the minimum where Δt² h > r, the other at Δt² h > 2(2 − r).
    """
    rng, count = npl.Generator(seed), 20 if quick else 500
    starts = rng.uniform((count, 2), 1.0, 2.0, dtype=np.float64)
    plain = walk(ravine, starts, 900, lr=2.0 / 101.0)
    fast = walk(ravine, starts, 900, lr=4.0 / 11.0**2, momentum=(9.0 / 11.0) ** 2)
    needed = [np.sum(~(np.linalg.norm(p, axis=2) < 1e-6), axis=0) for p in (plain, fast)]
    theory = np.log(np.linalg.norm(starts, axis=1) / 1e-6) / np.log(101.0 / 99.0)
    slope = rng.uniform((count, 1), 1.2, 2.0, dtype=np.float64)
    ends = [walk(height, slope, 500, lr=0.01, momentum=beta)[-1, :, 0] for beta in (0.0, 0.9)]
    k, b, r, t = 0.004, 0.8, 0.2, 0.05  # κ, β, r = 1 − β, Δt
    forms: dict[str, tuple[Any, Any]] = {
        "βV + ∇E": (lambda x, v, g: (x - k * (w := b * v + g), w), {"lr": k}),
        "βV + (1 − β)∇E": (lambda x, v, g: (x - k * (w := b * v + r * g), w), {"lr": k * r}),
        "Euler, new V": (lambda x, v, g: (x + t * (w := b * v - t * g), w), {"lr": t**2}),
        "Euler, old V": (lambda x, v, g: (x + t * v, b * v - t * g), {"lr": t**2, "late": 1}),
    }
    edges = [(1, 0.95 * r), (1, 1.05 * r), (0, 1.98 * (2 - r)), (0, 2.02 * (2 - r))]
    last = [walk(ravine, np.eye(2)[0], 1000, late=n, lr=h, momentum=b)[-50:] for n, h in edges]
    claims = [
        agree("steps of plain descent through the ravine", needed[0], theory, tolerance=2e-3),
        falls("steps through the ravine", *needed),
        falls("E reached from right of the shallow minimum", *map(height, ends)),
        equal("ends near the minimum, on either side of both limits",
              [bool(np.abs(path).max() < 1.0) for path in last], [True, False, True, False]),
    ]  # fmt: skip
    for name, (rule, settings) in forms.items():
        ours, notes = walk(ravine, starts, 200, momentum=b, **settings), by_hand(starts, rule)
        claims.append(agree(f"{name} and SGD", ours, notes, tolerance=1e-12))
    return claims, {"A ravine, two minima: without momentum (blue), with it": _figure(plain, fast)}


def ravine(x: Any) -> Any:
    """½(x₁² + 100 x₂²)."""
    return 0.5 * np.array([1.0, 100.0]) * x**2


def height(a: Any) -> Any:
    """(a² − 1)² + 0.3a."""
    return (a**2 - 1.0) ** 2 + 0.3 * a


def walk(surface: Any, starts: Numpy, steps: int, *, late: int = 0, **settings: Any) -> Numpy:
    """Where SGD has been; if ``late``, each step has the gradient of the place before."""
    x, places, gradients = npl.Variable(starts.copy()), [starts], [np.zeros_like(starts)]
    optimizer = npl.optim.SGD([x], **settings)
    for _ in range(steps):
        optimizer.zero_grad()
        npl.sum(surface(x)).backward()
        gradients.append(x.grad)
        x.grad = gradients[-1 - late]
        optimizer.step()
        places.append(x.value.copy())
    return np.array(places)


def by_hand(starts: Numpy, rule: Any) -> Numpy:
    """200 steps in the ravine by the notes' own formula for the new place and velocity."""
    x, v, places = starts, np.zeros_like(starts), [starts]
    for _ in range(200):
        x, v = rule(x, v, x * np.array([1.0, 100.0]))
        places.append(x)
    return np.array(places)


def _figure(plain: Numpy, fast: Numpy) -> Any:
    figure, (plane, well) = panels(2)
    well.plot(a := np.linspace(-1.5, 1.8, 200), height(a), color="#8a94a0")
    for path, colour, beta in ((plain, BLUE, 0.0), (fast, ORANGE, 0.9)):
        plane.plot(*path[:80, 0].T, color=colour, lw=1.2)
        ball = walk(height, np.array([1.7]), 200, lr=0.01, momentum=beta)
        well.plot(ball, height(ball), ".", color=colour, ms=3)
    plane.set(xlabel="$x_1$", ylabel="$x_2$")
    well.set(xlabel="a", ylabel="E(a)")
    return figure
