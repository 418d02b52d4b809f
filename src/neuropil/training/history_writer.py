"""The history as a file that grows by a line an epoch."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from neuropil.storage import append_line, to_json, write_lines

if TYPE_CHECKING:
    from neuropil.training.run import Run


class HistoryWriter:
    """A callback that writes each record of the history as a line of JSON when its epoch ends.

    A training that starts begins the file anew; one that is resumed first makes it agree with the
    checkpoint, which may be an epoch behind or ahead.

    Args:
        path: The file; by convention it ends in ``.jsonl``.

    Raises:
        WriteError: (when called) The file cannot be written.

    Example:
        >>> HistoryWriter("run/history.jsonl")
        HistoryWriter('run/history.jsonl')
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)

    def on_start(self, run: Run) -> None:
        """Make the file agree with the history so far."""
        write_lines(self.path, run.history.lines())

    def on_epoch(self, run: Run) -> None:
        """Append the record of the epoch."""
        append_line(self.path, to_json(run.history[-1]))

    def __repr__(self) -> str:
        return f"HistoryWriter({self.path!r})"
