"""How far to go along a direction: a line search for the strong Wolfe conditions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from neuropil.arrays import Array

SUFFICIENT = 1e-4
"""c₁: the loss falls at least by this share of what its slope at the start promises."""

FLAT = 0.9
"""c₂: the slope is at most this share of that at the start."""


class Point(NamedTuple):
    """A place on the line x + t d, with loss, gradient and slope (gradient · d) there."""

    t: float
    loss: float
    gradient: Array
    slope: float


def strong_wolfe(
    at: Callable[[float], Point], start: Point, t: float, *, most: int, width: float
) -> tuple[Point, int]:
    """A point with E(t) ≤ E(0) + c₁ t E'(0) and |E'(t)| ≤ c₂ |E'(0)|, if one is found.

    First steps grow until a bracket holds such a point, then the bracket is narrowed by cubic
    interpolation (Nocedal and Wright 2006, algorithms 3.5 and 3.6). As in PyTorch the better end
    of the bracket is kept even where its loss has not fallen enough, so that after a first step
    much too long the search may end there. A point where the loss is not finite is one too far.

    Args:
        at: Evaluates the point at a step length.
        start: The point at 0.
        t: The first step length to try.
        most: How many more points may be evaluated.
        width: The bracket that is narrow enough.

    Returns:
        The point, or the best found so far; how many points were evaluated.
    """
    (low, high), tries = _bracket(at, start, at(t), most)
    if high is None:
        return low, tries + 1
    low, high = _by_loss(low, high)
    stuck = False
    while tries < most and abs(high.t - low.t) >= width:
        t, stuck = _inside(_lowest_of_cubic(low, high), low, high, stuck=stuck)
        point = at(t)
        tries += 1
        if not _falls_enough(point, start) or point.loss >= low.loss:
            low, high = _by_loss(low, point)
            continue
        if _is_flat(point, start):
            return point, tries + 1
        if point.slope * (high.t - low.t) >= 0:
            high = low
        low = point
    return low, tries + 1


def _bracket(
    at: Callable[[float], Point], start: Point, point: Point, most: int
) -> tuple[tuple[Point, Point | None], int]:
    """Two points with one between them that is wanted, or that point itself, and None."""
    before = start
    for tries in range(most):
        if not _falls_enough(point, start) or (tries > 1 and point.loss >= before.loss):
            return (before, point), tries
        if _is_flat(point, start):
            return (point, None), tries
        if point.slope >= 0:
            return (before, point), tries
        bounds = point.t + 0.01 * (point.t - before.t), 10 * point.t
        before, point = point, at(_lowest_of_cubic(before, point, bounds))
    return (start, point), most


def _falls_enough(point: Point, start: Point) -> bool:
    return point.loss <= start.loss + SUFFICIENT * point.t * start.slope


def _is_flat(point: Point, start: Point) -> bool:
    return abs(point.slope) <= -FLAT * start.slope


def _by_loss(a: Point, b: Point) -> tuple[Point, Point]:
    return (a, b) if a.loss <= b.loss else (b, a)


def _inside(t: float, a: Point, b: Point, *, stuck: bool) -> tuple[float, bool]:
    """The step length, moved off an end of the bracket that it is too near to twice."""
    left, right = min(a.t, b.t), max(a.t, b.t)
    margin = 0.1 * (right - left)
    if min(right - t, t - left) >= margin:
        return t, False
    if stuck or not left < t < right:
        return (right - margin if abs(t - right) < abs(t - left) else left + margin), False
    return t, True


def _lowest_of_cubic(a: Point, b: Point, bounds: tuple[float, float] | None = None) -> float:
    """Where the cubic through both points with their slopes is least, within the bounds."""
    left, right = (a, b) if a.t <= b.t else (b, a)
    least, largest = bounds or (left.t, right.t)
    d1 = left.slope + right.slope - 3 * (left.loss - right.loss) / (left.t - right.t)
    square = d1**2 - left.slope * right.slope
    if not (math.isfinite(square) and square >= 0):
        return (least + largest) / 2.0
    d2 = math.sqrt(square)
    share = (right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2)
    return min(max(right.t - (right.t - left.t) * share, least), largest)
