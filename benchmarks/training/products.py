"""``python -m benchmarks.training.products``: a training step against its bare matrix products.

How near a step of `fit` comes to the rate that XLA reaches on the same machine at the products of
this step alone: the time of the products by the time of the step. XLA takes a transposed operand
in two ways; the quicker one counts. How near any step could come is told by the same products with
Adam's update of the weights and nothing else, also in one pass over memory: for that XLA has an
experimental setting of a whole process, which a library must not touch. Everything takes turns
within one run; a figure is the median over rounds, with a 95 % interval, and its lower end has to
reach the bar. Exit code 1 if not.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness.contestant import Contestant
from benchmarks.harness.machine import describe
from benchmarks.harness.statistics import Ratio, ratio
from benchmarks.training.cases import CASES

HERE = "benchmarks.training"
CASE = "784-1024-1024-10, batch 256, Adam"
WAYS = ("within", "before")
"""Where a product's operand is transposed: `products_jax` has the two."""

UPDATES = ("three passes", "one pass")
"""How Adam follows on the products: `products_jax` has the two. No step can do without."""

ONE_LOOP = {"XLA_FLAGS": "--xla_backend_extra_options=xla_cpu_use_multi_output_fusion"}
"""What lets XLA compute several results in one loop over memory."""

NAMES = {
    "step": "a step of `fit`",
    **{way: f"products, transposing {way}" for way in WAYS},
    **{update: f"products and Adam's update in {update}" for update in UPDATES},
}

BARS = {1: 0.80, 2: 0.90}
"""By threads: the least share of the products' rate."""


def measure(threads: int, rounds: int) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """Steps and products in turns, after a first round that counts for nothing."""
    python = Path(sys.executable)
    with (
        Contestant("neuropil", python, f"{HERE}.contestant_neuropil", threads) as ours,
        Contestant("XLA's products", python, f"{HERE}.products_jax", threads) as bare,
        Contestant("in one loop", python, f"{HERE}.products_jax", threads, ONE_LOOP) as joined,
    ):
        asked: list[tuple[str, Contestant, dict[str, Any]]] = [("step", ours, {"case": CASE})]
        asked += [(way, bare, {"case": CASE, "way": way}) for way in WAYS]
        asked += [
            (update, contestant, {"case": CASE, "way": "before", "update": update})
            for update, contestant in zip(UPDATES, (bare, joined), strict=True)
        ]
        times: dict[str, list[float]] = {what: [] for what, _, _ in asked}
        flops = 0
        for number in range(rounds + 1):
            for what, contestant, request in asked if number % 2 else asked[::-1]:
                answer = contestant.ask(request)
                flops = answer.get("flops", flops)
                if number:
                    times[what].append(answer["seconds"])
        return judged(threads, times, flops), {c.name: c.versions for c in (ours, bare)}


def judged(threads: int, times: dict[str, list[float]], flops: int) -> dict[str, Any]:
    """The shares, and whether the one of the quicker products reaches the bar."""
    medians = {what: float(np.median(seconds)) for what, seconds in times.items()}
    quicker = min(WAYS, key=lambda way: medians[way])
    shares = {what: ratio(times[quicker], times[what]) for what in ("step", *UPDATES)}
    bar = BARS.get(threads)
    return {
        "threads": threads,
        "milliseconds": {what: 1e3 * s / CASES[CASE].steps for what, s in medians.items()},
        "gigaflops": {what: 1e-9 * flops / seconds for what, seconds in medians.items()},
        "shares": {way: share.as_dict() for way, share in shares.items()},
        "quicker": quicker,
        "bar": bar,
        "held": bar is None or shares["step"].low >= bar,
        "times": times,
    }


def markdown(result: dict[str, Any]) -> str:
    """The result as a table."""
    lines = [
        "| threads | | ms a step | GFLOP/s | share of the products' rate | bar | |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in result["rows"]:
        for what, ms in row["milliseconds"].items():
            share = row["shares"].get(what)
            has_bar = what == "step" and row["bar"] is not None
            verdict = f"{row['bar']:.2f} | {'reached' if row['held'] else 'MISSED'}"
            cells = [
                str(row["threads"]),
                NAMES[what],
                f"{ms:.2f}",
                f"{row['gigaflops'][what]:.0f}",
                str(Ratio(**share)) if share else "",
                verdict if has_bar else " | ",
            ]
            lines.append(f"| {' | '.join(cells)} |")
    facts = "; ".join(f"{key} {value}" for key, value in result["machine"].items())
    versions = "; ".join(
        f"{who}: " + ", ".join(f"{k} {v}" for k, v in found.items())
        for who, found in result["versions"].items()
    )
    return "\n".join([*lines, "", f"{CASE}. {facts}. {versions}."])


def arguments() -> argparse.Namespace:
    """From the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="timed rounds (default 15)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--out", type=Path, help="folder for products.json and products.md")
    options = parser.parse_args()
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if max(options.threads) > (here or 1):
        parser.error(f"--threads {max(options.threads)}: there are only {here} processors")
    return options


def main() -> int:
    """Run, print the table, write it where asked; 1 if a bar is missed."""
    options = arguments()
    rows: list[dict[str, Any]] = []
    versions: dict[str, dict[str, str]] = {}
    for threads in options.threads:
        row, versions = measure(threads, options.rounds)
        rows.append(row)
    result = {"machine": describe(), "versions": versions, "case": CASE, "rows": rows}
    print(markdown(result))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "products.json").write_text(json.dumps(result, indent=2) + "\n")
        (options.out / "products.md").write_text(markdown(result) + "\n")
    return 0 if all(row["held"] for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
