"""Notes 1.4: one spike of Hodgkin and Huxley's membrane, and of an integrate-and-fire neuron."""

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
    true,
)
from neuropil.plot.colours import BLUE, ORANGE

DT, AROUND = 0.02, 4.0  # ms; how much is shown before and after a spike
TAU, REST = 20.0, 2.0  # τ_m and τ_ref of the notes, ms


@experiment("The shape of a spike, and a model without one", section="1.4")
def spike_shape(seed: int, quick: bool) -> Findings:
    """Hodgkin and Huxley's membrane makes its spikes; the integrate-and-fire neuron notes them.

    At 10 µA/cm² the membrane rises above 0 mV, falls below its rest, and does it again, every time
    alike: its spikes are generic. The integrate-and-fire neuron gets the input at which it fires at
    the same rate. Its voltage has no spike: it is v_in(1 − e^(−t/τ)) until it is 1, then 0 for the
    refractory time, and that is all that is kept of one.
    """
    axon = neurons.HodgkinHuxley()
    run = neurons.simulate(axon, 10.0, duration=50.0 if quick else 150.0, dt=DT, engine="eager")
    v, times = np.asarray(run["v"])[:, 0], run.times
    height, when = peak(times[times < 6.0], v[times < 6.0])
    spikes = run.spike_times()
    interval = float(np.diff(spikes)[-1])
    v_in = 1.0 / (1.0 - np.exp(-(interval - REST) / TAU))  # fires after the same interval
    cell = neurons.NormalizedLeakyIntegrateAndFire(TAU, REST)
    lif = neurons.simulate(cell, v_in, duration=3 * interval, dt=DT, timing=neurons.Located())
    u, fired = np.asarray(lif["v"])[:, 0], lif.spike_times()
    since = lif.times - fired[0]
    silent = (since >= 0.0) & (since < REST - DT)
    rising = (since > REST + DT) & (lif.times < fired[1])
    shapes = [v[abs(times - t) < AROUND] for t in spikes[-2:]]
    width = np.count_nonzero(shapes[0] > (height + axon.start) / 2.0) * DT
    claims = [
        close("first peak (mV)", height, 40.26, tolerance=0.01),
        close("at (ms)", when, 2.138, tolerance=0.005),
        below("width of a spike at half its height (ms)", width, 1.5),
        below("lowest after it (mV), below the rest", v[times > when].min(), axon.start - 5.0),
        true("but above the reversal potential of potassium", v.min() > -77.0),
        agree("the last spike and the one before", *same(*shapes), tolerance=0.02),
        close("interval of both cells (ms)", np.diff(fired)[0], interval, tolerance=1e-9),
        below("highest v of the integrate-and-fire neuron", u.max(), 1.0),
        equal("v during its refractory time", np.unique(u[silent]), [0.0]),
        agree("v = v_in(1 − e^(−t/τ)) after it", u[rising],
              v_in * (1.0 - np.exp(-(since[rising] - REST) / TAU)), tolerance=1e-9),
    ]  # fmt: skip
    figure = _figure(times - spikes[-1], v, lif.times - fired[1], u)
    return claims, {"Around one spike: the membrane, the integrate-and-fire neuron": figure}


def peak(times: Numpy, v: Numpy) -> tuple[float, float]:
    """The highest point of the parabola through the three highest samples, and its time."""
    k = int(v.argmax())
    curve = np.polyfit(times[k - 1 : k + 2] - times[k], v[k - 1 : k + 2], 2)
    offset = -curve[1] / (2.0 * curve[0])
    return float(np.polyval(curve, offset)), float(times[k] + offset)


def same(one: Numpy, other: Numpy) -> tuple[Numpy, Numpy]:
    """Both spikes as far as both were recorded, from the same sample before their peaks on."""
    ahead = min(int(one.argmax()), int(other.argmax()))
    one, other = one[one.argmax() - ahead :], other[other.argmax() - ahead :]
    length = min(len(one), len(other))
    return one[:length], other[:length]


def _figure(times: Numpy, v: Numpy, since: Numpy, u: Numpy) -> Any:
    figure, (left, right) = panels(2)
    for axes, t, trace, colour in ((left, times, v, BLUE), (right, since, u, ORANGE)):
        near = abs(t) < AROUND
        axes.plot(t[near], trace[near], color=colour, lw=1.8)
        axes.set(xlabel="time since the spike (ms)")
        axes.axvline(0.0, color="#8a94a0", lw=0.8, ls="--")
    left.set_ylabel("V (mV)")
    right.set(ylabel="v", ylim=(-0.1, 1.1))
    return figure
