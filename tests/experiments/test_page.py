"""The pages of experiments: what was claimed, what came, and the figures."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from neuropil.experiments import Claim, Result, experiment, write_pages
from neuropil.experiments.harness import Findings
from neuropil.graph import Variable, draw


@experiment("XOR <by> hand", section="2.1")
def xor(seed: int, quick: bool) -> Findings:
    return [Claim("output", [0, 1], [0, 1], 0, True)], {}


@experiment("Tensors", section="5.1")
def tensors(seed: int, quick: bool) -> Findings:
    """What ``x < y`` is.

    A second paragraph.
    """
    figure = Figure(figsize=(2, 2))
    figure.add_subplot()
    claims = [Claim("pi", 3.14, 3.0, 0.01, False)]
    return claims, {"one": figure, "a & b": draw(Variable(1.0))}


def test_a_page_each_and_an_index(tmp_path: Path) -> None:
    results = []
    for chosen in (xor, tensors):
        claims, figures = chosen.run(0, False)
        results.append(Result(chosen, tuple(claims), figures))
    index = write_pages(results, tmp_path / "pages")
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
