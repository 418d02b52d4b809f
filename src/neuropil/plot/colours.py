"""The colours of every figure: told apart by colour-blind readers, and on white as on black."""

from __future__ import annotations

BLUE = "#3b82c4"
ORANGE = "#d9730d"
GREEN = "#2a9d6f"
PURPLE = "#a05fb4"

SERIES = (BLUE, ORANGE, GREEN, PURPLE)
"""The colours of lines, in the order they are used."""

INK = "#1a1a1a"
PAPER = "#ffffff"
"""Writing on a coloured ground: whichever stands out."""


def legible_on(red: float, green: float, blue: float) -> str:
    """The colour of writing that stands out on this ground (0 to 1 each, sRGB).

    Example:
        >>> legible_on(1.0, 1.0, 0.9), legible_on(0.1, 0.1, 0.4)
        ('#1a1a1a', '#ffffff')
    """
    luminance = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
    return INK if luminance > 0.22 else PAPER
