"""Empty figures to draw in, without pyplot's global state."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def panels(
    count: int = 1, *, rows: int = 1, width: float = 4.4, height: float = 3.4
) -> tuple[Figure, list[Axes]]:
    """A figure with ``count`` panels in each of ``rows`` rows, each of this size in inches.

    The panels come row by row.

    Example:
        >>> figure, (left, right) = panels(2)
        >>> float(figure.get_figwidth())
        8.8
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(count * width, rows * height), layout="constrained")
    return figure, list(figure.subplots(rows, count, squeeze=False).flat)
