"""Figures and images as parts of an HTML page that needs no other file."""

from __future__ import annotations

import re
from base64 import b64encode
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup, escape

from neuropil.graph import Drawing

if TYPE_CHECKING:
    from jaxtyping import Float
    from matplotlib.figure import Figure

_ID = re.compile(r'(\bid="|"#|url\(#)')
_LABEL = re.compile(r'aria-label="[^"]*"')
_BLACK = re.compile(r"#000000\b")
_ROOT = re.compile(r'<svg[^>]*? width="([\d.]+)pt"[^>]*? viewBox="([^"]*)"[^>]*>')


def svg(figure: Figure | Drawing, key: str, description: str) -> Markup:
    """The figure as an ``<svg>`` element.

    The black of Matplotlib becomes the colour of the page's text, so that the figure reads on a
    light page and on a dark one, and every id is prefixed by ``key``, so that figures on one page
    do not collide.

    Args:
        figure: The figure, or a drawn graph, which brings its own colours for light and dark.
        key: A name that no other figure of the page has.
        description: What the figure shows, for those who cannot see it.
    """
    label = escape(description)
    if isinstance(figure, Drawing):
        drawn = _LABEL.sub(lambda _: f'aria-label="{label}"', figure.svg, count=1)
        return Markup(drawn)  # noqa: S704 - our own drawing, and an escaped label
    buffer = StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    text = buffer.getvalue()
    root = _ROOT.search(text)
    if root is None:
        raise ValueError("Matplotlib wrote an SVG file without width and viewBox")
    body = _BLACK.sub("currentColor", _ID.sub(rf"\g<1>{key}-", text[root.end() :]))
    width, box = root.groups()
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'role="img" aria-label="{label}" viewBox="{box}" fill="currentColor" '
        f'style="width:100%;max-width:{1.2 * float(width):.0f}pt">'
    )
    return Markup(head + body)  # noqa: S704 - Matplotlib's own output, and an escaped label


def png(image: Float[np.ndarray, "height width"], low: float = 0.0, high: float = 1.0) -> str:
    """A grey image as a ``data:`` address, one PNG pixel a value, ``low`` black, ``high`` white.

    Example:
        >>> png(np.zeros((2, 2)))[:22]
        'data:image/png;base64,'
    """
    from PIL import Image

    span = (high - low) or 1.0
    grey = np.clip(np.rint((image - low) / span * 255), 0, 255).astype(np.uint8)
    buffer = BytesIO()
    Image.fromarray(grey).save(buffer, format="PNG", optimize=True)
    return "data:image/png;base64," + b64encode(buffer.getvalue()).decode()
