"""What a run keeps of its text, so that its network can write wherever the text has gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuropil.data import Vocabulary
from neuropil.errors import DataError, FileFormatError
from neuropil.storage import read_json, write_json

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Characters:
    """The characters of a text.

    Attributes:
        vocabulary: Those that are known.
        start: Some of the text, to go on from where there is no prompt.
    """

    vocabulary: Vocabulary
    start: str

    def save(self, path: Path) -> None:
        """Write them as JSON."""
        characters = "".join(self.vocabulary.symbols[1:])
        write_json(path, {"characters": characters, "start": self.start})


def load_characters(path: Path) -> Characters:
    """What `Characters.save` wrote.

    Raises:
        FileFormatError: The file is missing or damaged.

    Example:
        >>> file = getfixture("tmp_path") / "characters.json"
        >>> Characters(Vocabulary("abc"), "cab").save(file)
        >>> load_characters(file)
        Characters(vocabulary=Vocabulary('abc'), start='cab')
    """
    match read_json(path):
        case {"characters": str(characters), "start": str(start)} if start:
            try:
                vocabulary = Vocabulary(characters)
                vocabulary.check_known(start, "the start")
            except DataError as error:
                raise FileFormatError(f"{path} was changed by hand: {error}") from error
            return Characters(vocabulary, start)
    raise FileFormatError(
        f"{path}: expected the characters of a text, and a start: train the run again"
    )
