"""The side of a contestant: it gets ready for a case once and runs it from its start each time."""

from __future__ import annotations

import os
import sys
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO, TypeAlias

from benchmarks.harness.contestant import serve
from benchmarks.neurons.cases import CASES, EARLY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class Outcome(NamedTuple):
    """What a run gave.

    Attributes:
        seconds: The simulation alone took, by `clock`.
        spikes: How many.
        steps, cells: In which step (from 1) which cell fired, for runs that tell.
    """

    seconds: float
    spikes: int
    steps: Sequence[int] = ()
    cells: Sequence[int] = ()


class Ready(NamedTuple):
    """A simulation that can run.

    Attributes:
        build: Seconds it took to build.
        compile: Seconds it took to compile.
        run: Runs it from its start.
    """

    build: float
    compile: float
    run: Callable[[], Outcome]


Make: TypeAlias = "Callable[[str, str, float], Ready]"
"""Gets ready for a case by its name, a folder with its wiring, and a duration (ms)."""


def answering(versions: dict[str, str], make: Mapping[str, Make], to: TextIO = sys.stdout) -> None:
    """Answer requests; what is ready stays so until another case is asked for."""
    sys.stdout = to
    ready: dict[tuple[str, float], Ready] = {}

    def work(request: dict[str, Any]) -> dict[str, Any]:
        name, duration = request["case"], request["duration"]
        if (name, duration) not in ready:
            ready.clear()
            ready[name, duration] = make[name](name, request["folder"], duration)
        build, compiling, run = ready[name, duration]
        outcome, case = run(), CASES[name]
        early = sorted(
            [int(step), int(cell)]
            for step, cell in zip(outcome.steps, outcome.cells, strict=True)
            if step <= round(EARLY / case.dt)
        )
        rate = outcome.spikes / case.cells / duration * 1000.0
        told = {"seconds": outcome.seconds, "rate": rate, "early": early}
        return {**told, "build": build, "compile": compiling}

    serve({**versions, "python": sys.version.partition(" ")[0]}, work)


def kept_apart() -> TextIO:
    """Standard output, for answers only: what libraries print goes to standard error."""
    answers = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(answers, "w")


def threads() -> int:
    """How many this contestant may use."""
    return int(os.environ["OMP_NUM_THREADS"])


def clock() -> float:
    """Seconds of processor time, as Brian2's program counts them; with more threads of real time.

    So others who use the processor meanwhile do not count.
    """
    return perf_counter() if threads() > 1 else process_time()
