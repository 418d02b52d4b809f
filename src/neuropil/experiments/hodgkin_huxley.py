"""Notes 1.3: the membrane of Hodgkin and Huxley."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuropil import neurons
from neuropil.experiments import harness
from neuropil.experiments.harness import Findings, Numpy, above, agree, below, close, equal
from neuropil.plot.colours import SERIES

AXON = neurons.HodgkinHuxley()
GATES = {name: gate for channel in AXON.channels.values() for name, gate in channel.gates.items()}
REST = {"v": -64.9964, "m": 0.052955, "h": 0.595994, "n": 0.317732}
RATES = {6.5: 55.06, 10.0: 68.32, 20.0: 86.47, 50.0: 117.04}  # µA/cm², Hz
CURRENTS = [*RATES, -5.0, 0.0, 6.2, 6.3, 78.0, 80.0, 150.0, 158.0]
METHODS = [neurons.Euler(), neurons.ExponentialEuler(), neurons.Heun(), neurons.RK4()]
STEPS = 2.0 ** -np.arange(5, 9)  # ms


@harness.experiment("Hodgkin and Huxley's membrane, from rest to regular spikes", section="1.3")
def hodgkin_huxley(seed: int, quick: bool) -> Findings:
    """Below rest for a negative current, at rest for none, regular spikes, then faster ones.

    Firing that lasts begins near 6.26 µA/cm², at once with more than 50 Hz. Beyond the notes: above
    about 79 µA/cm² only the first peak passes 0 mV, and near 154 the oscillation that is left dies.
    Rates are right to 0.1 % with steps of 0.05 ms; the error of the voltage at a fixed time falls
    with the step as the order of each method says.
    """
    run = simulated(CURRENTS, 200.0 if quick else 1000.0, 0.05)
    ago = run.duration - run.times
    late = np.ptp(run["v"][ago < 50.0], axis=0)
    before = np.ptp(run["v"][(ago >= 50.0) & (ago < 100.0)], axis=0)
    v, swing, ratio, spikes = (
        dict(zip(CURRENTS, x, strict=True))
        for x in (run["v"].T, late, late / (before + 1e-9), run.spiked.sum(axis=0))
    )
    start = simulated([10.0], 3.0, 0.005)
    intervals = [np.diff(run.spike_times(i))[2:] for i in (1, 3)]
    errors = convergence()
    claims = [
        agree("dV/dt, with m³h and n⁴", *balance(), tolerance=1e-13),
        close("m, h, n where they settle at rest", [g.steady(REST["v"]) for g in GATES.values()],
              [REST[name] for name in GATES], tolerance=1e-6),
        below("−5 µA/cm²: highest V at the end (mV)", v[-5.0][ago < 50.0].max(), -70.0),
        below("0: furthest from rest (mV)", abs(v[0.0] - REST["v"]).max(), 1e-3),
        equal("spikes for both", [spikes[-5.0], spikes[0.0]], [0, 0]),
        below("10, 50: intervals between spikes differ by (relative)",
              max(np.ptp(x) / x.mean() for x in intervals), 0.01),
        agree("rates at 6.5, 10, 20, 50", run.rate(after=50.0)[:4], list(RATES.values()),
              tolerance=1e-3),
        close("10: first peak (mV)", start["v"].max(), 40.26, tolerance=0.01),
        close("at (ms)", start.times[start["v"].argmax()], 2.138, tolerance=0.005),
        equal("6.2, 6.3: firing lasts", [swing[6.2] > 50.0, swing[6.3] > 50.0], [False, True]),
        above("78: peaks that pass 0 mV", spikes[78.0], 1),
        equal("80: peaks that pass 0 mV", spikes[80.0], 1),
        above("150: swing, to that of 50 ms before", ratio[150.0], 0.95),
        below("158: swing, to that of 50 ms before", ratio[158.0], 0.5),
        close("orders: Euler, exponential Euler, Heun, RK4",
              np.log2(errors[:, -2] / errors[:, -1]), [m.order for m in METHODS], tolerance=0.1),
    ]  # fmt: skip
    return claims, {"Gates; current steps; V after ½ ms": _figure(run.times, v, errors)}


def simulated(currents: list[float], duration: float, dt: float, method: Any = None) -> Any:
    """A cell for each current, from rest."""
    how: Any = {"duration": duration, "dt": dt, "integrator": method, "engine": "eager"}
    return neurons.simulate(AXON, np.array(currents), cells=len(currents), **how)


def convergence() -> Numpy:
    """For each method and step the error of V after ½ ms at 10 µA/cm² (mV)."""
    end = [[simulated([10.0], 0.5, dt, m)["v"][-1, 0] for dt in STEPS] for m in METHODS]
    return np.abs(np.array(end) - float(simulated([10.0], 0.5, STEPS[-1] / 4.0)["v"][-1, 0]))


def balance() -> tuple[Numpy, Numpy]:
    """The model's dV/dt at many states, and the notes' formula."""
    v, (m, h, n) = np.linspace(-100.0, 50.0, 99), np.linspace([0.1, 0.2, 0.3], 0.9, 99).T
    out = 120.0 * m**3 * h * (v - 50.0) + 36.0 * n**4 * (v + 77.0) + 0.3 * (v + 54.387)
    return AXON.derivatives({"v": v, "m": m, "h": h, "n": n}, 7.0)["v"], 7.0 - out


def _figure(times: Numpy, v: dict[float, Numpy], errors: Numpy) -> Any:
    figure, (steady, tau, traces, error) = harness.panels(2, rows=2)
    volts, shown = np.linspace(-100.0, 40.0, 281), times < 60.0
    for (name, gate), colour in zip(GATES.items(), SERIES, strict=False):
        steady.plot(volts, gate.steady(volts), color=colour, label=f"${name}_\\infty$")
        tau.plot(volts, gate.time_constant(volts), color=colour, label=f"$\\tau_{name}$ (ms)")
    for current, colour in zip((-5.0, 0.0, 10.0, 50.0), SERIES, strict=False):
        traces.plot(times[shown], v[current][shown], color=colour, label=f"{current:g} µA/cm²")
    for method, row, colour in zip(METHODS, errors, SERIES, strict=False):
        error.loglog(STEPS, row, "o-", color=colour, label=type(method).__name__)
    for axes, label in ((steady, "V (mV)"), (tau, "V (mV)"), (traces, "ms"), (error, "step (ms)")):
        axes.set(xlabel=label, ylabel={"ms": "V (mV)", "step (ms)": "error (mV)"}.get(label, ""))
        axes.legend(frameon=False)
    return figure
