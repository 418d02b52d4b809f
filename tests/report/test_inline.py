from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from base64 import b64decode
from io import BytesIO

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from neuropil.report.inline import png, svg


def drawn() -> Figure:
    figure = Figure(figsize=(3, 2))
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="#3b82c4")
    axes.imshow(np.eye(2))
    axes.set_title("a title")
    return figure


def test_a_figure_is_one_well_formed_element() -> None:
    root = ET.fromstring(svg(drawn(), "a", 'x < "y" & z'))  # noqa: S314 - our own
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("aria-label") == 'x < "y" & z'
    assert root.get("role") == "img"


def test_black_follows_the_page_and_colours_stay() -> None:
    text = svg(drawn(), "a", "")
    assert "#000000" not in text
    assert "currentColor" in text
    assert "#3b82c4" in text


def test_figures_on_one_page_share_no_id() -> None:
    first, second = svg(drawn(), "a", ""), svg(drawn(), "b", "")
    ids = [set(re.findall(r'\bid="([^"]+)"', text)) for text in (first, second)]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_references_inside_a_figure_lead_somewhere() -> None:
    text = svg(drawn(), "a", "")
    targets = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', text)
    assert targets
    assert {a or b for a, b in targets} <= set(re.findall(r'\bid="([^"]+)"', text))


def test_nothing_is_fetched() -> None:
    addresses = re.findall(r'(?:href|src)="([^"]*)"', svg(drawn(), "a", ""))
    assert all(address.startswith(("#", "data:")) for address in addresses)


def test_an_image_keeps_its_pixels() -> None:
    grey = np.array([[0.0, 0.5, 1.0], [1.5, -1.0, 0.25]])
    data = b64decode(png(grey).removeprefix("data:image/png;base64,"))
    pixels = np.asarray(Image.open(BytesIO(data)))
    assert pixels.tolist() == [[0, 128, 255], [255, 0, 64]]
