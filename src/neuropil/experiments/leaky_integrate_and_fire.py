"""Notes 1.4: the leaky integrate-and-fire neuron, with units and without."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuropil import neurons
from neuropil.experiments.harness import (
    Findings,
    Numpy,
    agree,
    below,
    close,
    equal,
    experiment,
    panels,
)
from neuropil.plot.colours import SERIES

TAU, REST = 20.0, 2.0  # τ_m = R C and τ_ref of the notes (ms)
CAPACITANCE, LEAK, THRESHOLD = 250.0, -70.0, -55.0  # pF, mV, mV
V_IN = np.array([0.5, 0.95, 1.5, 3.0, 10.0])
RC = neurons.LeakyIntegrateAndFire(CAPACITANCE, TAU, LEAK, THRESHOLD, LEAK, REST)
NORMALISED = neurons.NormalizedLeakyIntegrateAndFire(TAU, REST)
KNOWN = {400.0: 33.64, 1000.0: 149.25}  # pA, Hz, of a cell with τ_m = 10 ms


@experiment("The leaky integrate-and-fire neuron, with units and without", section="1.4")
def leaky_integrate_and_fire(seed: int, quick: bool) -> Findings:
    """τ_m dV/dt = R J_in − (V − V_L) is τ_m dv/dt = v_in − v with v = (V − V_L)/(V_th − V_L).

    Both forms agree in voltage and spikes. From 0, v is v_in(1 − e^(−t/τ)); an input of at most 1
    never brings it to its threshold, 1. After a spike it is 0 for τ_ref. With exact propagation
    and spikes located within steps, nothing of that depends on the step.
    """
    dt, duration = 0.5 if quick else 0.1, 200.0
    currents = V_IN * (THRESHOLD - LEAK) * CAPACITANCE / TAU  # v_in (V_th − V_L)/R
    physical, run = simulated(RC, currents, duration, dt), simulated(NORMALISED, V_IN, duration, dt)
    v, times = run["v"], run.times[:, None]
    charging = V_IN * -np.expm1(-times / TAU)
    first = [run.spike_times(i)[0] for i in (2, 3, 4)]
    rising = times < np.array([np.inf, np.inf, *first])
    waiting = v[(run.times > first[1]) & (run.times < first[1] + REST), 3]
    coarse = simulated(NORMALISED, V_IN, duration, 5.0)
    cells, all_times = run.spikes[1], run.spikes[0]
    intervals = [np.diff(run.spike_times(i)) for i in (2, 3, 4)]
    period = REST - TAU * np.log1p(-1.0 / V_IN[2:])
    other = neurons.LeakyIntegrateAndFire(tau=10.0)
    known = simulated(other, np.array(list(KNOWN)), 1000.0, 1.0).rate(after=200.0)
    claims = [
        agree("voltages of both forms", (physical["v"] - LEAK) / (THRESHOLD - LEAK), v,
              tolerance=1e-10),
        equal("cells that spike, in order", physical.spikes[1], cells),
        agree("times of their spikes", physical.spikes[0], all_times, tolerance=1e-10),
        agree("v until the first spike, and v_in(1 − e^(−t/τ))", v[rising], charging[rising],
              tolerance=1e-12),
        equal("spikes for v_in = 0.5 and 0.95", run.spiked[:, :2].sum(axis=0), [0, 0]),
        below("highest v: the threshold is", v.max(), 1.0),
        agree("first spikes: −τ ln(1 − 1/v_in)", first, period - REST, tolerance=1e-12),
        equal("v while refractory", np.unique(waiting), [0.0]),
        agree("intervals: τ_ref − τ ln(1 − 1/v_in)", np.concatenate(intervals),
              np.repeat(period, [len(x) for x in intervals]), tolerance=1e-12),
        agree("spikes with steps of 5 ms", coarse.spikes[0], all_times, tolerance=1e-12),
        close("rates at 400 and 1000 pA, τ_m = 10 ms (Hz)", known, list(KNOWN.values()),
              tolerance=0.005),
    ]  # fmt: skip
    return claims, {"Below the threshold, and above": _figure(run)}


def simulated(cell: neurons.Model, inputs: Numpy, duration: float, dt: float) -> neurons.Recording:
    """A cell for each input; spikes are where the threshold is crossed."""
    return neurons.simulate(
        cell, inputs, cells=len(inputs), duration=duration, dt=dt, timing=neurons.Located()
    )


def _figure(run: neurons.Recording) -> Any:
    figure, (below_it, above_it) = panels(2)
    shown = run.times <= 100.0
    for i, (v_in, colour) in enumerate(zip(V_IN[:4], SERIES, strict=False)):
        axes = below_it if v_in < 1.0 else above_it
        axes.plot(
            run.times[shown], run["v"][shown, i], color=colour, label=f"$v_{{in}}$ = {v_in:g}"
        )
        spikes = run.spike_times(i)
        axes.plot(spikes[spikes <= 100.0], 0.0 * spikes[spikes <= 100.0] + 1.1, "|", color=colour)
    for axes in (below_it, above_it):
        axes.axhline(1.0, color="#8a94a0", lw=0.8, ls="--")
        axes.set(xlabel="time (ms)", ylabel="v", ylim=(-0.05, 1.2))
        axes.legend(frameon=False)
    return figure
