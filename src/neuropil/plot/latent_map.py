"""Where samples lie in a plane of codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.plot.colours import BLUE, INK, PAPER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float, Int
    from matplotlib.figure import Figure


def latent_map(
    codes: Float[np.ndarray, "n 2"],
    labels: Int[np.ndarray, " n"] | None = None,
    classes: Sequence[str] | None = None,
    *,
    axes_names: tuple[str, str] = ("z₁", "z₂"),
) -> Figure:
    """Draw a point for each sample, coloured by its class, and the name of each class among them.

    Args:
        codes: Where the samples lie.
        labels: The class of each sample; None draws all alike.
        classes: The names of the classes.
        axes_names: What the two axes are.

    Returns:
        The figure.

    Raises:
        ValueError: Codes are not points in the plane, or labels not as many or not named.

    Example:
        >>> figure = latent_map(np.eye(2), np.array([0, 1]), ["circle", "square"])
        >>> [text.get_text() for text in figure.axes[0].texts]
        ['circle', 'square']
    """
    from matplotlib import colormaps
    from matplotlib.figure import Figure

    if codes.ndim != 2 or codes.shape[1] != 2 or len(codes) == 0:
        raise ValueError(f"expected codes (n, 2) with n ≥ 1, got {codes.shape}")
    names = classes or ()
    if labels is not None and (labels.shape != (len(codes),) or labels.max() >= len(names)):
        raise ValueError(
            f"expected {len(codes)} labels of {len(names)} named classes, got {labels.shape}, up "
            f"to {labels.max()}"
        )
    figure = Figure(figsize=(5.6, 4.6), layout="constrained")
    axes = figure.add_subplot()
    colours: Any = BLUE
    if labels is not None:
        palette = colormaps["tab10" if len(names) <= 10 else "turbo"]
        colours = palette(labels if len(names) <= 10 else labels / (len(names) - 1))
    axes.scatter(codes[:, 0], codes[:, 1], s=14, color=colours, alpha=0.8, linewidths=0)
    if labels is not None:
        for label in np.unique(labels):
            axes.annotate(
                names[label],
                tuple(np.median(codes[labels == label], axis=0)),
                ha="center",
                va="center",
                fontsize=10,
                color=INK,
                bbox={"boxstyle": "round,pad=0.2", "fc": PAPER, "ec": "none", "alpha": 0.85},
            )
    axes.set(xlabel=axes_names[0], ylabel=axes_names[1])
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, alpha=0.25, lw=0.6)
    return figure
