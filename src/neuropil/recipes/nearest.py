"""The known word that is most like an unknown one, for error messages."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like ``word``, or None where none is like it.

    Likeness is the ratio of `difflib` between the words, or between ``word``'s initials and
    the known word, so that ``learning_rate`` finds ``lr``.

    Example:
        >>> nearest("momentun", ["lr", "momentum", "weight_decay"])
        'momentum'
        >>> nearest("learning_rate", ["lr", "momentum", "weight_decay"])
        'lr'
        >>> nearest("zebra", ["lr", "momentum"]) is None
        True
    """
    ranked = sorted(known, key=lambda candidate: _likeness(word, candidate), reverse=True)
    if not ranked or _likeness(word, ranked[0]) < 0.5:
        return None
    return ranked[0]


def not_among(word: str, known: Iterable[str]) -> str:
    """What to say of a word that is not among the known ones: the nearest, and all of them.

    Example:
        >>> not_among("Adem", ["SGD", "Adam"])
        'did you mean Adam? Allowed: Adam, SGD'
    """
    words = sorted(known)
    if not words:
        return "nothing is allowed here"
    allowed = f"llowed: {', '.join(words)}"
    like = nearest(word, words)
    return f"a{allowed}" if like is None else f"did you mean {like}? A{allowed}"


def _likeness(word: str, candidate: str) -> float:
    word, candidate = word.lower(), candidate.lower()
    initials = "".join(part[:1] for part in word.split("_"))
    # Initials are a weaker sign than spelling: they decide only where spelling says nothing.
    by_initials = 0.6 if len(initials) > 1 and initials == candidate else 0.0
    return max(SequenceMatcher(None, word, candidate).ratio(), by_initials)
