"""Least squares between bounds, from many starts side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jaxtyping import Bool, Float

    Numpy = np.ndarray[Any, Any]

FIRST_DAMPING = 1e-2
"""Of Gauss and Newton's step, relative to the curvature along each parameter."""

EASED, TIGHTENED = 1.0 / 5.0, 4.0
"""What becomes of the damping after a step that helped, and after one that did not."""


class Expansion(NamedTuple):
    """½ Σ r² at some points, and what Gauss and Newton know of it near them.

    Attributes:
        loss: ½ Σ r².
        gradient: Jᵀ r, with J the derivatives of the residuals r.
        curvature: Jᵀ J.
    """

    loss: Float[Numpy, " starts"]
    gradient: Float[Numpy, "starts n"]
    curvature: Float[Numpy, "starts n n"]


class Iterate(NamedTuple):
    """Where a search is after a step.

    Attributes:
        points: The best point that each start has led to.
        at: What is known there.
        converged: Whether another step would change nothing to speak of.
    """

    points: Float[Numpy, "starts n"]
    at: Expansion
    converged: Bool[Numpy, " starts"]


def levenberg_marquardt(
    expand: Callable[[Float[Numpy, "starts n"]], Expansion],
    start: Float[Numpy, "starts n"],
    low: Float[Numpy, " n"],
    high: Float[Numpy, " n"],
    *,
    max_steps: int = 50,
    tolerance: float = 1e-9,
) -> Iterator[Iterate]:
    """Levenberg's and Marquardt's method, step by step: (JᵀJ + λ diag JᵀJ) s = −Jᵀr.

    Each start goes its own way, with a damping λ of its own; that they are evaluated together
    makes one program of them. A step that does not lower the loss is taken back and λ grows; a
    point where the loss is not finite is one too far. Where a bound is in the way the parameter
    stays on it, until the gradient points inwards.

    Args:
        expand: The loss, the gradient and the curvature at a point for each start.
        start: Where to begin, within the bounds.
        low: The lower bounds, which may be infinite,
        high: and the upper ones.
        max_steps: After how many steps to give up.
        tolerance: A start has converged when the next step promises to lower its loss by less
            than this part.

    Yields:
        Where the search is: before the first step, and after each.

    References:
        D. Marquardt, An algorithm for least-squares estimation of nonlinear parameters, 1963.

    Example:
        >>> x = np.linspace(0.0, 4.0, 9)
        >>> def decay(points):  # r = exp(−k x) − exp(−x), with k the only parameter
        ...     model = np.exp(-points * x)
        ...     r, J = model - np.exp(-x), (-x * model)[:, None]
        ...     return Expansion(
        ...         0.5 * (r**2).sum(1), (J @ r[:, :, None])[:, :, 0], J @ J.transpose(0, 2, 1)
        ...     )
        >>> *_, last = levenberg_marquardt(
        ...     decay, np.array([[0.1], [3.0]]), np.array([0.0]), np.array([9.0])
        ... )
        >>> last.points.round(6).tolist(), last.converged.tolist()
        ([[1.0], [1.0]], [True, True])
    """
    points = np.array(start, dtype=np.float64)
    at = _usable(expand(points))
    damping = np.full(len(points), FIRST_DAMPING)
    converged = ~np.isfinite(at.loss)  # from there is no way on
    yield Iterate(points, at, converged)
    for _ in range(max_steps):
        if converged.all():
            return
        tried = np.clip(points + _step(points, at, damping, low, high), low, high)
        promised = _promise(at, tried - points)
        there = _usable(expand(tried))
        better = (there.loss < at.loss) & ~converged
        converged |= (promised >= 0.0) & (promised <= tolerance * at.loss)
        points = np.where(better[:, None], tried, points)
        at = Expansion(
            np.where(better, there.loss, at.loss),
            np.where(better[:, None], there.gradient, at.gradient),
            np.where(better[:, None, None], there.curvature, at.curvature),
        )
        damping = damping * np.where(better, EASED, TIGHTENED)
        yield Iterate(points, at, converged)


def held_back(
    points: Float[Numpy, "starts n"],
    gradient: Float[Numpy, "starts n"],
    low: Float[Numpy, " n"],
    high: Float[Numpy, " n"],
) -> Bool[Numpy, "starts n"]:
    """Which parameters are on a bound and would leave the range if they could."""
    return ((points <= low) & (gradient > 0.0)) | ((points >= high) & (gradient < 0.0))


def _step(points: Numpy, at: Expansion, damping: Numpy, low: Numpy, high: Numpy) -> Numpy:
    """The damped step of the parameters that are free to move."""
    free = ~held_back(points, at.gradient, low, high)
    diagonal = np.einsum("sii->si", at.curvature)
    scale = np.sqrt(np.where(free & (diagonal > 0.0), diagonal, 1.0))
    both = free[:, :, None] & free[:, None, :]
    matrix = np.where(both, at.curvature / (scale[:, :, None] * scale[:, None, :]), 0.0)
    matrix = matrix + (damping[:, None] + ~free)[:, :, None] * np.eye(points.shape[1])
    gradient = np.where(free, at.gradient / scale, 0.0)
    return -np.linalg.solve(matrix, gradient[:, :, None])[:, :, 0] / scale


def _promise(at: Expansion, step: Numpy) -> Numpy:
    """By how much the loss would fall if the residuals were linear."""
    bend = np.einsum("si,sij,sj->s", step, at.curvature, step)
    promised: Numpy = -(np.einsum("si,si->s", at.gradient, step) + 0.5 * bend)
    return promised


def _usable(at: Expansion) -> Expansion:
    """An infinite loss and no derivatives where anything is not finite."""
    good = np.isfinite(at.loss)
    good &= np.isfinite(at.gradient).all(axis=1) & np.isfinite(at.curvature).all(axis=(1, 2))
    return Expansion(
        np.where(good, at.loss, np.inf),
        np.where(good[:, None], at.gradient, 0.0),
        np.where(good[:, None, None], at.curvature, 0.0),
    )
