"""``python -m benchmarks.network_gradient``: the gradient of CUBA's mean rate, back and forth.

The derivatives of the mean rate of 4,000 cells with respect to the two weights of their synapses,
through 1,000 steps with a surrogate derivative: backwards through time (eagerly, and in a program
of XLA where JAX is installed), by `npl.jvp`, and by tangents carried along in a simulation written
out with NumPy. Each in a process of its own, of which the largest memory and the seconds of the
processor are told. Exit code 1 if a gradient differs from a forward derivative by more than 1e-6
(relative), or took 4 GiB or more.
"""

from __future__ import annotations

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from benchmarks.harness.machine import describe
from benchmarks.network_gradient.work import WAYS, Task, measured
from neuropil.xla import available

MOST_APART, MOST_GIB = 1e-6, 4.0


def judged(results: dict[str, Any]) -> dict[str, Any]:
    """The largest relative difference of any gradient from any forward derivative, and the bars."""
    gradients = [x["derivatives"] for way, x in results.items() if way.startswith("backward")]
    forwards = [x["derivatives"] for way, x in results.items() if way.startswith("forward")]
    apart = max(
        abs(a - b) / abs(b)
        for gradient in gradients
        for forward in forwards
        for a, b in zip(gradient, forward, strict=True)
    )
    peak = max(x["peak_gib"] for way, x in results.items() if way.startswith("backward"))
    holds = apart <= MOST_APART and peak < MOST_GIB
    return {"apart": apart, "peak_gib": peak, "holds": holds}


def main() -> None:
    """Compute, tell, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--beta", type=float, default=100.0, help="of SuperSpike (1/mV)")
    parser.add_argument("--json", action="store_true", help="one object instead of lines")
    arguments = parser.parse_args()
    results = {}
    for way in WAYS:
        if "XLA" in way and not available():
            continue
        task = Task(way, arguments.steps, arguments.seed, arguments.beta)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            results[way] = pool.submit(measured, task).result()
        if not arguments.json:
            print(line(way, results[way]), flush=True)
    verdict = judged(results)
    if arguments.json:
        print(json.dumps({"machine": describe(), "results": results, **verdict}))
    else:
        print(
            f"largest relative difference {verdict['apart']:.1e} (at most {MOST_APART:g}), "
            f"largest memory of a gradient {verdict['peak_gib']:.2f} GiB (below {MOST_GIB:g}): "
            f"{'holds' if verdict['holds'] else 'DOES NOT HOLD'}"
        )
    raise SystemExit(0 if verdict["holds"] else 1)


def line(way: str, result: dict[str, Any]) -> str:
    """One way's figures."""
    excitatory, inhibitory = result["derivatives"]
    seconds = ", ".join(f"{name} {x:.1f} s" for name, x in result["seconds"].items())
    return (
        f"{way}: {result['rate_hz']:.2f} Hz, {excitatory:.12g} and {inhibitory:.12g} Hz/mV, "
        f"{result['peak_gib']:.2f} GiB, {seconds}"
    )


if __name__ == "__main__":
    main()
