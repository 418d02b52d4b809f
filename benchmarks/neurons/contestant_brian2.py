"""Brian2, by its C++ standalone mode or (TARGET=cython) at run time, with its own defaults.

Those are ``-O3 -ffast-math -fno-finite-math-only -march=native``. The models are those of its
examples. What is timed is its loop over time steps, in standalone mode by its own measure.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import mkdtemp
from time import perf_counter
from typing import Any

import brian2 as b2
import numpy as np
from brian2 import ms, mV, nS, pA, pF, second, uS

from benchmarks.neurons.cases import CASES, CELL_CURRENTS
from benchmarks.neurons.turn import Outcome, Ready, answering, clock, kept_apart, threads

STANDALONE = os.environ.get("TARGET", "standalone") == "standalone"
EXCITATORY = 3200

CUBA = """
dv/dt = (ge + gi - (v - El))/taum : volt (unless refractory)
dge/dt = -ge/taue : volt
dgi/dt = -gi/taui : volt
"""
COBAHH = """
dv/dt = (gl*(El - v) + ge*(Ee - v) + gi*(Ei - v) - g_na*(m*m*m)*h*(v - ENa)
         - g_kd*(n*n*n*n)*(v - EK))/Cm : volt
dm/dt = alpha_m*(1 - m) - beta_m*m : 1
dn/dt = alpha_n*(1 - n) - beta_n*n : 1
dh/dt = alpha_h*(1 - h) - beta_h*h : 1
dge/dt = -ge*(1./taue) : siemens
dgi/dt = -gi*(1./taui) : siemens
alpha_m = 0.32*(mV**-1)*4*mV/exprel((13*mV - v + VT)/(4*mV))/ms : Hz
beta_m = 0.28*(mV**-1)*5*mV/exprel((v - VT - 40*mV)/(5*mV))/ms : Hz
alpha_h = 0.128*exp((17*mV - v + VT)/(18*mV))/ms : Hz
beta_h = 4./(1 + exp((40*mV - v + VT)/(5*mV)))/ms : Hz
alpha_n = 0.032*(mV**-1)*5*mV/exprel((15*mV - v + VT)/(5*mV))/ms : Hz
beta_n = .5*exp((10*mV - v + VT)/(40*mV))/ms : Hz
"""


def cuba(wiring: Any) -> list[Any]:
    """Integrate-and-fire cells with currents that decay."""
    taum, taue, taui = 20 * ms, 5 * ms, 10 * ms
    constants = {"taum": taum, "taue": taue, "taui": taui, "El": -49 * mV}
    cells = b2.NeuronGroup(
        len(wiring["v"]), CUBA, threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * ms,
        method="exact", namespace=constants,
    )  # fmt: skip
    cells.v = wiring["v"] * mV
    return [cells, *connected(cells, wiring, "ge += 1.62*mV", "gi -= 9*mV")]


def cobahh(wiring: Any) -> list[Any]:
    """Cells with channels, and synapses that open conductances."""
    constants = {
        "Cm": 200 * pF, "gl": 10 * nS, "El": -60 * mV, "EK": -90 * mV, "ENa": 50 * mV,
        "g_na": 20 * uS, "g_kd": 6 * uS, "VT": -63 * mV, "taue": 5 * ms, "taui": 10 * ms,
        "Ee": 0 * mV, "Ei": -80 * mV,
    }  # fmt: skip
    cells = b2.NeuronGroup(
        len(wiring["v"]), COBAHH, threshold="v > -20*mV", refractory=3 * ms,
        method="exponential_euler", namespace=constants,
    )  # fmt: skip
    cells.v, cells.ge, cells.gi = wiring["v"] * mV, wiring["e"] * nS, wiring["i"] * nS
    return [cells, *connected(cells, wiring, "ge += 6*nS", "gi += 67*nS")]


def connected(cells: Any, wiring: Any, excitatory: str, inhibitory: str) -> list[Any]:
    """The pairs of the file."""
    kinds = (("e", cells[:EXCITATORY], excitatory), ("i", cells[EXCITATORY:], inhibitory))
    made = [b2.Synapses(source, cells, on_pre=change) for _, source, change in kinds]
    for synapses, (kind, _, _) in zip(made, kinds, strict=True):
        synapses.connect(i=wiring[f"pre_{kind}"], j=wiring[f"post_{kind}"])
    return made


def lif_cell(_: Any) -> list[Any]:
    """C 250 pF, τ_m 10 ms, −70 mV to −55 mV."""
    drive = CELL_CURRENTS["lif-cell"] * pA * (10 * ms) / (250 * pF)
    cells = b2.NeuronGroup(
        1, "dv/dt = (El - v + drive)/taum : volt (unless refractory)", threshold="v > -55*mV",
        reset="v = -70*mV", refractory=2 * ms, method="exact",
        namespace={"El": -70 * mV, "drive": drive, "taum": 10 * ms},
    )  # fmt: skip
    cells.v = -70 * mV
    return [cells]


GROUPS = {"cuba": cuba, "cobahh": cobahh, "lif-cell": lif_cell}


def make(name: str, folder: str, duration: float) -> Ready:
    """Build and compile, in a folder of its own."""
    path = Path(folder) / f"{name}.npz"
    wiring = np.load(path) if path.exists() else None
    if STANDALONE:
        b2.device.reinit()
        b2.device.activate(build_on_run=False, directory=mkdtemp(dir=folder))
        b2.prefs.devices.cpp_standalone.openmp_threads = threads() if threads() > 1 else 0
    else:
        b2.prefs.codegen.target = "cython"
        b2.prefs.codegen.runtime.cython.cache_dir = mkdtemp(dir=folder)
    b2.defaultclock.dt = CASES[name].dt * ms
    began = perf_counter()
    groups = GROUPS[name](wiring)
    monitor = b2.SpikeMonitor(groups[0])
    net = b2.Network(*groups, monitor)
    how = standalone if STANDALONE else at_run_time
    return how(net, monitor, duration, began, CASES[name].dt)


def fired(monitor: Any, dt: float) -> tuple[list[int], list[int]]:
    """Steps (from 1) and cells of all spikes."""
    steps = np.rint(np.asarray(monitor.t / ms) / dt).astype(int) + 1
    return steps.tolist(), np.asarray(monitor.i).tolist()


def standalone(net: Any, monitor: Any, duration: float, began: float, dt: float) -> Ready:
    """C++ that is compiled and run as a process."""
    net.run(duration * ms)
    b2.device.build(compile=True, run=False, directory=b2.device.build_options["directory"])
    whole, compiling = perf_counter() - began, b2.device.timers["compile"]["make"]

    def run() -> Outcome:
        b2.device.run(with_output=False)
        steps, cells = fired(monitor, dt)
        return Outcome(b2.device._last_run_time, len(steps), steps, cells)

    return Ready(whole - compiling, compiling, run)


def at_run_time(net: Any, monitor: Any, duration: float, began: float, dt: float) -> Ready:
    """Functions that Cython compiles; those that connect are compiled while it builds."""
    net.store()
    built = perf_counter()
    net.run(dt * ms)
    compiled = perf_counter()

    def run() -> Outcome:
        net.restore()
        moments = []
        net.run(
            duration * ms,
            report=lambda *_: moments.append(clock()),  # before the first step and after the last
            report_period=1e6 * second,
        )
        steps, cells = fired(monitor, dt)
        return Outcome(moments[-1] - moments[0], len(steps), steps, cells)

    return Ready(built - began, compiled - built, run)


if __name__ == "__main__":
    if STANDALONE:
        b2.set_device("cpp_standalone", build_on_run=False)
    versions = {"brian2": b2.__version__, "numpy": np.__version__}
    answering(versions, dict.fromkeys(GROUPS, make), kept_apart())
