"""``python -m benchmarks.neurons.startup``: from the start of a process to a second of CUBA.

New processes take turns on one processor: neuropil with an empty cache, then with the cache that
this process left; Brian2's C++ standalone mode in a new folder (its whole build), then with the
folder that this process left. The time runs from the start of Python until the process tells the
network's rate. A figure is Brian2's time divided by ours, the median over rounds with a 95 %
interval; a bar is reached where the interval's lower end reaches it. Exit code 1 if one is not.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.harness.environment import interpreter, pinned
from benchmarks.harness.machine import describe
from benchmarks.harness.statistics import ratio
from benchmarks.neurons.__main__ import BRIAN2
from benchmarks.neurons.cases import ENGINE

EMPTY, WARM = "neuropil, empty cache", "neuropil, warm cache"
WHOLE, KEPT = "Brian2 C++, new folder", "Brian2 C++, folder kept"
COMPARED = ((EMPTY, WHOLE, 8.0), (WARM, WHOLE, 20.0), (WARM, KEPT, None))
"""Ours, the peer, and how much longer than ours it has to take, at least."""

APART = 1.0
"""By how much rates over one second may differ (Hz): wirings and initial states are drawn anew."""

Answers = dict[str, list[dict[str, Any]]]


def answer(python: Path, request: dict[str, Any], bytecode: str) -> dict[str, Any]:
    """Start a process; what it tells, and the seconds until it does.

    Bytecode is kept, as that of installed packages is, whatever our caller has set.
    """
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHONDONT")}
    env |= pinned(1) | {"PYTHONPYCACHEPREFIX": bytecode, "NEUROPIL_CACHE": request["folder"]}
    command = [str(python), "-m", "benchmarks.neurons.startup_child", json.dumps(request)]
    began = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as child:
        assert child.stdout is not None
        lines = iter(child.stdout.readline, "")
        told = next((line for line in lines if line.startswith("{")), None)
        seconds = perf_counter() - began
    if told is None:
        raise SystemExit(f"{request} stopped with code {child.returncode}")
    return {**json.loads(told), "until": seconds}


def answers(rounds: int, engine: str) -> Answers:
    """Of all rounds but the first, in which bytecode is made."""
    pythons = {"neuropil": Path(sys.executable), "Brian2": interpreter(*BRIAN2)}
    turns = [("neuropil", (EMPTY, WARM)), ("Brian2", (WHOLE, KEPT))]
    found: Answers = defaultdict(list)
    with TemporaryDirectory() as bytecode:
        for number in range(rounds + 1):
            for contestant, names in turns if number % 2 else turns[::-1]:
                with TemporaryDirectory() as folder:
                    request = {"contestant": contestant, "engine": engine, "folder": folder}
                    for name in names:
                        told = answer(pythons[contestant], request, bytecode)
                        if number:
                            found[name].append(told)
            print(f"round {number} of {rounds}", file=sys.stderr, flush=True)
    rates = [told["rate"] for each in found.values() for told in each]
    if max(rates) - min(rates) > APART:
        raise SystemExit(f"not the same work, the rates differ: {rates}")
    return found


def row(ours: str, peer: str, bar: float | None, found: Answers) -> dict[str, Any]:
    """How much sooner ours has the result."""
    mine, theirs = ([told["until"] for told in found[who]] for who in (ours, peer))
    sooner = ratio(theirs, mine)
    return {
        "ours": ours, "peer": peer, "seconds": [float(np.median(x)) for x in (mine, theirs)],
        "ratio": sooner.as_dict(), "text": str(sooner), "bar": bar,
        "held": bar is None or sooner.low >= bar,
    }  # fmt: skip


def breakdown(found: Answers) -> dict[str, dict[str, float]]:
    """Median seconds, by what they were spent on."""
    parts = {}
    for who, each in found.items():
        names = each[0]["spent"]
        medians = {n: float(np.median([told["spent"][n] for told in each])) for n in names}
        whole = float(np.median([told["until"] for told in each]))
        parts[who] = {**medians, "everything else": whole - sum(medians.values())}
    return parts


def markdown(result: dict[str, Any]) -> str:
    """The result as a table and a list."""
    head = ["ours", "", "peer", "", "peer / ours (95 % interval)", "bar", ""]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for r in result["rows"]:
        mine, theirs = (f"{seconds:.3g} s" for seconds in r["seconds"])
        bar = (
            ["", ""]
            if r["bar"] is None
            else [f"{r['bar']:g}", "reached" if r["held"] else "MISSED"]
        )
        lines.append(f"| {' | '.join([r['ours'], mine, r['peer'], theirs, r['text'], *bar])} |")
    lines += ["", "Seconds to the result:", ""]
    for who, parts in result["breakdown"].items():
        lines.append(f"- {who}: " + ", ".join(f"{n} {s:.3f}" for n, s in parts.items()))
    facts = {**result["machine"], **result["versions"], "engine": result["engine"]}
    return "\n".join(
        [*lines, "", "; ".join(f"{key} {value}" for key, value in facts.items()) + "."]
    )


def main() -> int:
    """Run, print the table, write it where asked; 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="counted rounds (default 5)")
    parser.add_argument("--engine", default=ENGINE, help=f"ours (default {ENGINE})")
    parser.add_argument("--out", type=Path, help="folder for startup.json and startup.md")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    found = answers(options.rounds, options.engine)
    result: dict[str, Any] = {
        "machine": describe(),
        "engine": options.engine,
        "versions": {"neuropil": found[WARM][0]["version"], "Brian2": found[WHOLE][0]["version"]},
        "rows": [row(ours, peer, bar, found) for ours, peer, bar in COMPARED],
        "breakdown": breakdown(found),
    }
    print(markdown(result))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "startup.json").write_text(json.dumps(result, indent=2) + "\n")
        (options.out / "startup.md").write_text(markdown(result) + "\n")
    return 0 if all(row["held"] for row in result["rows"]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
