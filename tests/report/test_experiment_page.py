from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from neuropil.graph import Drawing, Variable, draw
from neuropil.report import experiment_page
from neuropil.report.legible import legible


@dataclass(frozen=True)
class Claim:
    name: str
    expected: Any
    measured: Any
    tolerance: Any
    holds: bool


@dataclass(frozen=True)
class Result:
    id: str
    title: str
    section: str
    claims: list[Claim]
    figures: dict[str, Figure | Drawing] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return all(claim.holds for claim in self.claims)


def test_a_page_each_and_an_index(tmp_path: Path) -> None:
    figure = Figure(figsize=(2, 2))
    figure.add_subplot()
    results = [
        Result("xor", "XOR <by> hand", "2.1", [Claim("output", [0, 1], [0, 1], 0, True)]),
        Result(
            "tensors",
            "Tensors",
            "5.1",
            [Claim("pi", 3.14, 3.0, 0.01, False)],
            {"one": figure, "a & b": draw(Variable(1.0))},
        ),
    ]
    about = {"tensors": "What ``x < y`` is.\n\n    A second paragraph."}
    index = experiment_page(results, tmp_path / "pages", about=about)
    assert index == tmp_path / "pages" / "index.html"
    text = index.read_text()
    assert 'href="xor.html"' in text
    assert "XOR &lt;by&gt; hand" in text
    assert "1 of 2 hold" in " ".join(text.split())
    page = (tmp_path / "pages" / "tensors.html").read_text()
    assert page.count("<svg") == 2
    assert 'aria-label="Tensors: a &amp; b"' in page
    assert "3.14" in page
    assert "<p>What <code>x &lt; y</code> is.</p>\n<p>A second paragraph.</p>" in page
    assert '<td class="bad">no</td>' in page
    assert "<svg" not in (tmp_path / "pages" / "xor.html").read_text()


def test_values_are_legible() -> None:
    assert legible(np.float64(1 / 3)) == "0.3333"
    assert legible(np.arange(3)) == "0, 1, 2"
    assert legible(np.zeros(100)) == "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, … (100 values)"
    assert legible(np.bool_(True)) == "yes"
