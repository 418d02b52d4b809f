"""Notes 1.4: the firing rate of an integrate-and-fire neuron as a function of its input."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuropil import neurons
from neuropil.experiments.harness import (
    Findings,
    Numpy,
    above,
    agree,
    below,
    close,
    equal,
    experiment,
    panels,
)
from neuropil.neurons import tuning
from neuropil.plot.colours import BLUE, ORANGE

SILENT = np.array([-1.0, 0.0, 0.5, 0.9, 0.999, 1.0])
FIRING = np.array([1.000001, 1.001, 1.01, 1.05, 1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 1e6])
GRID = np.array([1.05, 1.5, 3.0])
KNOWN = {10.0: 68.32, 20.0: 86.47, 50.0: 117.04}  # µA/cm², Hz


@experiment("Tuning curves: rate against input", section="1.4")
def tuning_curve(seed: int, quick: bool) -> Findings:
    """The simulated rate is 1/(τ_ref − τ_m ln(1 − 1/v_in)) above 1 and 0 below; 1/τ_ref at most.

    Spikes are located within the steps. On a grid each interval is rounded up to whole steps, which
    is just what its rates show. The integrate-and-fire neuron begins to fire as slowly as one
    likes, while Hodgkin and Huxley's membrane jumps from silence to about 50 Hz.
    """
    cell = neurons.NormalizedLeakyIntegrateAndFire(tau=20.0, refractory=2.0)
    found = tuning.rates(cell, np.concatenate([SILENT, FIRING]), dt=1.0)
    silent, firing = found[: len(SILENT)], found[len(SILENT) :]
    formula = 1000.0 / (2.0 - 20.0 * np.log(1.0 - 1.0 / FIRING))
    step = 0.25
    late = tuning.rates(cell, GRID, dt=step, timing=neurons.OnGrid())
    rounded = 2.0 + step * np.ceil(-20.0 * np.log(1.0 - 1.0 / GRID) / step)
    least = tuning.rheobase(cell, 0.0, 2.0, dt=1.0, duration=500.0)
    currents = np.concatenate([np.linspace(0.0, 14.0, 15), np.linspace(15.0, 60.0, 10)])
    axon = tuning.rates(
        neurons.HodgkinHuxley(),
        currents,
        duration=110.0 if quick else 1000.0,
        after=60.0 if quick else 200.0,
        dt=0.05,
    )
    known = axon[np.isin(currents, list(KNOWN))]
    claims = [
        equal("rates at v_in up to 1 (Hz)", silent, np.zeros(len(SILENT))),
        agree("rates above 1, and the formula", firing, formula, tolerance=1e-9),
        close("rate at v_in = 10⁶: 1/τ_ref (Hz)", firing[-1], 500.0, tolerance=0.01),
        below("rate at v_in = 1.000001 (Hz)", firing[0], 4.0),
        close("least v_in that fires", least, 1.0, tolerance=2e-3),
        agree("on a grid, intervals rounded up", late, 1000.0 / rounded, tolerance=1e-9),
        equal("rate of the membrane at 0 to 5 µA/cm² (Hz)", axon[:6], [0.0] * 6),
        above("its least rate above 0 (Hz)", axon[axon > 0.0].min(), 45.0),
        agree("its rates at 10, 20, 50 µA/cm²", known, list(KNOWN.values()),
              tolerance=0.01 if quick else 1e-3),
    ]  # fmt: skip
    return claims, {
        "Rate against input: integrate-and-fire, membrane": _figure(cell, firing, currents, axon)
    }


def _figure(cell: Any, firing: Numpy, currents: Numpy, axon: Numpy) -> Any:
    figure, (left, right) = panels(2)
    near = FIRING <= 10.0
    dense = np.linspace(0.0, 10.0, 1001)
    left.plot(dense, cell.rate(dense), color="#000000", lw=0.8, ls="--", label="formula")
    left.plot(FIRING[near], firing[near], "o", ms=4, color=ORANGE, label="simulated")
    left.axhline(500.0, color="#8a94a0", lw=0.8)
    left.legend(frameon=False)
    left.set(xlabel="$v_{in}$", ylabel="rate (Hz)")
    right.plot(currents, axon, "o-", ms=3, color=BLUE)
    right.set(xlabel="current (µA/cm²)", ylabel="rate (Hz)")
    return figure
