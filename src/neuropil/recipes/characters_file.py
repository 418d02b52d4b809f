"""What a run keeps of its text: to write wherever that has gone, and to know it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuropil.data import Vocabulary
from neuropil.errors import DataError, FileFormatError
from neuropil.storage import read_json, write_json

if TYPE_CHECKING:
    from pathlib import Path

    from neuropil.recipes.text_parts import TextParts


@dataclass(frozen=True)
class Characters:
    """The characters of a text.

    Attributes:
        vocabulary: Those that are known.
        start: Some of the text, to go on from where there is no prompt.
        length: How many characters the whole text has.
        sha256: Of all of them.
    """

    vocabulary: Vocabulary
    start: str
    length: int
    sha256: str

    @classmethod
    def of(cls, text: TextParts) -> Characters:
        """Those of a text."""
        return cls(text.vocabulary, text.before_test(), len(text.symbols), text.sha256)

    def save(self, path: Path) -> None:
        """Write them as JSON."""
        characters = "".join(self.vocabulary.symbols[1:])
        text = {"length": self.length, "sha256": self.sha256}
        write_json(path, {"characters": characters, "start": self.start, "text": text})

    def check_same(self, text: TextParts, run: Path) -> None:
        """Refuse another text than that of a run: what it tests on may have been learned from.

        Raises:
            DataError: It is another; says how long both are.
        """
        if text.sha256 != self.sha256:
            raise DataError(
                f"{run} was begun with another text, of {self.length:,} characters (SHA-256 "
                f"{self.sha256[:12]}…), than there is now, of {len(text.symbols):,} "
                f"({text.sha256[:12]}…): put that text back, or train on this one in a new run"
            )


def load_characters(path: Path) -> Characters:
    """What `Characters.save` wrote.

    Raises:
        FileFormatError: The file is missing or damaged.

    Example:
        >>> file = getfixture("tmp_path") / "characters.json"
        >>> Characters(Vocabulary("abc"), "cab", 3, "57aa").save(file)
        >>> load_characters(file)
        Characters(vocabulary=Vocabulary('abc'), start='cab', length=3, sha256='57aa')
    """
    match read_json(path):
        case {
            "characters": str(characters),
            "start": str(start),
            "text": {"length": int(length), "sha256": str(sha256)},
        } if start:
            try:
                vocabulary = Vocabulary(characters)
                vocabulary.check_known(start, "the start")
            except DataError as error:
                raise FileFormatError(f"{path} was changed by hand: {error}") from error
            return Characters(vocabulary, start, length, sha256)
    raise FileFormatError(
        f"{path}: expected the characters of a text, a start, and the text's length and SHA-256: "
        "train the run again"
    )
