"""What a recipe describes: a network that learns from data, a memory, a policy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from neuropil.errors import RecipeError
from neuropil.recipes import toml

if TYPE_CHECKING:
    from collections.abc import Mapping

READY = Path(__file__).parent / "files"


@final
@dataclass(frozen=True)
class Kind:
    """A kind of recipes.

    Attributes:
        words: What such a recipe describes.
        folder: Where the ready ones are.
        mark: The table that only recipes of this kind have; none for the first kind.
    """

    words: str
    folder: Path
    mark: str = ""

    def names(self) -> tuple[str, ...]:
        """The ready recipes of this kind."""
        return tuple(sorted(file.stem for file in self.folder.glob("*.toml")))


NETWORK = Kind("a network that learns from data", READY)
MEMORY = Kind("a memory, which stores patterns", READY / "memories", "patterns")
REWARD = Kind("a policy, which learns from reward", READY / "rewards", "environment")
KINDS = (NETWORK, MEMORY, REWARD)


def kind_of(name_or_path: str | Path) -> Kind:
    """What the ready recipe of this name, or the one in this TOML file, describes.

    What is neither is taken for a network, so that whoever loads it says what is missing.

    Raises:
        RecipeError: The file cannot be read.

    Example:
        >>> kind_of("cart-pole").words, kind_of("digits").words
        ('a policy, which learns from reward', 'a network that learns from data')
    """
    path = Path(name_or_path)
    for kind in KINDS:
        if str(name_or_path) in kind.names():
            return kind
    return _told_by(toml.read(path)) if path.suffix == ".toml" and path.is_file() else NETWORK


def refuse_others(document: Mapping[str, Any], place: object) -> None:
    """Refuse what does not describe a network that learns from data.

    Raises:
        RecipeError: Says what the document describes.
    """
    kind = _told_by(document)
    if kind is not NETWORK:
        raise RecipeError(
            f"{place}: expected {NETWORK.words}, got {kind.words}: `neuropil train` takes it, and "
            "what came of it is in the folder of its run"
        )


def _told_by(document: Mapping[str, Any]) -> Kind:
    return next((kind for kind in KINDS if kind.mark in document), NETWORK)
