"""``python -m benchmarks.neurons``: spiking networks and cells, by us and by other simulators.

Every peer is installed into an environment of its own. Contestants take turns within one run, with
the same parameters, initial state and wiring; their rates are compared, and for those that compute
the same steps the first spikes one by one. A figure is the median over rounds of the peer's time
divided by ours, for the simulation alone, with a 95 % interval; a bar is reached where the
interval's lower end reaches it. Exit code 1 if one is not.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.harness.contestant import Contestant
from benchmarks.harness.environment import interpreter
from benchmarks.harness.machine import describe
from benchmarks.neurons.cases import CASES, DTYPES, ENGINE, Case
from benchmarks.neurons.judging import judged, markdown
from benchmarks.neurons.wiring import write

HERE = "benchmarks.neurons"
BRIAN2 = ("brian2==2.9.0", "numpy<2", "setuptools<81")
PEERS: dict[str, tuple[tuple[str, ...], str, dict[str, str]]] = {
    "Brian2 C++": (BRIAN2, "contestant_brian2", {}),
    "Brian2 Cython": (BRIAN2, "contestant_brian2", {"TARGET": "cython"}),
    "NEST": (("nest-simulator==3.10.0",), "contestant_nest", {}),
    "NEURON": (("neuron==9.0.2",), "contestant_neuron", {}),
    "XLA float64": ((), "contestant_xla", {"DTYPE": "float64"}),
    "XLA float32": ((), "contestant_xla", {"DTYPE": "float32"}),
}
"""By name: what to install (nothing: JAX is ours already), the module, its settings."""

Answers = dict[str, list[dict[str, Any]]]
"""What each contestant told, round by round."""


def measure(
    name: str, case: Case, contestants: list[Contestant], folder: str, rounds: int
) -> Answers:
    """The contestants take turns, after a first round that counts for nothing."""
    request = {"case": name, "duration": case.duration, "folder": folder}
    answers: Answers = {contestant.name: [] for contestant in contestants}
    for number in range(rounds + 1):
        for contestant in contestants if number % 2 else contestants[::-1]:
            answer = contestant.ask(request)
            if number:
                answers[contestant.name].append(answer)
        print(f"{name}: round {number} of {rounds}", file=sys.stderr, flush=True)
    check(name, case, answers)
    return answers


def check(name: str, case: Case, answers: Answers) -> None:
    """Refuse contestants that did not do the same work."""
    rates = {who: told[-1]["rate"] for who, told in answers.items()}
    if max(rates.values()) - min(rates.values()) > case.apart:
        raise SystemExit(f"{name}: not the same work, the rates differ: {rates}")
    ours = answers["float64"][-1]["early"]
    for peer in case.early:
        if peer in answers and answers[peer][-1]["early"] != ours:
            raise SystemExit(f"{name}: not the same work, the first spikes of {peer} are others")


def arguments() -> argparse.Namespace:
    """From the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11, help="timed rounds (default 11)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    parser.add_argument("--cases", nargs="+", default=list(CASES), choices=list(CASES))
    parser.add_argument("--peers", nargs="+", default=list(PEERS), choices=list(PEERS))
    parser.add_argument("--engine", default=ENGINE, help=f"ours (default {ENGINE})")
    parser.add_argument("--duration", type=float, help="ms a turn instead of each case's own")
    parser.add_argument("--out", type=Path, help="folder for neurons.json and neurons.md")
    return parser.parse_args()


def entered(stack: ExitStack, options: argparse.Namespace, threads: int) -> list[Contestant]:
    """Ours and the peers, at work."""
    ours, folder = Path(sys.executable), stack.enter_context(TemporaryDirectory())
    settings: dict[str, tuple[Path, str, dict[str, str]]] = {
        dtype: (
            ours,
            "contestant_neuropil",
            {"DTYPE": dtype, "ENGINE": options.engine, "NEUROPIL_CACHE": f"{folder}/{dtype}"},
        )
        for dtype in DTYPES
    }
    for peer in options.peers:
        requirements, module, env = PEERS[peer]
        settings[peer] = interpreter(*requirements) if requirements else ours, module, env
    return [
        stack.enter_context(Contestant(name, python, f"{HERE}.{module}", threads, env))
        for name, (python, module, env) in settings.items()
    ]


def main() -> int:
    """Run, print the tables, write them where asked; 1 if a bar is missed."""
    options = arguments()
    rows, versions = [], {}
    for threads in options.threads:
        with ExitStack() as stack:
            folder = stack.enter_context(TemporaryDirectory())
            write(Path(folder))
            everyone = entered(stack, options, threads)
            versions = {contestant.name: contestant.versions for contestant in everyone}
            for name in options.cases:
                case = CASES[name]
                if options.duration:
                    case = replace(case, duration=options.duration)
                able = [c for c in everyone if c.name in (*DTYPES, *case.peers)]
                found = measure(name, case, able, folder, options.rounds)
                rows.append(judged(name, case, threads, found))
    result = {"machine": describe(), "engine": options.engine, "versions": versions, "rows": rows}
    print(markdown(result))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "neurons.json").write_text(json.dumps(result, indent=2) + "\n")
        (options.out / "neurons.md").write_text(markdown(result) + "\n")
    return 0 if all(c["held"] for row in rows for c in row["comparisons"]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
