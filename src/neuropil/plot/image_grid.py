"""A grid of grey images, each with a line of text beneath it if one is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuropil.plot.mosaic import corner, mosaic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float
    from matplotlib.figure import Figure


def image_grid(
    images: Float[np.ndarray, "n height width"],
    captions: Sequence[str] = (),
    *,
    columns: int = 8,
) -> Figure:
    """Draw images in rows.

    Args:
        images: Grey values; the smallest of all is black, the largest white.
        captions: One for each image, or none at all.
        columns: Images in a row.

    Returns:
        The figure.

    Raises:
        ValueError: There are no images, they are not two-dimensional, or the captions are not as
            many.

    Example:
        >>> figure = image_grid(np.zeros((3, 8, 8)), ["0", "1", "2"])
        >>> [text.get_text() for text in figure.axes[0].texts]
        ['0', '1', '2']
    """
    from matplotlib.figure import Figure

    images = np.asarray(images, dtype=float)
    if images.ndim != 3 or len(images) == 0:
        raise ValueError(f"expected images (n, height, width) with n ≥ 1, got {images.shape}")
    if captions and len(captions) != len(images):
        raise ValueError(f"expected {len(images)} captions or none, got {len(captions)}")
    columns = min(columns, len(images))
    height, width = images.shape[1:]
    gap = max(1, round(0.3 * height)) if captions else max(1, height // 8)
    canvas = mosaic(images, columns, gap=gap)
    bottom = canvas.shape[0] + (gap if captions else 0)
    inches = 0.9 * columns / canvas.shape[1]
    figure = Figure(figsize=(inches * canvas.shape[1], inches * bottom))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.imshow(canvas, cmap="gray", interpolation="nearest")
    axes.set_ylim(bottom - 0.5, -0.5)
    axes.set_axis_off()
    for index, caption in enumerate(captions):
        top, left = corner(index, columns, (height, width), gap=gap)
        axes.text(
            left + width / 2 - 0.5,
            top + height + gap / 2 - 0.5,
            caption,
            ha="center",
            va="center",
            fontsize=8,
        )
    return figure
