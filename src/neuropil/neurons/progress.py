"""How far a simulation or a fit is, on a terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def shown(progress: bool, steps: int, doing: str = "simulating") -> Iterator[Callable[[int], None]]:
    """Something to tell how many steps are done: a bar on a terminal, else nothing."""
    if not progress or not sys.stderr.isatty():
        yield lambda done: None  # noqa: ARG005
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(doing, total=steps)
        yield lambda done: bar.update(task, completed=done)
