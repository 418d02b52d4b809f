"""Means over samples, gathered batch by batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Averages:
    """Running means of named quantities, each batch weighing as many samples as it has.

    So the last, smaller batch of an epoch counts for what it is, and the mean does not depend on
    the batch size.

    Example:
        >>> averages = Averages(["loss"])
        >>> averages.add(32, [1.0])
        >>> averages.add(8, [2.0])
        >>> averages.means()
        {'loss': 1.2}
    """

    __slots__ = ("names", "samples", "sums")

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self.reset()

    def reset(self) -> None:
        """Begin anew."""
        self.samples = 0
        self.sums = [0.0] * len(self.names)

    def add(self, samples: int, values: Sequence[float]) -> None:
        """Count a batch of ``samples`` with these means, in the order of the names."""
        self.samples += samples
        sums = self.sums
        for i, value in enumerate(values):
            sums[i] += samples * value

    def means(self) -> dict[str, float]:
        """The means so far (NaN before the first batch)."""
        n = self.samples or float("nan")
        return {name: total / n for name, total in zip(self.names, self.sums, strict=True)}
