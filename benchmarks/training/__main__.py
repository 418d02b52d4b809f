"""``python -m benchmarks.training``: steps of training, `fit` in a program of XLA's, and the field.

Every peer is installed into an environment of its own. Contestants take turns within one run, on
the same data, initial parameters and order of batches; their losses are compared. A figure is the
median over rounds of the peer's time divided by ours, with a 95 % interval; a bar is reached where
the interval's lower end reaches it. Exit code 1 if one is not.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness.contestant import Contestant
from benchmarks.harness.environment import interpreter
from benchmarks.harness.machine import describe
from benchmarks.harness.statistics import Ratio, ratio
from benchmarks.training.cases import CASES, Case, orders

HERE = "benchmarks.training"
TORCH = ("torch==2.13.0", "numpy")
PEERS: dict[str, tuple[tuple[str, ...], str, dict[str, str]]] = {
    "PyTorch": (TORCH, "contestant_pytorch", {}),
    "torch.compile": (TORCH, "contestant_pytorch", {"CONTESTANT": "compiled"}),
    "JAX": ((), "contestant_jax", {}),
    "scikit-learn": (("scikit-learn==1.9.1",), "contestant_sklearn", {}),
}
"""By name: what to install (nothing: JAX is ours already), the module, its settings."""

SAME_LOSS = {"vae": 0.02}
"""How far losses may be apart, relatively, where each contestant draws noise of its own."""

GEOMETRIC_BAR = 2.0


def can(peer: str, case: Case) -> bool:
    """Whether the peer can do this work."""
    if peer == "scikit-learn":
        return case.net == "dense" and case.sizes[0] > 10
    # torch.compile unrolls or refuses nn.LSTM; 20,000 steps of a net this small say nothing of it.
    return peer != "torch.compile" or (case.net != "lstm" and not case.whole)


def measure(name: str, case: Case, contestants: list[Contestant], rounds: int) -> dict[str, Any]:
    """The contestants take turns: their times, after a first round that counts for nothing."""
    request = {"case": name}
    if not case.whole:
        request["orders"] = orders(case).tolist()
    times: dict[str, list[float]] = {c.name: [] for c in contestants}
    losses: dict[str, float] = {}
    for number in range(rounds + 1):
        for contestant in contestants if number % 2 else contestants[::-1]:
            answer = contestant.ask(request)
            losses[contestant.name] = answer["loss"]
            if number:
                times[contestant.name].append(answer["seconds"])
    ours = losses["neuropil"]
    for peer, loss in losses.items():
        if peer != "scikit-learn" and abs(loss - ours) > SAME_LOSS.get(case.net, 5e-3) * abs(ours):
            raise SystemExit(f"{name}: not the same work, the losses differ: {losses}")
    return {"times": times, "losses": losses}


def judged(name: str, case: Case, threads: int, found: dict[str, Any]) -> dict[str, Any]:
    """The ratios of a case, and whether its bars are reached."""
    times = found["times"]
    ratios = {p: ratio(times[p], times["neuropil"]) for p in times if p != "neuropil"}
    bars = {peer: bar for peer, bar in case.bars.items() if peer in ratios}
    held = {peer: ratios[peer].low >= bar for peer, bar in bars.items()}
    best = min(ratios, key=lambda peer: ratios[peer].median)
    if case.best is not None:
        bars["the best peer"] = case.best
        held["the best peer"] = ratios[best].low >= case.best
    return {
        "case": name,
        "threads": threads,
        "step_us": 1e6 * float(np.median(times["neuropil"])) / case.steps,
        "ratios": {peer: r.as_dict() for peer, r in ratios.items()},
        "best": best,
        "bars": bars,
        "held": held,
        "losses": found["losses"],
    }


def markdown(result: dict[str, Any], peers: list[str]) -> str:
    """The result as a table."""
    head = ["case", "threads", "our step", *peers, "bar", ""]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for row in result["rows"]:
        cells = [str(Ratio(**row["ratios"][p])) if p in row["ratios"] else "" for p in peers]
        bars = ", ".join(f"{bar:g} {peer}" for peer, bar in row["bars"].items())
        missed = [peer for peer, held in row["held"].items() if not held]
        verdict = f"MISSED: {', '.join(missed)}" if missed else "reached"
        us = f"{row['step_us']:.3g} µs"
        whole = [row["case"], str(row["threads"]), us, *cells, bars, verdict]
        lines.append(f"| {' | '.join(whole)} |")
    for threads, mean in result["geometric"].items():
        lines += ["", f"Geometric mean against PyTorch, {threads} thread(s): {mean:.2f} (bar 2)."]
    facts = "; ".join(f"{key} {value}" for key, value in result["machine"].items())
    versions = "; ".join(
        f"{who}: " + ", ".join(f"{k} {v}" for k, v in found.items())
        for who, found in result["versions"].items()
    )
    return "\n".join([*lines, "", f"Peer's time / ours. {facts}. {versions}."])


def geometric_means(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Over all cases, of the medians against PyTorch, for each number of threads."""
    found: dict[str, float] = {}
    for threads in sorted({row["threads"] for row in rows}):
        medians = [
            row["ratios"]["PyTorch"]["median"]
            for row in rows
            if row["threads"] == threads and "PyTorch" in row["ratios"]
        ]
        if medians:
            found[str(threads)] = float(np.exp(np.mean(np.log(medians))))
    return found


def arguments() -> argparse.Namespace:
    """From the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21, help="timed rounds (default 21)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--cases", nargs="+", default=list(CASES), metavar="CASE",
                        help="those whose name begins so (default all)")  # fmt: skip
    parser.add_argument("--peers", nargs="+", default=list(PEERS), choices=list(PEERS))
    parser.add_argument("--out", type=Path, help="folder for training.json and training.md")
    return parser.parse_args()


def main() -> int:
    """Run, print the table, write it where asked; 1 if a bar is missed."""
    options = arguments()
    chosen = {n: c for n, c in CASES.items() if any(n.startswith(b) for b in options.cases)}
    rows, versions = [], {}
    for threads in options.threads:
        with ExitStack() as stack:
            python = Path(sys.executable)
            ours = Contestant("neuropil", python, f"{HERE}.contestant_neuropil", threads)
            everyone = [stack.enter_context(ours)]
            for peer in options.peers:
                requirements, module, env = PEERS[peer]
                python = interpreter(*requirements) if requirements else Path(sys.executable)
                contestant = Contestant(peer, python, f"{HERE}.{module}", threads, env)
                everyone.append(stack.enter_context(contestant))
            versions = {contestant.name: contestant.versions for contestant in everyone}
            for name, case in chosen.items():
                able = [ours, *(c for c in everyone[1:] if can(c.name, case))]
                rows.append(judged(name, case, threads, measure(name, case, able, options.rounds)))
                print(json.dumps({k: rows[-1][k] for k in ("case", "threads", "held")}), flush=True)
    result: dict[str, Any] = {
        "machine": describe(), "versions": versions, "rows": rows,
        "geometric": geometric_means(rows),
    }  # fmt: skip
    print(markdown(result, options.peers))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "training.json").write_text(json.dumps(result, indent=2) + "\n")
        (options.out / "training.md").write_text(markdown(result, options.peers) + "\n")
    reached = all(all(row["held"].values()) for row in rows)
    whole = len(chosen) < len(CASES) or min(result["geometric"].values()) >= GEOMETRIC_BAR
    return 0 if reached and whole else 1


if __name__ == "__main__":
    raise SystemExit(main())
