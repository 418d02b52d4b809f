"""Notes 3.1.1 and 4.2.1: descending a function, and climbing it, on its graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import neuropil as npl
from neuropil.experiments.harness import Findings, Numpy, agree, below, close, experiment, panels
from neuropil.plot.colours import BLUE, ORANGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure


@experiment("Gradient descent on a graph that is built once", section="3.1.1, 4.2.1")
def gradient_descent(seed: int, quick: bool) -> Findings:
    """Algorithm 1 on E(a, b) = (a² − 1)² + 0.3a + b², which has two minima of different depth.

    The graph is built once and evaluated again at each step. Where the descent ends depends on
    where it starts: in the minimum on the same side of the ridge between the two. Ascent is the
    same with the opposite sign.
    """
    left, ridge, right = np.sort(np.roots([4.0, 0.0, -4.0, 0.3]).real)  # where ∂E/∂a = 0
    drawn = npl.Generator(seed).uniform((4 if quick else 18, 2), -1.5, 1.5, dtype=np.float64)
    starts = np.array([[-1.4, 1.3], [1.4, 1.3], *drawn])
    paths = [walk(valleys, start, k=0.05) for start in starts]
    rise = max(float(np.max(np.diff(valleys(*path.T)))) for path in paths)
    ends = np.array([path[-1] for path in paths])
    minima = [[left if a < ridge else right, 0.0] for a, _ in starts]
    reached = len({round(a, 6) for a, _ in ends})
    deeper = valleys(left, 0.0) - valleys(right, 0.0)
    top = walk(wave, np.array([0.1, 0.2]), k=-0.02)[-1]
    bowl = walk(lambda a, b: a**2 + b**2, starts[0], k=0.1)
    shrinking = np.outer(0.8 ** np.arange(len(bowl)), starts[0])
    before = operations_made()
    walk(valleys, starts[0], k=0.05)
    made = operations_made() - before - 1  # that of the count itself
    claims = [
        agree("each start descends to the minimum on its own side", ends, minima, tolerance=1e-9),
        close("different minima reached", reached, 2, tolerance=0.0),
        below("E at the left minimum less E at the right", deeper, 0.0),
        below("largest rise of E in a step", rise, 1e-15),
        close("ascent of sin(2πa) sin(πb) from (0.1, 0.2)", top, [0.25, 0.5], tolerance=1e-9),
        agree("on ‖v‖², n steps multiply v by (1 − 2k)ⁿ", bowl, shrinking, tolerance=1e-14),
        close("Operations made by 400 steps: those of E", made, 7, tolerance=0.0),
    ]
    return claims, {"Descents from different starts, and the error on the way": _figure(paths)}


def valleys(a: Any, b: Any) -> Any:
    """(a² − 1)² + 0.3a + b², of numbers, arrays or Variables."""
    return (a**2 - 1.0) ** 2 + 0.3 * a + b**2


def wave(a: Any, b: Any) -> Any:
    """sin(2πa) sin(πb), which has its only maximum in the unit square at (1/4, 1/2)."""
    return npl.sin(2.0 * np.pi * a) * npl.sin(np.pi * b)


def walk(surface: Callable[..., Any], start: Numpy, k: float) -> Numpy:
    """400 steps of Algorithm 1 from ``start``; a negative ``k`` climbs. Returns the places."""
    place = [npl.Variable(value) for value in start]
    error = surface(*place)
    visited = [start]
    for _ in range(400):
        error.evaluate()
        error.zero_grad()
        error.backward()
        for v in place:
            v.value = v.value - k * v.grad
        visited.append(np.array([v.value for v in place]))
    return np.array(visited)


def operations_made() -> int:
    """How many Operations the program has made so far; each has its number."""
    return int(npl.positive(npl.Variable(0.0)).creator.order)


def _figure(paths: list[Numpy]) -> Figure:
    figure, (plane, curves) = panels(2)
    grid = np.linspace(-1.6, 1.6, 161)
    surface = valleys(grid, grid[:, None])
    plane.contour(grid, grid, surface, levels=24, colors="#8a94a0", linewidths=0.6)
    for path in paths:
        colour = BLUE if path[-1, 0] < 0 else ORANGE
        plane.plot(*path.T, color=colour, lw=1.4)
        plane.plot(*path[0], "o", color=colour, ms=4)
        curves.plot(valleys(*path[:60].T), color=colour, lw=1.2)
    plane.set(xlabel="a", ylabel="b", aspect="equal")
    curves.set(xlabel="step", ylabel="E(a, b)")
    return figure
