"""A contestant: a process that does pieces of work on demand and says how long they took.

The process reads one JSON request a line from standard input and answers each with one JSON
line; so contestants live side by side and take turns, and start-up never counts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from benchmarks.harness.environment import pinned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path


class Contestant:
    """The side of the judge: starts the process and sends it requests.

    The process has as many processors as threads, so that libraries that count processors and
    not threads, as XLA does, have no more either.
    """

    def __init__(
        self,
        name: str,
        python: Path,
        module: str,
        threads: int = 1,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        with _occupying(threads):
            self._process = subprocess.Popen(
                [python, "-m", module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, **pinned(threads), **(env or {})},
            )
        self.versions: dict[str, str] = self.ask({"request": "versions"})

    def ask(self, request: dict[str, Any]) -> Any:
        """Send a request and wait for the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.name} stopped with code {self._process.wait()}")
        return json.loads(answer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@contextmanager
def _occupying(processors: int) -> Iterator[None]:
    """Stay on the first processors there are, and with us what is started meanwhile."""
    if not hasattr(os, "sched_setaffinity"):  # the system has no such setting
        yield
        return
    all_of_them = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(all_of_them)[:processors])
    try:
        yield
    finally:
        os.sched_setaffinity(0, all_of_them)


def serve(versions: dict[str, str], work: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """The side of the contestant: answer requests until standard input ends."""
    for line in sys.stdin:
        request = json.loads(line)
        answer = versions if request.get("request") == "versions" else work(request)
        print(json.dumps(answer), flush=True)
