"""What the page of a run says of networks that read sequences, and of models of text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from neuropil import nn, recipes
from neuropil.report import run_page
from neuropil.report.sequence_section import section


def page(recipe: str, folder: Path, **changes: str) -> str:
    settings = {key.replace("__", "."): value for key, value in changes.items()}
    chosen = recipes.load(recipe).with_settings(settings)
    run = recipes.create(folder / recipe, chosen)
    recipes.train(recipes.prepare(chosen), run, progress=False)
    return run_page(run).read_text(encoding="utf-8")


def headings(text: str) -> list[str]:
    return re.findall("<h2>(.*?)</h2>", text)


def labels(text: str) -> str:
    """What the figures say to those who cannot see them."""
    return "\n".join(re.findall('aria-label="(.*?)"', text))


@pytest.fixture(scope="module")
def verse(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("verse")
    text = folder / "verse.txt"
    text.write_text("Will you, won't you, <i>will</i> you join the dance?\n" * 30)
    return page(
        "characters",
        folder,
        data__path=f"'{text.as_posix()}'",
        data__length="16",
        data__context="8",
        layers__1__layer__hidden_size="8",
        layers__3__in_features="8",
        training__epochs="2",
    )


def test_a_bit_that_is_kept(tmp_path: Path) -> None:
    text = page(
        "sequence-memory",
        tmp_path,
        data__steps="12",
        data__train="32",
        data__test="20",
        training__epochs="1",
    )
    sections = ["Accuracy by step", "States while reading", "Gradient through time"]
    found = headings(text)
    assert [heading for heading in found if heading in sections] == sections
    assert "Misread samples" not in found  # series are no images
    assert "The states of 32 units over 13 steps." in labels(text)
    assert "before training, h:" in labels(text)
    assert "trained, c:" in labels(text)


def test_a_model_of_text(verse: str) -> None:
    found = headings(verse)
    assert {"Bits per character", "What it writes", "Gradient through time"} <= set(found)
    assert not {"Confusion matrix", "Misread samples", "Accuracy by step"} & set(found)
    orders = re.findall(r"<td>counting, order (\d)</td>", verse)
    assert orders == list("012345")
    assert [float(t) for t in re.findall("Temperature ([0-9.]+)", verse)] == [0.3, 0.6, 1.0, 1.3]


def test_what_it_writes_cannot_change_the_page(verse: str) -> None:
    assert "&lt;i&gt;" in verse
    assert "<i>" not in verse


def test_bits_in_figure_and_table_are_those_of_the_evaluation(verse: str) -> None:
    told = re.search(r"this network (\d\.\d{3}); counting (\d\.\d{3}) with order 0", labels(verse))
    assert told is not None
    assert f'<td class="number">{told[1]}</td>' in verse
    assert f'<td class="number">{told[2]}</td>' in verse
    tile = re.search(r"test bits per character</dt><dd>([\d.]+)", verse)
    assert tile is not None
    assert float(tile[1]) == pytest.approx(float(told[1]), abs=1e-3)


def test_a_network_without_memory_has_no_such_section() -> None:
    job = recipes.prepare(recipes.load("xor"))
    assert section(job, job.network) is None
    job = recipes.prepare(recipes.load("sequence-memory").with_settings({"data.steps": "3"}))
    both = nn.Sequential(nn.LastState(nn.LSTM(3, 4, batch_first=True, bidirectional=True)))
    assert section(job, both) is None
