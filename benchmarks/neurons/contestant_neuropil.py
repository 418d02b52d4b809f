"""neuropil: the networks that come with it, and cells as a user makes them; DTYPE says in what."""

from __future__ import annotations

import os
from time import perf_counter
from typing import Any

import numpy as np

import neuropil as npl
from benchmarks.neurons.cases import (
    CASES,
    CELL_CURRENTS,
    ENGINE,
    POPULATION_CURRENTS,
    SEED,
    Case,
)
from benchmarks.neurons.turn import Outcome, Ready, answering, clock
from neuropil.neurons import (
    ExponentialEuler,
    HodgkinHuxley,
    LeakyIntegrateAndFire,
    Network,
    networks,
)

DTYPE = np.dtype(os.environ.get("DTYPE", "float64"))
CHOSEN = os.environ.get("ENGINE", ENGINE)


def network(name: str) -> Network:
    """The network, or the cells, of a case."""
    if name in {"cuba", "cobahh"}:
        ready: Network = getattr(networks, name)(rng=SEED, dtype=DTYPE)
        return ready
    case, net = CASES[name], Network(CASES[name].dt, rng=SEED, dtype=DTYPE)
    if name == "lif-cell":
        cells = net.population("cells", LeakyIntegrateAndFire(), case.cells)
    else:
        model, integrator = HodgkinHuxley(), ExponentialEuler()
        cells = net.population("cells", model, case.cells, integrator=integrator)
    net.inject(cells, _current(name, case))
    return net


def _current(name: str, case: Case) -> Any:
    if name in CELL_CURRENTS:
        return CELL_CURRENTS[name]
    return np.linspace(*POPULATION_CURRENTS, case.cells, dtype=DTYPE)


def make(name: str, _: str, duration: float) -> Ready:
    """Build, and compile by a run of one step."""
    began = perf_counter()
    net = network(name)
    record = net.record_spikes(net.populations["cells"])
    start = net.state_dict()
    built = perf_counter()
    net.run(net.dt, engine=CHOSEN, progress=False)
    compiled = perf_counter()

    def run() -> Outcome:
        net.load_state_dict(start)
        began = clock()
        net.run(duration, engine=CHOSEN, progress=False)
        seconds = clock() - began
        steps = np.rint(record.times / net.dt).astype(int)
        return Outcome(seconds, len(steps), steps.tolist(), record.cells.tolist())

    return Ready(built - began, compiled - built, run)


if __name__ == "__main__":
    answering(
        {"neuropil": npl.__version__, "numpy": np.__version__, "dtype": DTYPE.name},
        dict.fromkeys(CASES, make),
    )
