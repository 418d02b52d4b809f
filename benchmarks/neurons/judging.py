"""What the contestants' times come to: ratios, bars, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.harness.statistics import Ratio, ratio
from benchmarks.neurons.cases import DTYPES, compared

if TYPE_CHECKING:
    from benchmarks.neurons.cases import Case

NOTES = {
    "Brian2 C++": "standalone mode with its default flags (-O3 -ffast-math -march=native)",
    "NEST": "CUBA by iaf_psc_exp, exact; COBAHH by hh_cond_exp_traub, an adaptive Runge-Kutta "
    "method, spikes at the peak; every spike travels for 0.1 ms, the least there is",
    "NEURON": "its own hh mechanism and fixed step, one compartment",
}
"""What a reader has to know of a peer to compare it."""


def judged(name: str, case: Case, threads: int, answers: dict[str, Any]) -> dict[str, Any]:
    """The figures of a case, its ratios, and whether its bars are reached."""
    steps = case.cells * case.duration / case.dt
    seconds = {who: [told["seconds"] for told in each] for who, each in answers.items()}
    figures = {
        who: {
            "per_second": float(np.median(seconds[who])) / case.duration * 1000.0,
            "ns_per_neuron_step": float(np.median(seconds[who])) / steps * 1e9,
            **{key: told[-1][key] for key in ("build", "compile", "rate")},
        }
        for who, told in answers.items()
    }
    comparisons = []
    for peer in (who for who in answers if who not in DTYPES):
        for dtype in compared(peer):
            found, bar = ratio(seconds[peer], seconds[dtype]), case.bars.get(peer, {}).get(dtype)
            held = bar is None or found.low >= bar
            of = {"peer": peer, "dtype": dtype, "ratio": found.as_dict(), "bar": bar, "held": held}
            comparisons.append(of)
    return {
        "case": name, "title": case.title, "threads": threads, "duration": case.duration,
        "figures": figures, "comparisons": comparisons, "seconds": seconds,
    }  # fmt: skip


def markdown(result: dict[str, Any]) -> str:
    """The result as two tables and what belongs to them."""
    machine = "; ".join(f"{key} {value}" for key, value in result["machine"].items())
    versions = "; ".join(
        f"{who}: " + ", ".join(f"{k} {v}" for k, v in found.items())
        for who, found in result["versions"].items()
    )
    notes = [f"- {peer}: {note}" for peer, note in NOTES.items() if peer in result["versions"]]
    return "\n".join(
        [
            "Peer's time / ours, the simulation alone, with one thread processor time:",
            "",
            *_table(
                ["case", "threads", "peer", *DTYPES, "bar", ""],
                [line for row in result["rows"] for line in _ratios(row)],
            ),
            "",
            *_table(
                ["case", "threads", "by", "a simulated second", "a neuron and step", "building",
                 "compiling", "rate"],
                [line for row in result["rows"] for line in _figures(row)],
            ),
            "",
            *notes,
            "",
            f"Engine {result['engine']}. {machine}. {versions}.",
        ]
    )  # fmt: skip


def _table(head: list[str], lines: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *lines)]


def _ratios(row: dict[str, Any]) -> list[list[str]]:
    lines = []
    for peer in dict.fromkeys(of["peer"] for of in row["comparisons"]):
        mine = {of["dtype"]: of for of in row["comparisons"] if of["peer"] == peer}
        cells = [str(Ratio(**mine[dtype]["ratio"])) if dtype in mine else "" for dtype in DTYPES]
        barred = {dtype: of for dtype, of in mine.items() if of["bar"] is not None}
        bars = ", ".join(f"{of['bar']:.3g} {dtype}" for dtype, of in barred.items())
        missed = [dtype for dtype, of in barred.items() if not of["held"]]
        verdict = f"MISSED: {', '.join(missed)}" if missed else "reached" * bool(barred)
        lines.append([row["title"], str(row["threads"]), peer, *cells, bars, verdict])
    return lines


def _figures(row: dict[str, Any]) -> list[list[str]]:
    return [
        [
            row["title"],
            str(row["threads"]),
            f"neuropil {who}" if who in DTYPES else who,
            f"{of['per_second']:.4g} s",
            f"{of['ns_per_neuron_step']:.3g} ns",
            f"{of['build']:.2f} s",
            f"{of['compile']:.2f} s",
            f"{of['rate']:.3f} Hz",
        ]
        for who, of in row["figures"].items()
    ]
