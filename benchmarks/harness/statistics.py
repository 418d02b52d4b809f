"""Medians of ratios with their uncertainty."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np


@dataclass(frozen=True)
class Ratio:
    """The median of ours/peer over the rounds, with a 95 % bootstrap interval of the median."""

    median: float
    low: float
    high: float
    rounds: int

    def as_dict(self) -> dict[str, float]:
        """For JSON."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.median:.3f} [{self.low:.3f}, {self.high:.3f}]"


def ratio(ours: list[float], peers: list[float]) -> Ratio:
    """Each round gives one ratio, so that what slows the machine down slows both."""
    ratios = np.asarray(ours) / np.asarray(peers)
    draws = np.random.default_rng(0).choice(ratios, size=(2000, len(ratios)))
    low, high = np.percentile(np.median(draws, axis=1), [2.5, 97.5])
    return Ratio(float(np.median(ratios)), float(low), float(high), len(ratios))
