"""``python -m benchmarks.neurons.second_thread``: what the native engine gains by two threads.

The same network runs with one thread and with leave to take two, in turns in one process, and must
fire the same spikes. A figure is the time with one divided by the time with leave to take two, the
median over rounds with a 95 % interval. Leave may never cost more than a twentieth, and has to gain
where a step computes much: the bars. Exit code 1 if one is missed. Needs a machine on which nothing
else runs.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.harness.machine import describe
from benchmarks.harness.statistics import ratio
from benchmarks.neurons.growth_child import built
from benchmarks.neurons.growth_sizes import Size
from neuropil.neurons import Network, SpikeRecord, TraubMiles

WARM_UP = 6.0
"""Seconds that everyone runs before: the engine tries a second thread after two."""

NO_LOSS = 0.95
GAIN = 1.0


def connected(cells: int) -> tuple[Network, SpikeRecord]:
    """Cells as CUBA's, 80 synapses each, in float32."""
    net, record, _ = built(Size(cells), connected=True)
    return net, record


def channels(cells: int, dtype: str) -> tuple[Network, SpikeRecord]:
    """Cells with channels that are not connected."""
    net = Network(0.1, rng=0, dtype=dtype)
    population = net.population("cells", TraubMiles(), cells)
    net.inject(population, np.linspace(0.0, 300.0, cells))
    return net, net.record_spikes(population)


@dataclass(frozen=True)
class Case:
    """A network, how long it runs in a turn (ms), and the bar."""

    make: Callable[[], tuple[Network, SpikeRecord]]
    duration: float
    bar: float


CASES = {
    "integrate-and-fire, 80 synapses each": {
        4000: Case(partial(connected, 4000), 20_000.0, NO_LOSS),
        40_000: Case(partial(connected, 40_000), 2000.0, NO_LOSS),
        400_000: Case(partial(connected, 400_000), 150.0, NO_LOSS),
    },
} | {
    f"cells with channels, {dtype}": {
        4000: Case(partial(channels, 4000, dtype), 2000.0, NO_LOSS),
        20_000: Case(partial(channels, 20_000, dtype), 800.0, NO_LOSS),
        200_000: Case(partial(channels, 200_000, dtype), 100.0, GAIN),
    }
    for dtype in ("float64", "float32")
}


class Contestant:
    """A network and how many threads it may take."""

    def __init__(self, case: Case, threads: int) -> None:
        self.case, self.threads = case, threads
        self.net, self.record = case.make()
        self.start = self.net.state_dict()
        seconds = 0.0
        while seconds < WARM_UP:
            seconds += self.run()

    def run(self) -> float:
        """Seconds that a turn takes, from the start."""
        from numba import set_num_threads

        self.net.load_state_dict(self.start)
        set_num_threads(self.threads)
        began = perf_counter()
        self.net.run(self.case.duration, engine="native", progress=False)
        return perf_counter() - began


def measured(case: Case, rounds: int) -> dict[str, Any]:
    """Both take turns."""
    one, two = (Contestant(case, threads) for threads in (1, 2))
    times: dict[int, list[float]] = {1: [], 2: []}
    for number in range(rounds):
        for each in (one, two) if number % 2 else (two, one):
            times[each.threads].append(each.run())
    same = [getattr(one.record, part).tolist() == getattr(two.record, part).tolist()
            for part in ("times", "cells")]  # fmt: skip
    if not all(same) or one.record.times.size == 0:
        raise SystemExit("one thread and two do not fire the same spikes, or none at all")
    found = ratio(times[1], times[2])
    steps = case.duration / one.net.dt
    return {
        "microseconds": {str(n): 1e6 * float(np.median(each)) / steps for n, each in times.items()},
        "ratio": found.as_dict(), "text": str(found), "bar": case.bar,
        "held": found.low >= case.bar,
    }  # fmt: skip


def markdown(result: dict[str, Any]) -> str:
    """The result as a table."""
    head = ["network", "cells", "a step with one", "with two allowed", "one / two", "bar", ""]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for row in result["rows"]:
        times = [f"{row['microseconds'][threads]:.4g} µs" for threads in "12"]
        verdict = "reached" if row["held"] else "MISSED"
        cells = [row["case"], f"{row['cells']:,}", *times, row["text"], str(row["bar"]), verdict]
        lines.append(f"| {' | '.join(cells)} |")
    facts = "; ".join(f"{key} {value}" for key, value in result["machine"].items())
    return "\n".join([*lines, "", f"{facts}."])


def main() -> int:
    """Run, print the table, write it where asked; 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="timed rounds (default 7)")
    parser.add_argument("--out", type=Path, help="folder for second_thread.json and .md")
    options = parser.parse_args()
    if len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else "..") < 2:
        parser.error("this process may run on one processor only, and two threads need two")
    rows = [
        {"case": name, "cells": cells} | measured(case, options.rounds)
        for name, sizes in CASES.items()
        for cells, case in sizes.items()
    ]
    result = {"machine": describe(), "rows": rows}
    print(markdown(result))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "second_thread.json").write_text(json.dumps(result, indent=2) + "\n")
        (options.out / "second_thread.md").write_text(markdown(result) + "\n")
    return 0 if all(row["held"] for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
