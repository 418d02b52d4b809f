"""What each episode of learning from reward brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuropil.plot.colours import BLUE, GREEN, ORANGE

if TYPE_CHECKING:
    from jaxtyping import Float
    from matplotlib.figure import Figure


def episode_returns(
    returns: Float[np.ndarray, " episodes"], *, goal: float | None = None, window: int = 100
) -> Figure:
    """Draw a point for each episode, and the mean of the last ones.

    Args:
        returns: One for each episode, in the order in which they were played.
        goal: What the mean was to reach; a dotted line.
        window: Over how many episodes the mean is.

    Raises:
        ValueError: There is no episode, or ``window`` is below 1.

    Example:
        >>> axes = episode_returns(np.arange(30.0), goal=20.0, window=10).axes[0]
        >>> axes.lines[1].get_ydata()[:2].tolist()  # of episodes 1 to 10, and 2 to 11
        [4.5, 5.5]
    """
    from matplotlib.figure import Figure

    if returns.size == 0 or window < 1:
        raise ValueError(f"expected episodes and a window, got {returns.size} and {window}")
    window = min(window, returns.size)
    figure = Figure(figsize=(7.2, 3.2), layout="constrained")
    axes = figure.subplots()
    episodes = np.arange(1, returns.size + 1)
    axes.plot(episodes, returns, "o", ms=2.4, color=BLUE, alpha=0.55, label="an episode")
    means = np.convolve(returns, np.full(window, 1.0 / window), mode="valid")
    axes.plot(episodes[window - 1 :], means, color=ORANGE, lw=2.0, label=f"mean of {window}")
    if goal is not None:
        axes.axhline(goal, color=GREEN, lw=1.2, ls=":", label=f"goal {goal:g}")
    axes.set(xlabel="episode", ylabel="return")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, alpha=0.25, lw=0.6)
    axes.legend(frameon=False)
    return figure
