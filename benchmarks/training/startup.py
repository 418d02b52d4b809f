"""``python -m benchmarks.training.startup``: how soon training begins, and what it occupies.

All figures come from new processes, which take turns: neuropil with an empty cache of programs,
then with the cache that this process left, and PyTorch; on one processor. The time to the first
step runs from the start of Python until the process tells the loss; how long it takes to end does
not count. A ratio is the median over rounds with a 95 % interval; a bar is reached where the
interval's upper end reaches it. Exit code 1 if one is not.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import defaultdict
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.harness.environment import interpreter, pinned
from benchmarks.harness.machine import describe
from benchmarks.harness.statistics import ratio
from benchmarks.training.startup_sizes import installed, ours

TORCH = ("torch==2.13.0", "numpy")
LENET, DENSE = "LeNet, batch 64", "784-128-10, batch 64"
SHORT, LONG = "LSTM 128, 28 steps, batch 64", "LSTM 128, 784 steps, batch 64"
SHOWN_PACKAGES = 5


@dataclass(frozen=True)
class Process:
    """One that is started once a round: who, and what it trains; without a case it only imports."""

    contestant: str
    name: str
    case: str = ""
    engine: str = "xla"
    samples: int = 64
    epochs: int = 1


def few_steps(case: str) -> list[list[Process]]:
    """Of everyone, for their memory."""
    return [
        [Process("neuropil", f"{case}, xla", case, "xla", samples=320, epochs=2)],
        [Process("neuropil", f"{case}, eager", case, "eager", samples=320, epochs=2)],
        [Process("PyTorch", case, case, samples=320, epochs=2)],
    ]


TURNS = [
    [Process("neuropil", "import")],
    [Process("PyTorch", "import")],
    [Process("neuropil", "empty cache", LENET), Process("neuropil", "warm cache", LENET)],
    [Process("PyTorch", "step", LENET)],
    [Process("neuropil", SHORT, SHORT, epochs=2)],
    [Process("neuropil", LONG, LONG, epochs=2)],
    *few_steps(DENSE),
    *few_steps(LENET),
]
"""Processes of one turn share a cache, which is empty for the first of them."""

STEPS = [("neuropil", "empty cache"), ("neuropil", "warm cache"), ("PyTorch", "step")]

Answers = dict[tuple[str, str], list[dict[str, Any]]]


def answer(process: Process, python: Path, cache: str, bytecode: str) -> dict[str, Any]:
    """Start a process; what it tells, and the seconds until it does.

    Bytecode is kept, as that of installed packages is, whatever our caller has set.
    """
    env = {k: v for k, v in os.environ.items() if not k.startswith(("JAX_", "PYTHONDONT"))}
    env |= pinned(1) | {"NEUROPIL_CACHE": cache, "PYTHONPYCACHEPREFIX": bytecode}
    request = json.dumps(asdict(process))
    command = [str(python), "-m", "benchmarks.training.startup_child", request]
    began = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as child:
        assert child.stdout is not None
        line = child.stdout.readline()
        seconds = perf_counter() - began
    if not line:
        raise SystemExit(f"{process} stopped with code {child.returncode}")
    return {**json.loads(line), "until": seconds}


def answers(rounds: int, pythons: dict[str, Path]) -> Answers:
    """Of all rounds but the first, in which bytecode is made."""
    found: Answers = defaultdict(list)
    with TemporaryDirectory() as bytecode:
        for number in range(rounds + 1):
            for turn in TURNS if number % 2 else TURNS[::-1]:
                with TemporaryDirectory() as cache:
                    for process in turn:
                        told = answer(process, pythons[process.contestant], cache, bytecode)
                        if number:
                            found[process.contestant, process.name].append(told)
            print(f"round {number} of {rounds}", file=sys.stderr, flush=True)
    first, peer = (found[key][0]["losses"][0] for key in STEPS[1:])
    if abs(first - peer) > 1e-3 * peer:
        raise SystemExit(f"not the same work, the losses differ: {first}, {peer}")
    return found


def row(
    what: str, unit: str, left: list[float], right: list[float], bar: float | None = None
) -> dict[str, Any]:
    """A figure of ours and the one it is divided by."""
    found = ratio(left, right)
    return {
        "what": what,
        "medians": [float(np.median(left)), float(np.median(right))],
        "unit": unit,
        "ratio": found.as_dict(),
        "text": str(found),
        "bar": bar,
        "held": bar is None or found.high <= bar,
    }


def rows(found: Answers) -> list[dict[str, Any]]:
    """All figures that are compared."""

    def each(contestant: str, name: str, figure: str) -> list[Any]:
        return [told[figure] for told in found[contestant, name]]

    def importing(contestant: str) -> list[float]:
        return [told["spent"]["import"] for told in found[contestant, "import"]]

    def compiling(case: str) -> list[float]:
        return [first - second for first, second in each("neuropil", case, "seconds")]

    peer = each("PyTorch", "step", "until")
    made = [row("import", "s", importing("neuropil"), importing("PyTorch"))]
    for name, bar in (("empty cache", 1.5), ("warm cache", 1.0)):
        until = each("neuropil", name, "until")
        made.append(row(f"first step of LeNet, {name}", "s", until, peer, bar))
    long, short = compiling(LONG), compiling(SHORT)
    made.append(row("compiling the LSTM, 784 steps against 28", "s", long, short, 2.0))
    for case in (DENSE, LENET):
        for engine in ("xla", "eager"):
            peaks = each("neuropil", f"{case}, {engine}", "peak"), each("PyTorch", case, "peak")
            made.append(row(f"peak memory, {case}, {engine}", "MB", *peaks))
    return made


def breakdown(found: Answers) -> dict[str, dict[str, float]]:
    """Median seconds until the first step of LeNet, by what they were spent on."""
    parts = {}
    for key in STEPS:
        spent = [told["spent"] for told in found[key]]
        for told, of in zip(found[key], spent, strict=True):
            of["Python itself"] = told["until"] - sum(of.values())
        parts[", ".join(key)] = {n: float(np.median([of[n] for of in spent])) for n in spent[0]}
    return parts


def markdown(result: dict[str, Any]) -> str:
    """The result as a table and lists."""
    head = ["", "neuropil", "against", "ratio (95 % interval)", "bar", ""]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for r in result["rows"]:
        figures = [f"{median:.4g} {r['unit']}" for median in r["medians"]]
        bar = (
            ["", ""] if r["bar"] is None else [str(r["bar"]), "reached" if r["held"] else "MISSED"]
        )
        lines.append(f"| {' | '.join([r['what'], *figures, r['text'], *bar])} |")
    lines += ["", "Seconds to the first step of LeNet:", ""]
    for who, parts in result["breakdown"].items():
        spent = ", ".join(f"{name} {seconds:.3f}" for name, seconds in parts.items())
        lines.append(f"- {who}: {spent}")
    lines += ["", "Installed:", ""]
    for who, sizes in result["installed"].items():
        largest = sorted(sizes, key=lambda name: -sizes[name])[:SHOWN_PACKAGES]
        among = ", ".join(f"{name} {sizes[name]:.0f}" for name in largest)
        lines.append(f"- {who}: {sum(sizes.values()):.0f} MB; the largest: {among}")
    facts = {**result["machine"], **result["versions"]}
    told = "; ".join(f"{key} {value}" for key, value in facts.items())
    return "\n".join([*lines, "", f"Against PyTorch where nothing else is said. {told}."])


def main() -> int:
    """Run, print the table, write it where asked; 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11, help="counted rounds (default 11)")
    parser.add_argument("--out", type=Path, help="folder for startup.json and startup.md")
    options = parser.parse_args()
    pythons = {"neuropil": Path(sys.executable), "PyTorch": interpreter(*TORCH)}
    if hasattr(os, "sched_setaffinity"):  # XLA counts processors, not threads
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    found = answers(options.rounds, pythons)
    result: dict[str, Any] = {
        "machine": describe(),
        "versions": {
            **{who: found[who, "import"][0]["version"] for who in pythons},
            **{package: version(package) for package in ("jax", "jaxlib", "numpy")},
        },
        "rows": rows(found),
        "breakdown": breakdown(found),
        "installed": {
            "neuropil[fast]": ours(pythons["neuropil"]),
            "PyTorch": installed(TORCH, pythons["PyTorch"]),
        },
    }
    print(markdown(result))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "startup.json").write_text(json.dumps(result, indent=2) + "\n")
        (options.out / "startup.md").write_text(markdown(result) + "\n")
    return 0 if all(row["held"] for row in result["rows"]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
