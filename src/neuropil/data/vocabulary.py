"""The characters a model of text knows, and the numbers they have."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Int

    Numpy = np.ndarray[Any, Any]

UNKNOWN = "\N{REPLACEMENT CHARACTER}"
"""How a character that is not in the vocabulary is written: symbol 0."""


@final
class Vocabulary:
    """Numbers for characters: 0 for all that are unknown, then those known in their order.

    Args:
        characters: Those that are known, each once.

    Attributes:
        symbols: What each number stands for; the first is `UNKNOWN`.

    Raises:
        DataError: A character is there twice, is `UNKNOWN`, or is no single character.

    Example:
        >>> vocabulary = Vocabulary("abc")
        >>> vocabulary.encode("cabs").tolist(), vocabulary.decode([3, 1, 2])
        ([3, 1, 2, 0], 'cab')
    """

    def __init__(self, characters: Sequence[str]) -> None:
        self.symbols = (UNKNOWN, *characters)
        if len(set(self.symbols)) < len(self.symbols):
            raise DataError(
                f"a vocabulary holds each character once and not {UNKNOWN!r}, got "
                f"{''.join(characters)!r}"
            )
        if any(len(character) != 1 for character in characters):
            longer = next(character for character in characters if len(character) != 1)
            raise DataError(f"a vocabulary holds single characters, got {longer!r}")
        points = np.array([ord(character) for character in characters], np.int64)
        self._order = np.argsort(points)
        self._points = points[self._order]

    @classmethod
    def of(cls, text: str, *, at_least: int = 2) -> Vocabulary:
        """The characters of a text.

        Args:
            text: What a model is to learn from.
            at_least: How often a character has to occur. Rarer ones are unknown, so that a model
                learns that there are such.

        Example:
            >>> Vocabulary.of("banana!").symbols[1:]
            ('a', 'n')
        """
        counts = Counter(text.replace(UNKNOWN, ""))
        return cls(sorted(character for character, n in counts.items() if n >= at_least))

    def __len__(self) -> int:
        return len(self.symbols)

    def encode(self, text: str) -> Int[Numpy, " n"]:
        """The number of each character, 0 for those that are unknown."""
        points = _code_points(text)
        if not len(self._points):
            return np.zeros(len(points), np.int64)
        places = np.searchsorted(self._points, points).clip(max=len(self._points) - 1)
        known = self._points[places] == points
        return np.where(known, self._order[places] + 1, 0)

    def decode(self, numbers: Sequence[int] | Int[Numpy, " n"]) -> str:
        """The text of some numbers.

        Raises:
            DataError: One of them is no symbol.
        """
        given = np.asarray(numbers)
        if not given.size:
            return ""
        is_row = given.ndim == 1 and given.dtype.kind in "iu"
        if not is_row or given.min() < 0 or given.max() >= len(self):
            came = f"{given.min()} to {given.max()}" if is_row else f"{given.dtype} {given.shape}"
            raise DataError(
                f"a vocabulary of {len(self)} decodes a row of integers from 0 to {len(self) - 1}, "
                f"got {came}"
            )
        return "".join(self.symbols[number] for number in given)

    def check_known(self, text: str, what: str) -> None:
        """Refuse a text that holds an unknown character.

        Args:
            text: The text.
            what: What to call it in an error.

        Raises:
            DataError: Says which characters, and where the first is.
        """
        known = set(self.symbols[1:])
        strange = [character for character in dict.fromkeys(text) if character not in known]
        if strange:
            named = ", ".join(map(repr, strange[:5])) + (", …" if len(strange) > 5 else "")
            raise DataError(
                f"{what} holds {named} (the first at character {text.index(strange[0])}), which "
                f"the text that was learned from does not: write it with the {len(known)} "
                f"characters {''.join(self.symbols[1:])!r}"
            )

    def __repr__(self) -> str:
        return f"Vocabulary({''.join(self.symbols[1:])!r})"


def _code_points(text: str) -> Int[Numpy, " n"]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.int64)
