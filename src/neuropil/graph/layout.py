"""Where to draw the nodes of a directed graph: in layers, with few crossings, without overlaps.

The method of Sugiyama, Tagawa and Toda (1981): longest-path layers, barycentre ordering, and
positions that are as near to those of the neighbours as the order allows.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
Band = tuple[float, float]

_GAP = 26.0  # between neighbours in a layer
_RISE = 34.0  # between layers
_LANE = 6.0  # what an edge needs when it passes through a layer
_SWEEPS = 8
_PULLS = (2.0, 1.0, 8.0)
"""How straight an edge wants to be that has no, one, or both ends in a lane."""


@dataclass(frozen=True)
class Route:
    """The way of an edge: straight through each layer, between layers it may curve.

    ``points`` are where it enters and leaves the layers, from the top of the first on. If it does
    not ``arrive``, it joins, at its last point, the lane of an earlier edge to the same node.
    """

    points: list[Point]
    arrives: bool


@dataclass(frozen=True)
class Layout:
    """The centres of the nodes, the routes of the edges, and the size of the whole."""

    centres: list[Point]
    routes: list[Route]
    width: float
    height: float


def layered(sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]]) -> Layout:
    """Lay out nodes of these (width, height), edges pointing down.

    Nodes are numbered so that each edge leads to a higher number. Edges to one node share the
    lanes on which they pass other layers.

    Example:
        >>> layout = layered([(20.0, 10.0)] * 3, [(0, 1), (0, 2)])
        >>> [round(x) for x, _ in layout.centres], len({y for _, y in layout.centres})
        ([33, 10, 56], 2)
    """
    layer_of = _longest_paths(len(sizes), edges)
    chains = _chains(layer_of, edges)
    widths = [width for width, _ in sizes] + [_LANE] * (len(layer_of) - len(sizes))
    links = sorted({pair for chain in chains for pair in pairwise(chain)})
    above: list[list[int]] = [[] for _ in layer_of]
    below: list[list[int]] = [[] for _ in layer_of]
    for upper, lower in links:
        below[upper].append(lower)
        above[lower].append(upper)
    layers = _ordered(_first_order(layer_of, chains), above, below)
    x = _abscissas(layers, widths, above, below, lanes_from=len(sizes))
    heights = [0.0] * len(layers)
    for (_, height), layer in zip(sizes, layer_of, strict=False):
        heights[layer] = max(heights[layer], height)
    tops = [0.0]
    for height in heights:
        tops.append(tops[-1] + height + _RISE)
    bands = [(top, top + height) for top, height in zip(tops, heights, strict=False)]
    return Layout(
        centres=[(x[i], sum(bands[layer_of[i]]) / 2) for i in range(len(sizes))],
        routes=[
            _route([(x[i], bands[layer_of[i]]) for i in chain], chain[-1] < len(sizes))
            for chain in chains
        ],
        width=max((x[i] + widths[i] / 2 for i in range(len(x))), default=0.0),
        height=max(tops[-1] - _RISE, 0.0),
    )


def _longest_paths(count: int, edges: Iterable[tuple[int, int]]) -> list[int]:
    """The layer of each node: the length of the longest path that leads to it."""
    layers = [0] * count
    for upper, lower in sorted(edges):
        layers[lower] = max(layers[lower], layers[upper] + 1)
    return layers


def _chains(layer_of: list[int], edges: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Each edge as nodes of successive layers, with new nodes (lanes) where it passes one.

    It ends where it meets a lane that is there already, so that all chains together are not much
    longer than the edges.
    """
    lanes: dict[tuple[int, int], int] = {}
    chains = []
    for upper, lower in edges:
        chain = [upper]
        for layer in range(layer_of[upper] + 1, layer_of[lower]):
            lane = lanes.setdefault((lower, layer), len(layer_of))
            chain.append(lane)
            if lane < len(layer_of):
                break
            layer_of.append(layer)
        else:
            chain.append(lower)
        chains.append(chain)
    return chains


def _route(places: list[tuple[float, Band]], arrives: bool) -> Route:
    points = [(x, y) for x, band in places for y in band]
    return Route(points if arrives else points[:-1], arrives)


def _first_order(layer_of: list[int], chains: list[list[int]]) -> list[list[int]]:
    """The layers, each in the order in which a walk from the top, left first, meets its nodes."""
    targets: set[int] = set()
    next_of: list[list[int]] = [[] for _ in layer_of]  # from left to right as the edges came
    for upper, lower in (pair for chain in chains for pair in pairwise(chain)):
        targets.add(lower)
        next_of[upper].append(lower)
    layers: list[list[int]] = [[] for _ in range(max(layer_of, default=-1) + 1)]
    waiting = [node for node in range(len(layer_of) - 1, -1, -1) if node not in targets]
    met: set[int] = set()
    while waiting:
        node = waiting.pop()
        if node not in met:
            met.add(node)
            layers[layer_of[node]].append(node)
            waiting.extend(reversed(next_of[node]))
    return layers


