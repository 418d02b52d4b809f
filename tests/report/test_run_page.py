from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from neuropil import recipes
from neuropil.report import run_page
from neuropil.report.run_page import kept_epoch
from neuropil.training import EarlyStopping

VOID = {"meta", "img", "br", "path", "use", "image", "rect", "link"}


class Page(HTMLParser):
    """What a test needs to know of a page; raises where elements are not properly nested."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.open: list[str] = []
        self.headings: list[str] = []
        self.addresses: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.ids: list[str] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.addresses += [
            found[key] or "" for key in ("href", "src", "xlink:href") if key in found
        ]
        if tag in {"img", "svg"}:
            self.images.append(found)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)


def page(recipe: str, folder: Path, **changes: str) -> tuple[recipes.RunFolder, Page]:
    settings = {key.replace("__", "."): value for key, value in changes.items()}
    chosen = recipes.load(recipe).with_settings(settings)
    run = recipes.create(folder / recipe, chosen)
    recipes.train(recipes.prepare(chosen), run, progress=False)
    assert run_page(run) == run.report_file
    return run, Page(run.report_file.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> tuple[recipes.RunFolder, Page]:
    title = "'<b>digits</b> & more'"
    return page("digits-mlp", tmp_path_factory.mktemp("a"), training__epochs="3", title=title)


@pytest.fixture(scope="module")
def xor(tmp_path_factory: pytest.TempPathFactory) -> Page:
    return page("xor", tmp_path_factory.mktemp("b"))[1]


def test_nothing_is_fetched(digits: tuple[recipes.RunFolder, Page], xor: Page) -> None:
    for found in (digits[1], xor):
        assert found.addresses
        assert all(
            address.startswith(("#", "data:image/png;base64,")) for address in found.addresses
        )
        assert "url(http" not in found.text
        assert "@import" not in found.text
        assert "<script" not in found.text


def test_every_picture_is_described(digits: tuple[recipes.RunFolder, Page], xor: Page) -> None:
    for found in (digits[1], xor):
        assert found.images
        assert all(image.get("alt") or image.get("aria-label") for image in found.images)


def test_no_id_is_used_twice(digits: tuple[recipes.RunFolder, Page]) -> None:
    assert len(digits[1].ids) == len(set(digits[1].ids))


def test_sections_are_those_that_make_sense(
    digits: tuple[recipes.RunFolder, Page], xor: Page
) -> None:
    both = ["Learning curves", "Confusion matrix", "Network", "Recipe"]
    assert digits[1].headings == [
        *both[:2],
        "Misread samples",
        "First-layer filters",
        *both[2:],
    ]
    assert xor.headings == [*both[:2], "Decision boundary", *both[2:]]


def test_a_regression_has_no_classes_to_confuse(tmp_path: Path) -> None:
    changes = {"loss__type": "MSELoss", "training__metrics": "[]", "training__epochs": "2"}
    _, found = page("xor", tmp_path, **changes)
    assert found.headings == ["Learning curves", "Network", "Recipe"]


def test_the_figures_are_those_of_evaluate(digits: tuple[recipes.RunFolder, Page]) -> None:
    run, found = digits
    accuracy = recipes.evaluate(run)["accuracy"]
    wrong = round(360 * (1 - accuracy))
    assert f"{100 * accuracy:.2f} %" in found.text
    assert f"{wrong} of 360 test samples were misread" in found.text
    assert sum("read as" in (image.get("alt") or "") for image in found.images) == min(wrong, 24)


def test_words_of_a_recipe_are_no_markup(digits: tuple[recipes.RunFolder, Page]) -> None:
    assert "<b>digits" not in digits[1].text
    assert "&lt;b&gt;digits&lt;/b&gt; &amp; more" in digits[1].text


def test_light_and_dark_are_both_provided_for(xor: Page) -> None:
    assert "prefers-color-scheme: dark" in xor.text
    assert not re.search(r"(fill|stroke): ?(#000000|black)", xor.text)


def test_the_epoch_marked_is_the_one_early_stopping_kept() -> None:
    values = [None, 1.0, 0.95, 0.93]
    records = [{"val_loss": value} for value in values]
    assert kept_epoch(EarlyStopping(min_delta=0.1), records) == 2
    assert kept_epoch(EarlyStopping(), records) == 4
    assert kept_epoch(EarlyStopping(restore_best=False), records) is None
    assert kept_epoch(EarlyStopping(), records[:1]) is None
    assert kept_epoch(None, records) is None
