"""The layout of graphs: laws that hold for every graph, and pictures known by heart."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil.graph.layout import layered

Edges = list[tuple[int, int]]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[tuple[float, float]], Edges]:
    count = draw(st.integers(1, 25))
    size = st.tuples(st.floats(10, 200), st.floats(10, 60))
    sizes = draw(st.lists(size, min_size=count, max_size=count))
    pairs = list(combinations(range(count), 2))
    edges = draw(st.lists(st.sampled_from(pairs), max_size=40)) if pairs else []
    return sizes, edges


@given(graphs())
def test_boxes_do_not_overlap_and_edges_lead_from_box_to_box_downwards(
    graph: tuple[list[tuple[float, float]], Edges],
) -> None:
    sizes, edges = graph
    layout = layered(sizes, edges)
    boxes = list(zip(layout.centres, sizes, strict=True))
    for ((ax, ay), (aw, ah)), ((bx, by), (bw, bh)) in combinations(boxes, 2):
        assert abs(ax - bx) > (aw + bw) / 2 or abs(ay - by) > (ah + bh) / 2
    for (x, y), (w, h) in boxes:
        assert w / 2 - 1e-6 <= x <= layout.width - w / 2 + 1e-6
        assert h / 2 - 1e-6 <= y <= layout.height - h / 2 + 1e-6
    for (upper, lower), route in zip(edges, layout.routes, strict=True):
        heights = [y for _, y in route.points]
        assert heights == sorted(heights)
        assert route.points[0][0] == layout.centres[upper][0]
        assert layout.centres[upper][1] < layout.centres[lower][1]
        if route.arrives:
            assert route.points[-1][0] == layout.centres[lower][0]


@given(graphs())
def test_lanes_pass_between_the_boxes(graph: tuple[list[tuple[float, float]], Edges]) -> None:
    sizes, edges = graph
    layout = layered(sizes, edges)
    for route in layout.routes:
        for x, y in route.points[2 : -2 if route.arrives else None]:
            for (cx, cy), (width, height) in zip(layout.centres, sizes, strict=True):
                assert abs(x - cx) > width / 2 or abs(y - cy) > height / 2


def test_every_edge_that_does_not_arrive_joins_one_to_the_same_node() -> None:
    edges = [(0, 1), (1, 2), (2, 3), (0, 3), (1, 3)]
    routes = layered([(20.0, 10.0)] * 4, edges).routes
    assert [route.arrives for route in routes] == [True, True, True, True, False]
    assert routes[4].points[-1] in routes[3].points


def test_a_crossing_is_undone() -> None:
    # 0 and 1 stand above 2 and 3, each above the other one's target
    layout = layered([(20.0, 10.0)] * 4, [(0, 3), (1, 2), (1, 2)])
    x = [centre[0] for centre in layout.centres]
    assert (x[0] < x[1]) == (x[3] < x[2])


def test_a_chain_is_straight_beside_an_edge_that_passes_it() -> None:
    chain = [(i, i + 1) for i in range(50)]
    layout = layered([(30.0, 20.0)] * 51, [*chain, *((i, 50) for i in range(49))])
    xs = {round(x, 6) for x, _ in layout.centres[:-1]}
    assert len(xs) == 1
    assert layout.width < 100


def test_one_node_and_none() -> None:
    assert layered([(30.0, 20.0)], []).centres == [(15.0, 10.0)]
    empty = layered([], [])
    assert (empty.centres, empty.width, empty.height) == ([], 0.0, 0.0)


@pytest.mark.parametrize("count", [5_000])
def test_a_deep_graph_neither_recurses_nor_grows_beyond_its_edges(count: int) -> None:
    edges = [(i, i + 1) for i in range(count)] + [(i, count) for i in range(count - 1)]
    layout = layered([(30.0, 20.0)] * (count + 1), edges)
    assert sum(len(route.points) for route in layout.routes) < 10 * len(edges)
