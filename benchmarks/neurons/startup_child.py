"""A new process that simulates a second of CUBA and prints one line: its rate, where time went."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

DURATION = 1000.0  # ms
Spent = dict[str, float]


@contextmanager
def timed(spent: Spent, what: str) -> Iterator[None]:
    """Note the seconds of the block."""
    began = perf_counter()
    yield
    spent[what] = perf_counter() - began


def neuropil(request: dict[str, Any], spent: Spent) -> dict[str, Any]:
    """The network that comes with it."""
    with timed(spent, "import"):
        import neuropil as npl
        from neuropil.neurons import networks
    with timed(spent, "building"):
        net = networks.cuba(rng=0)
        spikes = net.record_spikes(net.populations["cells"])
    with timed(spent, "compiling and the first step"):
        net.run(net.dt, engine=request["engine"], progress=False)
    with timed(spent, "simulating"):
        net.run(DURATION - net.dt, engine=request["engine"], progress=False)
    return {"version": npl.__version__, "rate": spikes.rate()}


def brian2(request: dict[str, Any], spent: Spent) -> dict[str, Any]:
    """The script of its examples, in standalone mode."""
    with timed(spent, "import"):
        import brian2 as b2
        from brian2 import ms, mV
    b2.set_device("cpp_standalone", directory=request["folder"])
    began = perf_counter()
    taum, taue, taui = 20 * ms, 5 * ms, 10 * ms
    constants = {"taum": taum, "taue": taue, "taui": taui, "El": -49 * mV}
    equations = """
    dv/dt = (ge + gi - (v - El))/taum : volt (unless refractory)
    dge/dt = -ge/taue : volt
    dgi/dt = -gi/taui : volt
    """
    cells = b2.NeuronGroup(
        4000, equations, threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * ms,
        method="exact", namespace=constants,
    )  # fmt: skip
    cells.v = "-60*mV + rand()*10*mV"
    excitatory = b2.Synapses(cells[:3200], cells, on_pre="ge += 1.62*mV")
    inhibitory = b2.Synapses(cells[3200:], cells, on_pre="gi -= 9*mV")
    for synapses in (excitatory, inhibitory):
        synapses.connect(p=0.02)
    monitor = b2.SpikeMonitor(cells)
    net = b2.Network(cells, excitatory, inhibitory, monitor)
    net.run(DURATION * ms)
    rate = monitor.num_spikes / 4000 / DURATION * 1000.0
    timers = b2.device.timers
    spent["compiling"], spent["its program"] = timers["compile"]["make"], timers["run_binary"]
    spent["building"] = perf_counter() - began - spent["compiling"] - spent["its program"]
    return {"version": b2.__version__, "rate": rate}


if __name__ == "__main__":
    asked, parts = json.loads(sys.argv[1]), Spent()
    told = {"neuropil": neuropil, "Brian2": brian2}[asked["contestant"]](asked, parts)
    print(json.dumps({**told, "spent": parts}), flush=True)