def _ordered(
    layers: list[list[int]], above: list[list[int]], below: list[list[int]]
) -> list[list[int]]:
    """The order with the fewest crossings among a few barycentre sweeps, down and up."""
    best, fewest = layers, _crossings(layers, below)
    for sweep in range(_SWEEPS):
        if fewest == 0:
            break
        downwards = sweep % 2 == 0
        layers = _swept(layers if downwards else layers[::-1], above if downwards else below)
        layers = layers if downwards else layers[::-1]
        crossings = _crossings(layers, below)
        if crossings < fewest:
            best, fewest = layers, crossings
    return best


def _swept(layers: list[list[int]], neighbours: list[list[int]]) -> list[list[int]]:
    """Each layer sorted by the mean place of the neighbours in the layer before it."""
    place: dict[int, float] = {}
    result = []
    for layer in layers:
        for i, node in enumerate(layer):
            known = [place[other] for other in neighbours[node]]
            place[node] = sum(known) / len(known) if known else float(i)
        result.append(sorted(layer, key=place.__getitem__))
        place.update((node, float(i)) for i, node in enumerate(result[-1]))
    return result


def _crossings(layers: list[list[int]], below: list[list[int]]) -> int:
    """How many pairs of edges between successive layers cross."""
    place = {node: i for layer in layers for i, node in enumerate(layer)}
    total = 0
    for layer in layers:
        ends: list[int] = []
        for node in layer:
            mine = [place[other] for other in below[node]]
            total += sum(len(ends) - bisect_right(ends, end) for end in mine)
            for end in mine:
                insort(ends, end)
    return total


def _abscissas(
    layers: list[list[int]],
    widths: list[float],
    above: list[list[int]],
    below: list[list[int]],
    lanes_from: int,
) -> list[float]:
    """The x of every node: sweeps that move each layer as near to its neighbours as it can."""
    x = [0.0] * len(widths)
    for layer in layers:
        _place(layer, [0.0] * len(layer), [1.0] * len(layer), widths, x)
    for _ in range(_SWEEPS):
        for ordered, neighbours in ((layers, above), (layers[::-1], below)):
            for layer in ordered:
                wanted, pulls = [], []
                for node in layer:
                    ends = [
                        (x[other], _PULLS[(node >= lanes_from) + (other >= lanes_from)])
                        for other in neighbours[node]
                    ]
                    wanted.append(_median(ends) if ends else x[node])
                    pulls.append(sum(pull for _, pull in ends) or 1.0)
                _place(layer, wanted, pulls, widths, x)
    left = min((x[i] - widths[i] / 2 for i in range(len(x))), default=0.0)
    return [value - left for value in x]


def _median(ends: list[tuple[float, float]]) -> float:
    """The point with half of the weight on either side: unlike a mean, it makes straight lines."""
    ends = sorted(ends)
    half = sum(weight for _, weight in ends) / 2
    passed = 0.0
    for i, (value, weight) in enumerate(ends):
        passed += weight
        if passed > half:
            return value
        if passed == half:
            return (value + ends[i + 1][0]) / 2
    raise ValueError("the median of nothing")


def _place(
    layer: list[int],
    wanted: list[float],
    pulls: list[float],
    widths: list[float],
    x: list[float],
) -> None:
    """Write the x that are nearest to ``wanted`` in squares and leave the gaps between nodes.

    Nodes that push one another form a block, which stands at the mean of what its nodes want
    (pool adjacent violators).
    """
    offsets = [0.0]
    for left, right in pairwise(layer):
        offsets.append(offsets[-1] + (widths[left] + widths[right]) / 2 + _GAP)
    blocks: list[tuple[float, float, int]] = []  # mean, weight, number of nodes
    for want, offset, pull in zip(wanted, offsets, pulls, strict=True):
        mean, weight, count = want - offset, pull, 1
        while blocks and blocks[-1][0] >= mean:
            other, others, more = blocks.pop()
            mean = (mean * weight + other * others) / (weight + others)
            weight, count = weight + others, count + more
        blocks.append((mean, weight, count))
    means = [mean for mean, _, count in blocks for _ in range(count)]
    for node, mean, offset in zip(layer, means, offsets, strict=True):
        x[node] = mean + offset
