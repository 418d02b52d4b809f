"""``python -m benchmarks.neurons.user_model``: what a model of one's own costs.

4000 cells of a model written after the tutorial and of the built-in one with the same equations
take turns in one process, on one processor. A figure is the user's time divided by the built-in's,
the median over rounds with a 95 % interval; the bar is reached where the interval's upper end
does not pass it. Exit code 1 if it does. FitzHugh's and Nagumo's cell is timed as well.
"""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from benchmarks.harness.machine import describe
from benchmarks.harness.statistics import ratio
from benchmarks.neurons.cases import DTYPES, ENGINE
from benchmarks.neurons.user_models import (
    FitzHughNagumo,
    UserHodgkinHuxley,
    UserLeakyIntegrateAndFire,
)
from neuropil.neurons import ExponentialEuler, HodgkinHuxley, LeakyIntegrateAndFire, Model, Network

CELLS = 4000
BAR = 1.3
APART = 0.01
"""By which part their rates may differ."""


@dataclass(frozen=True)
class Pair:
    """A model written by a user, the built-in one if there is one, and what drives them."""

    user: Model
    built_in: Model | None
    currents: tuple[float, float]
    dt: float
    duration: float


PAIRS = {
    "leaky integrate-and-fire": Pair(
        UserLeakyIntegrateAndFire(), LeakyIntegrateAndFire(), (300.0, 1000.0), 0.1, 2000.0
    ),
    "Hodgkin-Huxley": Pair(UserHodgkinHuxley(), HodgkinHuxley(), (5.0, 20.0), 0.01, 100.0),
    "FitzHugh-Nagumo": Pair(FitzHughNagumo(), None, (0.4, 0.6), 0.05, 250.0),
}


def network(model: Model, pair: Pair, dtype: Any) -> tuple[Network, Any]:
    """The cells, each with a current of its own, and the record of their spikes."""
    integrator = ExponentialEuler() if isinstance(model, HodgkinHuxley) else None
    net = Network(pair.dt, rng=0, dtype=dtype)
    cells = net.population("cells", model, CELLS, integrator=integrator)
    net.inject(cells, np.linspace(*pair.currents, CELLS, dtype=dtype))
    return net, net.record_spikes(cells)


def timed(net: Network, start: Any, duration: float, engine: str) -> float:
    """Seconds of processor time of a run from the start."""
    net.load_state_dict(start)
    began = process_time()
    net.run(duration, engine=engine, progress=False)
    return process_time() - began


def measured(
    name: str, dtype: str, rounds: int, engine: str, duration: float | None
) -> dict[str, Any]:
    """Both take turns, after a first round that compiles."""
    pair, duration = PAIRS[name], duration or PAIRS[name].duration
    models = {"user": pair.user} | ({"built-in": pair.built_in} if pair.built_in else {})
    ready = {who: network(model, pair, dtype) for who, model in models.items()}
    starts = {who: net.state_dict() for who, (net, _) in ready.items()}
    times: dict[str, list[float]] = {who: [] for who in ready}
    for number in range(rounds + 1):
        for who in list(ready) if number % 2 else list(ready)[::-1]:
            seconds = timed(ready[who][0], starts[who], duration, engine)
            if number:
                times[who].append(seconds)
    rates = {who: record.rate() for who, (_, record) in ready.items()}
    if max(rates.values()) > (1.0 + APART) * min(rates.values()):
        raise SystemExit(f"{name}: not the same work, the rates differ: {rates}")
    steps = CELLS * round(duration / pair.dt)
    found = ratio(times["user"], times["built-in"]) if pair.built_in else None
    return {
        "model": name, "dtype": dtype, "rates": rates, "seconds": times,
        "ns": {who: 1e9 * float(np.median(each)) / steps for who, each in times.items()},
        "ratio": found and found.as_dict(), "text": str(found or ""),
        "held": found is None or found.high <= BAR,
    }  # fmt: skip


def markdown(result: dict[str, Any]) -> str:
    """The result as a table."""
    head = ["model", "dtype", "user's", "built-in", "user's / built-in", "bar", ""]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for row in result["rows"]:
        times = [f"{row['ns'][who]:.3g} ns" if who in row["ns"] else "" for who in WHO]
        bar = [f"{BAR}", "reached" if row["held"] else "MISSED"] if row["text"] else ["", ""]
        lines.append(f"| {' | '.join([row['model'], row['dtype'], *times, row['text'], *bar])} |")
    facts = "; ".join(f"{key} {value}" for key, value in result["machine"].items())
    return "\n".join([*lines, "", f"Per cell and step. Engine {result['engine']}; {facts}."])


WHO = ("user", "built-in")


def main() -> int:
    """Run, print the table, write it where asked; 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11, help="timed rounds (default 11)")
    parser.add_argument("--engine", default=ENGINE, help=f"which (default {ENGINE})")
    parser.add_argument("--duration", type=float, help="ms a turn instead of each pair's own")
    parser.add_argument("--out", type=Path, help="folder for user_model.json and user_model.md")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rows = [
        measured(name, dtype, options.rounds, options.engine, options.duration)
        for name in PAIRS
        for dtype in DTYPES
    ]
    result = {"machine": describe(), "engine": options.engine, "rows": rows}
    print(markdown(result))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "user_model.json").write_text(json.dumps(result, indent=2) + "\n")
        (options.out / "user_model.md").write_text(markdown(result) + "\n")
    return 0 if all(row["held"] for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
