"""A new process that builds and times one network of Brian2's (C++), and prints one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import brian2 as b2
import numpy as np
from brian2 import ms, mV

from benchmarks.neurons.contestant_brian2 import CUBA
from benchmarks.neurons.growth_sizes import (
    DRIVE,
    DT,
    IN_DEGREE,
    SETTLING,
    SILENT,
    SPREAD,
    Size,
)


def connect(size: Size, cells: Any) -> list[Any]:
    """The synapses of both kinds, each with a weight of its own."""
    rng, made = np.random.default_rng(0), []
    parts = (cells[: size.boundary], cells[size.boundary :])
    for source, variable, weight in zip(parts, ("ge", "gi"), size.weights, strict=True):
        synapses = b2.Synapses(source, cells, "w : volt (constant)", on_pre=f"{variable} += w")
        if size.probability:
            synapses.connect(p=size.probability)
        else:
            share = round(IN_DEGREE * len(source) / size.cells)
            pre = rng.integers(len(source), size=share * size.cells, dtype=np.int32)
            synapses.connect(i=pre, j=np.repeat(np.arange(size.cells, dtype=np.int32), share))
        synapses.w = f"{weight}*mV*(1 + {SPREAD}*(2*rand() - 1))"
        made.append(synapses)
    return made


def run(folder: Path) -> tuple[float, int]:
    """Run the program: seconds of its last run, and the most memory it had (bytes)."""
    process = subprocess.Popen(
        ["./main", "--results_dir", f"{folder}/results/"], cwd=folder, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"Brian2's program stopped with status {status}")
    seconds = float((folder / "results/last_run_info.txt").read_text().split()[0])
    return seconds, usage.ru_maxrss * 1024


def measured(request: dict[str, Any]) -> dict[str, Any]:
    """Build, compile, run: it settles first."""
    size, folder = Size(request["cells"], request["probability"]), Path(request["folder"])
    b2.set_device("cpp_standalone", build_on_run=False, directory=str(folder))
    b2.defaultclock.dt = DT * ms
    began = perf_counter()
    leak = DRIVE if request["connected"] else SILENT
    constants = {"taum": 20 * ms, "taue": 5 * ms, "taui": 10 * ms, "El": leak * mV}
    cells = b2.NeuronGroup(
        size.cells, CUBA, threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * ms,
        method="exact", namespace=constants,
    )  # fmt: skip
    cells.v = "-60*mV + rand()*10*mV"
    monitor = b2.SpikeMonitor(cells)
    made = connect(size, cells) if request["connected"] else []
    net = b2.Network(cells, monitor, *made)
    net.run(SETTLING * DT * ms)
    net.run(request["steps"] * DT * ms)
    b2.device.build(compile=True, run=False, directory=str(folder))
    prepared = perf_counter() - began
    began = perf_counter()
    seconds, most = run(folder)
    whole = perf_counter() - began
    again = [run(folder)[0] for _ in range(request["rounds"] - 1)]
    b2.get_device().has_been_run = True  # so that it reads the results
    late = np.asarray(monitor.t / ms) > SETTLING * DT - DT / 2
    fired = np.bincount(np.asarray(monitor.i)[late], minlength=size.cells)
    outgoing = np.zeros(size.cells, np.int64)
    for synapses, first in zip(made, (0, size.boundary), strict=False):
        each = np.bincount(np.asarray(synapses.i), minlength=0)
        outgoing[first : first + len(each)] += each
    return {
        "compile": b2.device.timers["compile"]["make"],
        "build": prepared - b2.device.timers["compile"]["make"] + whole - seconds,
        "synapses": int(outgoing.sum()), "seconds": min([seconds, *again]), "resident": most,
        "events": int(fired @ outgoing),
        "rate": float(fired.sum()) / size.cells / (request["steps"] * DT) * 1000.0,
    }  # fmt: skip


if __name__ == "__main__":
    answer = measured(json.loads(sys.argv[1]))
    print(json.dumps(answer), flush=True)
