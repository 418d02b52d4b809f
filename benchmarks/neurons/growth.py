"""``python -m benchmarks.neurons.growth``: what a step, an event and a synapse cost as nets grow.

Networks like CUBA, in float32, with a weight for each synapse: 80 sources a cell from 4,000 to
4,000,000 cells, and a probability of 0.02 to 20,000; with Brian2's C++ standalone mode (float64)
beside them up to ``--largest-peer`` cells. Each measurement is a new process. The time of a cell
and step is that of a silent network without synapses; what spikes and synapses add to it, divided
by the events, is the time of an event. Memory is what the process holds more than without synapses
(of Brian2's program: at most). The quickest of the rounds counts.

The bars: from the size on at which synapses have left the caches, both times stay within a factor
of 2; no more than 8 bytes a synapse besides the table of rows; 10⁸ synapses of 10⁵ cells are built
within a minute. Exit code 1 if one is not.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.harness.environment import interpreter, pinned
from benchmarks.harness.machine import describe
from benchmarks.neurons.__main__ import BRIAN2
from benchmarks.neurons.cases import ENGINE
from benchmarks.neurons.growth_plot import drawn
from benchmarks.neurons.growth_sizes import LARGE, OUT_OF_CACHE, SWEEPS, WEIGHABLE, Size

OURS, PEER = "neuropil", "Brian2 C++"
APART = 0.25
"""By which part their rates may differ: wiring and initial state are drawn anew."""

FLAT, BUILD_SECONDS, BYTES = 2.0, 60.0, 8.0


def told(python: Path, module: str, request: dict[str, Any], cache: str) -> dict[str, Any]:
    """What a new process answers."""
    with TemporaryDirectory() as folder:
        asked = json.dumps(request | {"folder": folder})
        found = subprocess.run(
            [python, "-m", f"benchmarks.neurons.{module}", asked],
            stdout=subprocess.PIPE, text=True, check=True,
            env=os.environ | pinned(1) | {"NEUROPIL_CACHE": cache},
        )  # fmt: skip
    answer: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
    return answer


def measured(who: str, size: Size, cache: str, options: argparse.Namespace) -> dict[str, Any]:
    """With and without synapses, the quickest of the rounds: times and memory by what they are."""
    steps = size.steps(options.work)
    python, module, processes = Path(sys.executable), "growth_child", options.rounds
    if who == PEER:  # its compiled program is what runs so often
        python, module, processes = interpreter(*BRIAN2), "growth_brian2", 1
    request = {
        "cells": size.cells, "probability": size.probability, "steps": steps,
        "engine": options.engine, "rounds": options.rounds,
    }  # fmt: skip
    with_synapses, without = (
        [told(python, module, request | {"connected": connected}, cache) for _ in range(processes)]
        for connected in (True, False)
    )
    full, bare = (min(each, key=lambda t: t["seconds"]) for each in (with_synapses, without))
    weight = (full["resident"] - bare["resident"]) / full["synapses"]
    return {
        "step_ns": 1e9 * bare["seconds"] / (steps * size.cells),
        "event_ns": 1e9 * (full["seconds"] - bare["seconds"]) / max(full["events"], 1),
        "bytes": weight if full["synapses"] > WEIGHABLE else None,
        "stored": full.get("stored", 0) / full["synapses"],
        "build_s": min(each["build"] for each in with_synapses),
        "synapses": full["synapses"],
        "rate": full["rate"],
    }


def check(row: dict[str, Any]) -> None:
    """Refuse networks that do not fire alike."""
    rates = [row[who]["rate"] for who in (OURS, PEER)]
    if max(rates) > (1.0 + APART) * min(rates):
        raise SystemExit(f"not the same work, the rates differ: {row}")


def judged(rows: list[dict[str, Any]], large: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The bars, those that could be measured."""
    bars = []
    for sweep in SWEEPS:
        mine = [row[OURS] for row in rows if row["sweep"] == sweep]
        far = [each for each in mine if each["stored"] * each["synapses"] > OUT_OF_CACHE]
        for figure in ("step_ns", "event_ns") if len(far) > 1 else ():
            times = [each[figure] for each in far]
            bars.append(
                _bar(f"{sweep}: {figure}, largest / smallest", max(times) / min(times), FLAT)
            )
        if mine:
            besides = [
                each["stored"] - 8.0 * row["cells"] / each["synapses"]
                for row, each in ((r, r[OURS]) for r in rows if r["sweep"] == sweep)
            ]
            bars.append(_bar(f"{sweep}: bytes a synapse besides the rows", max(besides), BYTES))
    if large:
        what = f"building {large['synapses']:.3g} synapses, seconds"
        bars.append(_bar(what, large["build"], BUILD_SECONDS))
    return bars


