"""Where a command writes: results to standard output, and everything else out of their way."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neuropil.storage import to_json

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


def emit(document: Any) -> None:
    """Write the one JSON document that a command with ``--json`` puts on standard output."""
    sys.stdout.write(to_json(document, indent=2) + "\n")
    sys.stdout.flush()


def messages(*, json: bool = False) -> Console:
    """The console for people: standard output, or standard error where a program reads the former.

    Words are printed as they are: no markup, no guessing what to colour, no breaking of paths.
    """
    from rich.console import Console

    return Console(stderr=json, markup=False, highlight=False, emoji=False, soft_wrap=True)


def table(rows: Sequence[tuple[str, ...]], header: tuple[str, ...] = ()) -> RenderableType:
    """Columns of text, the first one faint when there is no header."""
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, show_header=bool(header), pad_edge=False, padding=(0, 3, 0, 0))
    width = max((len(row) for row in rows), default=len(header))
    for index in range(width):
        style = "cyan" if index == 0 else None
        grid.add_column(header[index] if header else "", style=style, header_style="dim")
    for row in rows:
        grid.add_row(*map(Text, row))
    return grid
