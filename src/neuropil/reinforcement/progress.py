"""What is shown while a policy learns: a bar in a terminal, else a line a second."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from neuropil.reinforcement.course import Course

_SECONDS_A_LINE = 1.0


@contextmanager
def shown(course: Course, episodes: int, progress: bool) -> Iterator[Callable[[Course], None]]:
    """Something to call after each batch."""
    if not progress:
        yield lambda course: None  # noqa: ARG005
    elif sys.stderr.isatty():
        with _bar(episodes, len(course.returns)) as show:
            yield show
    else:
        yield Lines(episodes)


class Lines:
    """Prints a line after the first batch, the last, and once a second between."""

    def __init__(self, episodes: int) -> None:
        self._episodes = episodes
        self._due = 0.0

    def __call__(self, course: Course) -> None:
        """Print, if it is time."""
        now, ended = perf_counter(), course.solved or len(course.returns) >= self._episodes
        if now >= self._due or ended:
            self._due = now + _SECONDS_A_LINE
            played = f"episode {len(course.returns)}/{self._episodes}"
            print(f"{played}  {_values(course)}", file=sys.stderr, flush=True)


@contextmanager
def _bar(episodes: int, done: int) -> Iterator[Callable[[Course], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=16),
        TaskProgressColumn(),
        TextColumn("{task.fields[values]}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("episodes", total=episodes, completed=done, values="")
        yield lambda course: bar.update(task, completed=len(course.returns), values=_values(course))


def _values(course: Course) -> str:
    return f"mean return of the last 100 {course.recent:.1f}"
