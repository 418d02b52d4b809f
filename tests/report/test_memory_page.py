"""The page of a memory: everything is in it, and it stands alone."""

from __future__ import annotations

from pathlib import Path

from neuropil import recipes
from neuropil.recipes import toml
from neuropil.report import memory_page


def test_patterns_ways_and_numbers_are_on_the_page(tmp_path: Path) -> None:
    run = recipes.remember(recipes.load_memory("hopfield-letters"))
    memory_page(run, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert f"{100 * run.document()['test']['recalled']:.2f} %" in page
    for name in "ABCE":
        assert f'alt="The pattern {name}"' in page
        assert f'alt="{name} after step 1"' in page
    assert page.count("<svg") == 1
    assert '<td class="number">-8</td>' in page
    assert 'src="http' not in page
    assert "<script" not in page
    assert len(page) < 200_000


def test_names_and_texts_of_a_recipe_are_escaped(tmp_path: Path) -> None:
    letters = recipes.load_memory("hopfield-letters")
    document = letters.document() | {"title": "<b>", "patterns": {"<i>": ["#."], "&": [".#"]}}
    document["probes"] = {"erased": 0}
    file = tmp_path / "mine.toml"
    file.write_text(toml.dumps(document), encoding="utf-8")
    memory_page(recipes.remember(recipes.load_memory(file)), tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<i>" not in page
    assert "<b>" not in page
