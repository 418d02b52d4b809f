"""What is shown while a file is transferred: a bar in a terminal, else one line."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Display = Callable[[int], None]
    """Is told how many bytes of the file there are by now."""


@contextmanager
def transfer_shown(name: str, size: int, url: str, *, progress: bool) -> Iterator[Display]:
    """A display on standard error for the transfer of a file of ``size`` bytes."""
    headline = f"{name} from {urlsplit(url).hostname}"
    if not progress:
        yield lambda _: None
    elif sys.stderr.isatty():
        with _bar(headline, size) as display:
            yield display
    else:
        print(f"downloading {headline} ({size / 1e6:.1f} MB)", file=sys.stderr, flush=True)
        yield lambda _: None


def show_waiting(name: str, *, progress: bool) -> None:
    """Say on standard error that another process is at it."""
    if progress:
        print(f"waiting: {name} is being downloaded", file=sys.stderr, flush=True)


@contextmanager
def _bar(headline: str, size: int) -> Iterator[Display]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=16),
        DownloadColumn(),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(headline, total=size)
        yield lambda arrived: bar.update(task, completed=arrived)
