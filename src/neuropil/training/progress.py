"""What is shown while a network learns: a bar in a terminal, else lines."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any

from neuropil.training.history import VALIDATION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neuropil.training.run import Run

_SECONDS_A_FRAME = 0.1
_SECONDS_A_LINE = 1.0


@contextmanager
def shown(progress: bool) -> Iterator[list[Any]]:
    """The callbacks that show progress on standard error: none, lines, or a bar.

    Standard output is left to what the program prints.
    """
    if not progress:
        yield []
    elif sys.stderr.isatty():
        bar = ProgressBar()
        try:
            yield [bar]
        finally:
            bar.close()
    else:
        yield [EpochLines()]


class EpochLines:
    """Prints the record of an epoch as a line: of the first, the last, and one a second between.

    A thousand short epochs shall not bury what a program has to say.
    """

    def __init__(self) -> None:
        self._due = 0.0

    def on_epoch(self, run: Run) -> None:
        """Print the line, if it is time for one."""
        now = perf_counter()
        if now < self._due and not run.finished:
            return
        self._due = now + _SECONDS_A_LINE
        record = dict(run.history[-1])
        count = f"epoch {record.pop('epoch')}/{run.epochs}"
        seconds = record.pop("seconds")
        print(f"{count}  {_values(record)}  {seconds:.1f} s", file=sys.stderr, flush=True)


class ProgressBar:
    """A bar over all epochs, with loss, metrics and the time left.

    Drawn about ten times a second, however short the steps: between two drawings a step costs a
    look at the clock.
    """

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeRemainingColumn,
        )
        from rich.table import Column

        self._due = 0.0
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=16),
            TaskProgressColumn(),
            TimeRemainingColumn(compact=True),
            # What a narrow terminal has no room for is cut here, at the end.
            TextColumn("{task.fields[values]}", table_column=Column(no_wrap=True, ratio=1)),
            console=Console(stderr=True),
            auto_refresh=False,
            expand=True,
        )
        self._task = self._bar.add_task("", total=None, values="")

    def on_start(self, run: Run) -> None:
        """Draw the bar for the first time."""
        total = run.epochs * run.steps_per_epoch
        self._bar.update(self._task, total=total, completed=run.step)
        self._bar.start()

    def on_step(self, run: Run) -> None:
        """Draw again if the last time is long enough ago."""
        now = perf_counter()
        if now >= self._due:
            self._due = now + _SECONDS_A_FRAME
            self._draw(run)

    def on_finish(self, run: Run) -> None:
        """Show the record of the last epoch."""
        self._draw(run)

    def close(self) -> None:
        """Leave the bar as it is and give the terminal back."""
        self._bar.stop()

    def _draw(self, run: Run) -> None:
        last = run.history[-1] if run.history else {}
        now = run.averages.means() if run.in_epoch else {name: last[name] for name in run.functions}
        validation = {name: value for name, value in last.items() if name.startswith(VALIDATION)}
        self._bar.update(
            self._task,
            description=f"epoch {run.epoch + run.in_epoch}/{run.epochs}",
            completed=run.step,
            values=_values(now | validation),
            refresh=True,
        )


def _values(record: dict[str, Any]) -> str:
    return "  ".join(f"{name} {value:.4g}" for name, value in record.items())
