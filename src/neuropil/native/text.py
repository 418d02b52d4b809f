"""Functions of a printed program as text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np

INDENT = "    "


@final
@dataclass(eq=False)
class Text:
    """A function of a program.

    Attributes:
        name: What it is called.
        arguments: What it takes.
        title: What it does, in a sentence.
        lines: Its body.
        called: The elementary functions it uses, each with the dtype it is for.
        decorated: How it is compiled.
    """

    name: str
    arguments: Sequence[str]
    title: str
    lines: Sequence[str]
    called: set[tuple[str, np.dtype[Any]]] = field(default_factory=set)
    decorated: str = "@inner(fastmath=FAST)"

    @property
    def source(self) -> str:
        """The function as Python."""
        body = "\n".join(indented(self.lines))
        return (
            f"{self.decorated}\ndef {self.name}({', '.join(self.arguments)}):\n"
            f'{INDENT}"""{_plain(self.title)}"""\n{body}\n'
        )


def _plain(title: str) -> str:
    """A title without what could end its quotes: names of cells come from files."""
    return "".join(sign if sign.isalnum() or sign in " .,:-_" else "_" for sign in title)


def indented(lines: Iterable[str], depth: int = 1) -> list[str]:
    """Lines within a block."""
    return [INDENT * depth + line for line in lines]
