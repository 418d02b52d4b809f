"""A new process that builds and times one network of neuropil's, and prints one line."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

from benchmarks.neurons.growth_sizes import (
    DRIVE,
    DT,
    IN_DEGREE,
    SETTLING,
    SILENT,
    SPREAD,
    Size,
)
from neuropil.neurons import (
    Connection,
    FixedInDegree,
    FixedProbability,
    LeakyIntegrateAndFire,
    Network,
    SpikeRecord,
    Synapse,
    Uniform,
    WithSynapses,
)


def built(size: Size, *, connected: bool) -> tuple[Network, SpikeRecord, list[Connection]]:
    """The cells of CUBA in float32, with synapses or silent and without."""
    leak = DRIVE if connected else SILENT
    cell = LeakyIntegrateAndFire(
        capacitance=20.0, tau=20.0, leak=leak, threshold=-50.0, reset_to=-60.0, refractory=5.0
    )
    model = WithSynapses(cell, {"e": Synapse(5.0), "i": Synapse(10.0)})
    net = Network(DT, rng=0, dtype=np.float32)
    v = np.random.default_rng(0).uniform(-60.0, -50.0, size.cells)
    cells = net.population("cells", model, size.cells, initial={"v": v})
    parts = (cells[: size.boundary], cells[size.boundary :])
    made = []
    for source, port, weight in zip(parts, "ei", size.weights, strict=True):
        if connected:
            share = round(IN_DEGREE * len(source) / size.cells)
            rule = FixedProbability(size.probability) if size.probability else FixedInDegree(share)
            low, high = sorted((weight * (1.0 - SPREAD), weight * (1.0 + SPREAD)))
            made.append(net.connect(source, cells, port, weight=Uniform(low, high), rule=rule))
    return net, net.record_spikes(cells), made


def resident() -> int:
    """Bytes of memory this process has now (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def events(record: SpikeRecord, made: list[Connection], boundary: int) -> int:
    """How many synapses the spikes so far have passed."""
    if not made:
        return 0
    counts = record.counts()
    parts = (counts[:boundary], counts[boundary:])
    passed = (
        part @ np.diff(connection.table.rows) for part, connection in zip(parts, made, strict=True)
    )
    return int(sum(passed))


def measured(request: dict[str, Any]) -> dict[str, Any]:
    """Build, settle, run."""
    size = Size(request["cells"], request["probability"])
    before, began = resident(), perf_counter()
    net, record, made = built(size, connected=request["connected"])
    told: dict[str, Any] = {"build": perf_counter() - began}
    told["synapses"] = sum(map(len, made))
    told["stored"] = sum(_stored(connection) for connection in made)
    if not request["steps"]:
        return told
    run = {"engine": request["engine"], "progress": False}
    net.run(SETTLING * DT, **run)
    told["resident"] = resident() - before  # spikes that are recorded later do not count
    early, spikes = events(record, made, size.boundary), len(record.times)
    began = process_time()  # as Brian2's program counts
    net.run(request["steps"] * DT, **run)
    told["seconds"] = process_time() - began
    told["events"] = events(record, made, size.boundary) - early
    told["rate"] = (len(record.times) - spikes) / size.cells / (request["steps"] * DT) * 1000.0
    return told


def _stored(connection: Connection) -> int:
    table = connection.table
    each = (table.rows, table.targets, table.weights, table.delays)
    return sum(np.asarray(array).nbytes for array in each)


if __name__ == "__main__":
    print(json.dumps(measured(json.loads(sys.argv[1]))), flush=True)
