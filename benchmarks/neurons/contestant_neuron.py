"""NEURON: a compartment with its own ``hh`` mechanism, by its own fixed step."""

from __future__ import annotations

from time import perf_counter

from benchmarks.neurons.turn import Outcome, Ready, answering, clock, kept_apart

ANSWERS = kept_apart()

import neuron  # noqa: E402
from neuron import h  # noqa: E402

from benchmarks.neurons.cases import CASES, CELL_CURRENTS  # noqa: E402

NANOAMPERES = 1e-8 * 1e3  # µA/cm² times µm²


def make(name: str, _: str, duration: float) -> Ready:
    """Build; its mechanism is compiled already."""
    began = perf_counter()
    section = h.Section(name="axon")
    section.L = section.diam = 10.0
    section.cm = 1.0
    section.insert("hh")
    middle = section(0.5)
    middle.hh.el, h.celsius = -54.387, 6.3
    clamp = h.IClamp(middle)
    clamp.delay, clamp.dur = 0.0, 1e9
    clamp.amp = CELL_CURRENTS[name] * middle.area() * NANOAMPERES
    times, detector = h.Vector(), h.NetCon(middle._ref_v, None, sec=section)
    detector.threshold = 0.0
    detector.record(times)
    h.dt = CASES[name].dt
    parallel = h.ParallelContext()
    parallel.set_maxstep(10.0)  # quicker than stdrun's continuerun, which asks after each step
    kept = [section, clamp, detector, parallel]
    built = perf_counter()

    def run() -> Outcome:
        assert kept
        h.finitialize(-64.9964)
        began = clock()
        parallel.psolve(duration)
        seconds = clock() - began
        steps = [round(time / h.dt) for time in times]
        return Outcome(seconds, len(steps), steps, [0] * len(steps))

    return Ready(built - began, 0.0, run)


if __name__ == "__main__":
    answering({"neuron": neuron.__version__}, {"hh-cell": make}, ANSWERS)
