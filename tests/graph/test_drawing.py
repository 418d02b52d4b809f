"""The drawn graph: well-formed, complete, legible, and bounded."""

from __future__ import annotations

import math
import re
from itertools import combinations
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

import neuropil as npl
from neuropil.graph import Drawing, draw
from neuropil.graph.labels import label

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"


def groups(drawing: Drawing, kind: str) -> list[ET.Element]:
    root = ET.fromstring(drawing.svg)  # noqa: S314 (our own text)
    return [g for g in root.iter(f"{SVG}g") if kind in g.get("class", "").split()]


def words(drawing: Drawing) -> set[str]:
    root = ET.fromstring(drawing.svg)  # noqa: S314 (our own text)
    return {text.text or "" for text in root.iter(f"{SVG}text")}


def boxes(drawing: Drawing) -> list[tuple[float, float, float, float]]:
    rectangles = [g.find(f"{SVG}rect") for g in groups(drawing, "variable")]
    rectangles += [g.find(f"{SVG}rect") for g in groups(drawing, "operation")]
    return [
        tuple(float(r.get(key, "nan")) for key in ("x", "y", "width", "height"))  # type: ignore[misc]
        for r in rectangles
        if r is not None
    ]


def example() -> Any:
    x, y = npl.Variable(0.5, name="x"), npl.Variable(2.0, name="y")
    f = npl.sin(x) + x * y
    f.name = "f"
    return f


def network() -> Any:
    rng = np.random.default_rng(0)
    hidden: Any = npl.Variable(rng.normal(size=(5, 4)), name="data", requires_grad=False)
    for width in (4, 7, 3):
        weight = npl.Variable(rng.normal(size=(hidden.shape[-1], width)), name=f"W{width}")
        hidden = npl.tanh(hidden @ weight + npl.Variable(np.zeros(width), name="b")) * 2.0
    return npl.mean(hidden**2) + 1e-3 * npl.sum(weight * weight)


def test_every_node_and_every_edge_is_there() -> None:
    drawing = draw(example())
    assert len(groups(drawing, "variable")) == 5  # f, sin(x), xy, x, y
    assert len(groups(drawing, "operation")) == 3
    assert len(groups(drawing, "creator")) == 3
    assert len(groups(drawing, "argument")) == 5
    assert {"f", "x", "y", "sin", "multiply", "add", "creator"} <= words(drawing)


def test_a_variable_used_twice_is_one_node_with_two_edges() -> None:
    x = npl.Variable(3.0)
    drawing = draw(x * x)
    assert len(groups(drawing, "variable")) == 2
    edges = [ET.tostring(g) for g in groups(drawing, "argument")]
    assert len(set(edges)) == 2


def test_values_shapes_and_gradients_are_shown() -> None:
    f = example()
    x = npl.Variable(np.ones((3, 4), np.float32), name="matrix")
    g = f + npl.sum(x)
    g.backward()
    assert {"0.5", "grad 2.8776", "(3, 4) float32", "grad (3, 4) float32"} <= words(draw(g))


def test_constants_and_settings_stand_in_their_operation() -> None:
    x: Any = npl.Variable(np.ones((2, 3)))
    assert label(npl.sum(x, axis=1, keepdims=True).creator).lines == (
        "sum",
        "axis=1, keepdims=True",
    )
    assert label((2.5 * x).creator).lines == ("multiply", "2.5, ·")


def test_leaves_and_constants_look_different() -> None:
    drawing = draw(network())
    assert len(groups(drawing, "leaf")) == 6
    assert len(groups(drawing, "constant")) == 1


@pytest.mark.parametrize("make", [example, network, lambda: npl.Variable(1.0)])
def test_boxes_do_not_overlap_and_stand_within_the_picture(make: Callable[[], Any]) -> None:
    drawing = draw(make())
    found = boxes(drawing)
    for (ax, ay, aw, ah), (bx, by, bw, bh) in combinations(found, 2):
        assert ax + aw < bx or bx + bw < ax or ay + ah < by or by + bh < ay
    assert all(x >= 0 and x + w <= drawing.width for x, _, w, _ in found)
    assert all(y >= 0 and y + h <= drawing.height for _, y, _, h in found)


def test_edges_end_at_the_boxes_they_belong_to() -> None:
    drawing = draw(example())
    tops = {(round(x + w / 2, 1), round(y, 1)) for x, y, w, _ in boxes(drawing)}
    for edge in groups(drawing, "creator") + groups(drawing, "argument"):
        tip = edge.findall(f"{SVG}path")[1].get("d", "")
        x, y = map(float, re.findall(r"-?[\d.]+", tip)[:2])
        assert min(math.dist((x, y), top) for top in tops) < 0.2


@pytest.mark.parametrize(
    "name", ["<script>&\"'", "θ̂ 重み", "line\nbreak\x00\x1b", "]]>", "x" * 500]
)
def test_names_are_escaped_and_shortened(name: str) -> None:
    drawing = draw(npl.Variable(1.0, name=name) + 1.0)
    assert max(map(len, words(drawing))) <= 28
    assert "<script>" not in drawing.svg
    if name.isprintable() and len(name) < 28:
        assert name in words(drawing)


def test_a_chain_of_ten_thousand_is_cut_and_says_so() -> None:
    v: Any = npl.Variable(1.0)
    for _ in range(10_000):
        v = npl.sin(v)
    drawing = draw(v, limit=50)
    nodes = len(groups(drawing, "variable")) + len(groups(drawing, "operation"))
    assert nodes <= 50
    assert len(groups(drawing, "cut")) == 1
    assert f"{nodes} of 20001 nodes (limit=50)" in words(drawing)
    whole = draw(v, limit=30_000)
    assert whole.svg.count('class="operation"') == 10_000
    assert "limit" not in whole.svg


def test_several_results_and_several_arrays_in_one() -> None:
    f = example()
    drawing = draw(f, f * 2.0, f)
    assert len(groups(drawing, "variable")) == 6


def test_it_reads_on_light_and_on_dark() -> None:
    assert "prefers-color-scheme:dark" in draw(example()).svg


def test_it_is_saved_and_shown(tmp_path: Path) -> None:
    drawing = draw(example())
    path = drawing.save(tmp_path / "f.svg")
    assert path.read_text(encoding="utf-8") == drawing.svg == drawing._repr_svg_()
    assert repr(drawing).startswith(f"Drawing({drawing.width} × {drawing.height}")
    with pytest.raises(ValueError, match=r"as SVG, got f\.png: name it f\.svg"):
        drawing.save(tmp_path / "f.png")


@pytest.mark.parametrize("wrong", [(), (np.ones(3),), (1.0,)])
def test_only_variables_are_drawn(wrong: Any) -> None:
    with pytest.raises(TypeError, match="draw shows Variables"):
        draw(*wrong)
