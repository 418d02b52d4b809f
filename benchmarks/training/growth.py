"""``python -m benchmarks.training.growth``: how the time of a training step grows with its size.

Width, depth, batch and length of a sequence grow by two decades each; `fit` in a program of XLA's,
PyTorch eager and hand-written JAX take turns on the same work, on one thread. A round goes through
all sizes, so that a machine that is slower for a while is not taken for growth. A time is that of
the quickest round; a ratio is the peer's time by ours, the median over rounds with a 95 % interval.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.harness.contestant import Contestant
from benchmarks.harness.environment import interpreter
from benchmarks.harness.machine import describe
from benchmarks.harness.statistics import Ratio, ratio
from benchmarks.training.__main__ import TORCH, measure
from benchmarks.training.cases import orders
from benchmarks.training.growth_cases import NAMED, SWEEPS, named
from benchmarks.training.growth_plot import drawn

MODULE = "benchmarks.training.growth_contestant"
PEERS = ("PyTorch", "JAX")

Times = dict[str, list[float]]
"""The seconds of each round, by contestant."""


def contestants(stack: ExitStack) -> list[Contestant]:
    """Ours and the peers, at work."""
    ours = Path(sys.executable)
    pythons = {"neuropil": ours, "PyTorch": interpreter(*TORCH), "JAX": ours}
    return [
        stack.enter_context(Contestant(name, python, MODULE, env={"OF": name.lower()}))
        for name, python in pythons.items()
    ]


def timed(everyone: list[Contestant], rounds: int) -> dict[str, Times]:
    """For each case the times, after a first round in which losses are compared."""
    for name, case in NAMED.items():
        measure(name, case, everyone, rounds=0)
    times: dict[str, Times] = {name: {c.name: [] for c in everyone} for name in NAMED}
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr, flush=True)
        for name, case in NAMED.items():
            request = {"case": name, "orders": orders(case).tolist()}
            for contestant in everyone if number % 2 else everyone[::-1]:
                times[name][contestant.name].append(contestant.ask(request)["seconds"])
    return times


def point(what: str, value: int, times: Times) -> dict[str, Any]:
    """The time of a step of each contestant, and the ratios, where what grows has this value."""
    steps = SWEEPS[what][value].steps
    return {
        "what": what,
        "value": value,
        "step_us": {who: 1e6 * min(seconds) / steps for who, seconds in times.items()},
        "ratios": {peer: ratio(times[peer], times["neuropil"]).as_dict() for peer in PEERS},
        "times": times,
    }


def growth(rows: list[dict[str, Any]], who: str) -> str:
    """By how much the time of a step grew from the first row to the last."""
    return f"{rows[-1]['step_us'][who] / rows[0]['step_us'][who]:.3g}"


def markdown(result: dict[str, Any]) -> str:
    """The result as a table."""
    head = ["", "our step", *(f"{peer} / ours" for peer in PEERS)]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for row in result["rows"]:
        cells = [f"{row['value']} {row['what']}", f"{1e-3 * row['step_us']['neuropil']:.3g} ms"]
        cells += [str(Ratio(**row["ratios"][peer])) for peer in PEERS]
        lines.append(f"| {' | '.join(cells)} |")
    who = ["neuropil", *PEERS]
    lines += ["", f"| a step takes longer | {' | '.join(who)} |", "|" + "---|" * (1 + len(who))]
    for what, sweep in SWEEPS.items():
        rows = [row for row in result["rows"] if row["what"] == what]
        times = max(sweep) / min(sweep)
        cells = [f"{times:.0f} times the {what}", *(f"{growth(rows, name)} times" for name in who)]
        lines.append(f"| {' | '.join(cells)} |")
    facts = "; ".join(f"{key} {value}" for key, value in result["machine"].items())
    versions = "; ".join(
        f"{name}: " + ", ".join(f"{k} {v}" for k, v in found.items())
        for name, found in result["versions"].items()
    )
    return "\n".join([*lines, "", f"One thread each. {facts}. {versions}."])


def main() -> int:
    """Run, print the tables, write them and the drawing where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="timed rounds (default 5)")
    parser.add_argument("--out", type=Path, help="folder for growth.json, .md, .png and .svg")
    options = parser.parse_args()
    with ExitStack() as stack:
        everyone = contestants(stack)
        times = timed(everyone, options.rounds)
        versions = {contestant.name: contestant.versions for contestant in everyone}
    rows = [
        point(what, value, times[named(what, value)])
        for what, sweep in SWEEPS.items()
        for value in sweep
    ]
    result = {"machine": describe(), "versions": versions, "rows": rows}
    print(markdown(result))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "growth.json").write_text(json.dumps(result, indent=2) + "\n")
        (options.out / "growth.md").write_text(markdown(result) + "\n")
        figure = drawn(rows, ["neuropil", *PEERS])
        for kind in ("png", "svg"):
            figure.savefig(options.out / f"growth.{kind}", dpi=150)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
