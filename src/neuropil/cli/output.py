"""Where a command writes: results to standard output, and everything else out of their way."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from neuropil.storage import to_json

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text


_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def accept_every_character() -> None:
    """Let standard output escape what its encoding lacks, as standard error does."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def emit(document: Any) -> None:
    """Write the one JSON document that a command with ``--json`` puts on standard output.

    It is ASCII, so that a script reads the same whatever encoding the terminal has.
    """
    text = _NOT_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], to_json(document, indent=2))
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def messages(*, json: bool = False) -> Console:
    """The console for people: standard output, or standard error where a program reads the former.

    Words are printed as they are: no markup, no guessing what to colour, no breaking of paths.
    """
    from rich.console import Console

    return Console(stderr=json, markup=False, highlight=False, emoji=False, soft_wrap=True)


def table(rows: Sequence[tuple[str, ...]], header: tuple[str, ...] = ()) -> Text:
    """Columns side by side; long last cells are left to the terminal to wrap.

    Example:
        >>> print(table([("data", "digits"), ("loss", "MSELoss")]))
        data   digits
        loss   MSELoss
    """
    from rich.text import Text

    lines = [header, *rows] if header else list(rows)
    widths = [max(map(len, column)) for column in zip_longest(*lines, fillvalue="")]
    text = Text()
    for number, line in enumerate(lines):
        first, *others = (cell.ljust(width) for cell, width in zip(line, widths, strict=False))
        is_header = bool(header) and number == 0
        row = Text("   ".join([first, *others]).rstrip(), "dim" if is_header else "")
        if not is_header:
            row.stylize("cyan", 0, len(first))
        text.append_text(row)
        if number + 1 < len(lines):
            text.append("\n")
    return text
