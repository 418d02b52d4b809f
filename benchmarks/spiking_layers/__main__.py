"""``python -m benchmarks.spiking_layers``: steps of training spiking networks, and the field.

snnTorch and Norse are installed into environments of their own. Each takes turns with neuropil
within one run, on the same data, initial parameters, order of batches and cells; spikes and losses
are compared. Both run step by step as their tutorials do, and once more with the currents of the
first layer computed for all times in one product, which we do as well. A figure is the median over
rounds of the peer's time divided by ours, with a 95 % interval; a bar is reached where the lower
end reaches it. Exit code 1 if one is not.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness.contestant import Contestant
from benchmarks.harness.environment import interpreter
from benchmarks.harness.machine import describe
from benchmarks.harness.statistics import Ratio, ratio
from benchmarks.spiking_layers.cases import CASES, orders

HERE = "benchmarks.spiking_layers"
TORCH = ("torch==2.13.0", "numpy")
PEERS = {
    "snnTorch": (("snntorch==1.0.0", *TORCH), "contestant_snntorch"),
    "Norse": (("norse==1.1.0", *TORCH), "contestant_norse"),
}
SAME_LOSS = 0.02
"""How far losses may be apart, relatively: a rounding may decide whether a cell spikes."""


def measure(name: str, like: str, ours: Contestant, peer: Contestant, rounds: int) -> Any:
    """Three contestants in turn, ours and both forms of the peer, after a round for nothing."""
    case = CASES[name]
    request = {"case": name, "like": like}
    of_peer = request | {"orders": orders(case).tolist()}
    turns: dict[str, tuple[Contestant, dict[str, Any]]] = {
        "neuropil": (ours, request),
        "step by step": (peer, of_peer | {"at_once": False}),
        "at once": (peer, of_peer | {"at_once": True}),
    }
    times: dict[str, list[float]] = {turn: [] for turn in turns}
    answers: dict[str, dict[str, float]] = {}
    for number in range(rounds + 1):
        for turn in list(turns) if number % 2 else list(turns)[::-1]:
            contestant, asked = turns[turn]
            answers[turn] = contestant.ask(asked)
            if number:
                times[turn].append(answers[turn]["seconds"])
    losses = {turn: answer["loss"] for turn, answer in answers.items()}
    if max(losses.values()) > (1.0 + SAME_LOSS) * min(losses.values()):
        raise SystemExit(f"{name}, {like}: not the same work, the losses differ: {losses}")
    return times, losses, answers["neuropil"]["rate"]


def judged(name: str, like: str, threads: int, found: Any) -> dict[str, Any]:
    """The ratios of a case, and whether the bar is reached against both forms of the peer."""
    times, losses, rate = found
    ratios = {turn: ratio(times[turn], times["neuropil"]) for turn in times if turn != "neuropil"}
    case = CASES[name]
    return {
        "case": name,
        "peer": like,
        "threads": threads,
        "step_ms": 1e3 * float(np.median(times["neuropil"])) / case.timed,
        "ratios": {turn: r.as_dict() for turn, r in ratios.items()},
        "bar": case.bar,
        "held": {turn: r.low >= case.bar for turn, r in ratios.items()},
        "losses": losses,
        "rate": rate,
    }


def markdown(result: dict[str, Any]) -> str:
    """The result as a table."""
    lines = [
        "| cells | peer | threads | our step | step by step | at once | bar | |",
        "|---" * 8 + "|",
    ]
    for row in result["rows"]:
        cells = [str(Ratio(**row["ratios"][turn])) for turn in ("step by step", "at once")]
        missed = [turn for turn, held in row["held"].items() if not held]
        verdict = f"MISSED: {', '.join(missed)}" if missed else "reached"
        whole = [
            row["case"], row["peer"], str(row["threads"]), f"{row['step_ms']:.3g} ms", *cells,
            f"{row['bar']:g}", verdict,
        ]  # fmt: skip
        lines.append(f"| {' | '.join(whole)} |")
    facts = "; ".join(f"{key} {value}" for key, value in result["machine"].items())
    versions = "; ".join(
        f"{who}: " + ", ".join(f"{k} {v}" for k, v in found.items())
        for who, found in result["versions"].items()
    )
    return "\n".join([*lines, "", f"Peer's time / ours. {facts}. {versions}."])


def arguments() -> argparse.Namespace:
    """From the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11, help="timed rounds (default 11)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    parser.add_argument("--cases", nargs="+", default=list(CASES), metavar="CASE",
                        help="those whose name begins so (default all)")  # fmt: skip
    parser.add_argument("--peers", nargs="+", default=list(PEERS), choices=list(PEERS))
    parser.add_argument("--out", type=Path, help="folder for spiking_layers.json and .md")
    return parser.parse_args()


def main() -> int:
    """Run, print the table, write it where asked; 1 if a bar is missed."""
    options = arguments()
    chosen = [n for n in CASES if any(n.startswith(b) for b in options.cases)]
    rows: list[dict[str, Any]] = []
    versions: dict[str, dict[str, str]] = {}
    for threads in options.threads:
        for like in options.peers:
            requirements, module = PEERS[like]
            python = Path(sys.executable)
            with (
                Contestant("neuropil", python, f"{HERE}.contestant_neuropil", threads) as ours,
                Contestant(like, interpreter(*requirements), f"{HERE}.{module}", threads) as peer,
            ):
                versions |= {who.name: who.versions for who in (ours, peer)}
                for name in chosen:
                    found = measure(name, like, ours, peer, options.rounds)
                    rows.append(judged(name, like, threads, found))
                    print(json.dumps(rows[-1]), flush=True)
    result: dict[str, Any] = {"machine": describe(), "versions": versions, "rows": rows}
    print(markdown(result))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "spiking_layers.json").write_text(json.dumps(result, indent=2) + "\n")
        (options.out / "spiking_layers.md").write_text(markdown(result) + "\n")
    return 0 if all(all(row["held"].values()) for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
