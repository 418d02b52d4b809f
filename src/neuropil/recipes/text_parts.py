"""A text and its parts: what a model of its characters learns from and is tested on."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from neuropil.data import Vocabulary
from neuropil.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Int

    Numpy = np.ndarray[Any, Any]


@dataclass(frozen=True)
class TextParts:
    """A text as symbols, and where its parts are.

    Attributes:
        symbols: The whole text.
        vocabulary: The characters of the part to learn from.
        train: The part to learn from, at the beginning.
        validation: The part to watch while training.
        test: The part to test on, at the end.
        sha256: Of all of its characters in UTF-8, in hexadecimal.
    """

    symbols: Int[Numpy, " n"]
    vocabulary: Vocabulary
    train: slice
    validation: slice
    test: slice
    sha256: str

    def before_test(self, at_most: int = 64) -> str:
        """The last known characters before the part to test on."""
        known = self.symbols[: self.test.start]
        return self.vocabulary.decode(known[known > 0][-at_most:])


def text_parts(text: str, *, validation: float, test: float, at_least: int = 1) -> TextParts:
    """Cut a text into its parts, and number its characters.

    Args:
        text: The text.
        validation: The share of the part to watch while training.
        test: The share of the part to test on.
        at_least: How many characters a part has to have.

    Raises:
        DataError: The shares are no shares, a part has too few characters, or none occurs twice.

    Example:
        >>> parts = text_parts("abababababababababac", validation=0.1, test=0.1)
        >>> parts.train, parts.test, parts.symbols[-2:].tolist()
        (slice(0, 16, None), slice(18, 20, None), [1, 0])
    """
    if not (validation > 0.0 and test > 0.0 and validation + test < 1.0):
        raise DataError(
            f"expected shares validation and test above 0, of sum below 1, got {validation} and "
            f"{test}"
        )
    n = len(text)
    learned, watched = round(n * (1.0 - validation - test)), round(n * (1.0 - test))
    shortest = min(learned, watched - learned, n - watched)
    if shortest < at_least:
        raise DataError(
            f"a text of {n:,} characters is too short: one of the parts to learn from, to validate "
            f"and to test on has {shortest:,}, and they need {at_least:,}: give a longer text, or "
            "shorter windows (length)"
        )
    vocabulary = Vocabulary.of(text[:learned])
    if len(vocabulary) == 1:
        raise DataError(
            f"a text in which no character of the first {learned:,} occurs twice cannot be learned"
        )
    return TextParts(
        vocabulary.encode(text),
        vocabulary,
        slice(0, learned),
        slice(learned, watched),
        slice(watched, n),
        sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
    )