def _bar(what: str, figure: float, most: float) -> dict[str, Any]:
    return {"what": what, "figure": figure, "most": most, "held": round(figure, 2) <= most}


def markdown(result: dict[str, Any]) -> str:
    """The result as tables."""
    head = ["", "cells", "synapses", "by", "a cell and step", "an event", "bytes a synapse",
            "stored", "building", "rate"]  # fmt: skip
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for row in result["rows"]:
        for who in (who for who in (OURS, PEER) if who in row):
            of = row[who]
            held = f"{of['bytes']:.3g}" if of["bytes"] else ""
            stored = f"{of['stored']:.2f}" if of["stored"] else ""
            cells = [
                row["sweep"], f"{row['cells']:,}", f"{of['synapses']:,}", who,
                f"{of['step_ns']:.3g} ns", f"{of['event_ns']:.3g} ns", held,
                stored, f"{of['build_s']:.3g} s", f"{of['rate']:.2f} Hz",
            ]  # fmt: skip
            lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "| | | at most | |", "|---|---|---|---|"]
    for bar in result["bars"]:
        verdict = "reached" if bar["held"] else "MISSED"
        lines.append(f"| {bar['what']} | {bar['figure']:.3g} | {bar['most']:g} | {verdict} |")
    facts = "; ".join(f"{key} {value}" for key, value in result["machine"].items())
    return "\n".join([*lines, "", f"One thread. Engine {result['engine']}; {facts}."])


def arguments() -> argparse.Namespace:
    """From the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="processes a figure (default 3)")
    parser.add_argument("--engine", default=ENGINE, help=f"ours (default {ENGINE})")
    parser.add_argument("--work", type=float, default=4e8, metavar="UPDATES",
                        help="of cells in each timed run (default 4e8)")  # fmt: skip
    parser.add_argument("--largest", type=int, default=4_000_000, help="cells (default 4e6)")
    parser.add_argument("--largest-peer", type=int, default=400_000,
                        help="cells of Brian2's (default 4e5; 0 for none)")  # fmt: skip
    parser.add_argument("--out", type=Path, help="folder for growth.json, .md and .png")
    return parser.parse_args()


def main() -> int:
    """Run, print the tables, write them and the drawing where asked; 1 if a bar is missed."""
    options = arguments()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rows, large = [], None
    with TemporaryDirectory() as cache:
        for sweep, sizes in SWEEPS.items():
            for size in (size for size in sizes if size.cells <= options.largest):
                row: dict[str, Any] = {"sweep": sweep, "cells": size.cells}
                row[OURS] = measured(OURS, size, cache, options)
                if size.cells <= options.largest_peer:
                    row[PEER] = measured(PEER, size, cache, options)
                    check(row)
                rows.append(row)
                print(json.dumps(row), file=sys.stderr, flush=True)
        if LARGE.cells <= options.largest:
            request = {"cells": LARGE.cells, "probability": LARGE.probability, "steps": 0}
            python = Path(sys.executable)
            large = told(python, "growth_child", request | {"connected": True}, cache)
    result: dict[str, Any] = {
        "machine": describe(), "engine": options.engine, "rows": rows, "large": large,
        "bars": judged(rows, large),
    }  # fmt: skip
    print(markdown(result))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "growth.json").write_text(json.dumps(result, indent=2) + "\n")
        (options.out / "growth.md").write_text(markdown(result) + "\n")
        drawn(rows, [OURS, PEER]).savefig(options.out / "growth.png", dpi=150)
    return 0 if all(bar["held"] for bar in result["bars"]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
