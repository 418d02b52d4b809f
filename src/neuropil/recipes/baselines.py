"""What models that only count make of the text a network is tested on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from neuropil.data import count_model

if TYPE_CHECKING:
    from neuropil.data.smoothing import Smoothing
    from neuropil.recipes.text_parts import TextParts

ORDER = 3
"""The order of the model that a network is held against."""


@dataclass(frozen=True)
class Baseline:
    """A model that counted the part to learn from.

    Attributes:
        order: From how many characters it predicts the next.
        smoothing: What did best on the validation part.
        bits: Per character of the test part.
    """

    order: int
    smoothing: Smoothing
    bits: float

    def document(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "order": self.order,
            "smoothing": str(self.smoothing),
            "bits_per_character": self.bits,
        }


def baseline(text: TextParts, order: int = ORDER) -> Baseline:
    """The model of this order, with its best smoothing.

    Example:
        >>> from neuropil.recipes.text_parts import text_parts
        >>> parts = text_parts("ab" * 1000, validation=0.1, test=0.1)
        >>> baseline(parts, 1).bits < 0.01
        True
    """
    vocabulary = len(text.vocabulary)
    smoothing = count_model.best_smoothing(
        text.symbols, text.train, text.validation, order=order, vocabulary=vocabulary
    )
    bits = count_model.bits(
        text.symbols,
        text.train,
        text.test,
        order=order,
        smoothing=smoothing,
        vocabulary=vocabulary,
    )
    return Baseline(order, smoothing, bits)
