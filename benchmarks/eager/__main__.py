"""``python -m benchmarks.eager``: eager training steps and imports against PyTorch, one thread.

Contestants alternate within one run on the same work (final losses are compared); the result is
the median over rounds of the ratio of their times, with a 95 % interval. Exit code 1 if a bar is
not reached.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.eager.work import CASES
from benchmarks.harness.contestant import Contestant
from benchmarks.harness.environment import interpreter, pinned
from benchmarks.harness.machine import describe
from benchmarks.harness.statistics import ratio

PYTORCH = ("torch==2.13.0", "numpy")
IMPORT_BAR = 0.3
HERE = "benchmarks.eager"


def steps(python: Path, rounds: int) -> tuple[list[dict[str, Any]], dict[str, dict[str, str]]]:
    """Time every case, contestants taking turns, and check that they did the same work."""
    rows = []
    with (
        Contestant("neuropil", Path(sys.executable), f"{HERE}.contestant_neuropil") as ours,
        Contestant("PyTorch", python, f"{HERE}.contestant_pytorch") as peer,
    ):
        for name, case in CASES.items():
            times: dict[str, list[float]] = {ours.name: [], peer.name: []}
            for number in range(rounds + 1):
                turn = (ours, peer) if number % 2 else (peer, ours)
                answers = {c.name: c.ask({"case": name}) for c in turn}
                losses = [answer["loss"] for answer in answers.values()]
                if abs(losses[0] - losses[1]) > 1e-3 * max(losses):
                    raise SystemExit(f"{name}: not the same work, the losses differ: {answers}")
                if number:  # the first round warms caches up
                    for who, answer in answers.items():
                        times[who].append(answer["seconds"] / case.steps)
            rows.append(_row(name, times[ours.name], times[peer.name], case.bar))
            rows[-1]["loss"] = {who: answer["loss"] for who, answer in answers.items()}
        return rows, {"neuropil": ours.versions, "PyTorch": peer.versions}


def imports(python: Path, rounds: int) -> dict[str, Any]:
    """Time ``import neuropil`` and ``import torch`` in new processes, in turns."""
    times: dict[str, list[float]] = {"neuropil": [], "torch": []}
    for number in range(rounds + 1):
        for module, executable in (("neuropil", sys.executable), ("torch", str(python))):
            seconds = _import_seconds(module, executable)
            if number:
                times[module].append(seconds)
    return _row("import", times["neuropil"], times["torch"], IMPORT_BAR)


def _import_seconds(module: str, executable: str) -> float:
    program = (
        "import time; start = time.perf_counter(); "
        f"import {module}; print(time.perf_counter() - start)"
    )
    done = subprocess.run(
        [executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | pinned(1),
    )
    return float(done.stdout)


def _row(name: str, ours: list[float], peer: list[float], bar: float) -> dict[str, Any]:
    found = ratio(ours, peer)
    return {
        "case": name,
        "neuropil_us": 1e6 * sorted(ours)[len(ours) // 2],
        "peer_us": 1e6 * sorted(peer)[len(peer) // 2],
        "ratio": found.as_dict(),
        "text": str(found),
        "bar": bar,
        "holds": found.median <= bar,
    }


def markdown(result: dict[str, Any]) -> str:
    """The result as a table."""
    lines = [
        "| case | neuropil | PyTorch eager | ratio of times (95 % interval) | bar | |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['case']} | {row['neuropil_us']:.0f} µs | {row['peer_us']:.0f} µs "
        f"| {row['text']} | {row['bar']} | {'reached' if row['holds'] else 'MISSED'} |"
        for row in result["rows"]
    ]
    facts = "; ".join(f"{key} {value}" for key, value in result["machine"].items())
    versions = "; ".join(
        f"{who}: " + ", ".join(f"{k} {v}" for k, v in found.items())
        for who, found in result["versions"].items()
    )
    return "\n".join([*lines, "", f"One thread each. {facts}. {versions}."])


def main() -> int:
    """Run both benchmarks, print the table, write it where asked; 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="timed rounds (default 15)")
    parser.add_argument("--out", type=Path, help="folder for eager.json and eager.md")
    options = parser.parse_args()
    python = interpreter(*PYTORCH)
    rows, versions = steps(python, options.rounds)
    rows.append(imports(python, options.rounds))
    result = {"machine": describe(), "versions": versions, "rows": rows}
    print(markdown(result))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "eager.json").write_text(json.dumps(result, indent=2) + "\n")
        (options.out / "eager.md").write_text(markdown(result) + "\n")
    return 0 if all(row["holds"] for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
