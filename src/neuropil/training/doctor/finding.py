"""What the gradient doctor says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that keeps a network from learning.

    Attributes:
        kind: What it is, such as ``vanishing gradients``.
        layer: The path of the layer it is in; None where it concerns the whole network.
        evidence: The numbers it was concluded from, in a sentence.
        cure: What to do.
        grave: Whether learning suffers; otherwise it is untidy and no more.

    Example:
        >>> print(Finding("dead units", "1", "All 8 units are 0.", "Take a smaller bias."))
        dead units in layer 1: All 8 units are 0. Take a smaller bias.
    """

    kind: str
    layer: str | None
    evidence: str
    cure: str
    grave: bool = True

    def __str__(self) -> str:
        place = "" if self.layer is None else f" in layer {self.layer}"
        return f"{self.kind}{place}: {self.evidence} {self.cure}"
