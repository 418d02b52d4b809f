"""Notes 1.7: spiking neurons, connected."""

from __future__ import annotations

import numpy as np

import neuropil as npl
from neuropil import neurons, plot
from neuropil.experiments.harness import Findings, Numpy, above, agree, equal, experiment

DT, TAU_M, TAU_S, PAUSE = 0.25, 20.0, 5.0, 2.0
CELL = neurons.NormalizedLeakyIntegrateAndFire(TAU_M, PAUSE)
MEMBRANE = neurons.HodgkinHuxley(channels={}, start=0.0)
"""Without channels: dv/dt = s, so that what flows in stays."""
SYNAPSE = {"s": neurons.Synapse(TAU_S, unit_area=True)}


@experiment("A network of spiking neurons: a weight is the charge of a spike", section="1.7")
def spiking_network(seed: int, quick: bool) -> Findings:
    """τ_m dv_i/dt = s_i − v_i unless refracting, τ_s ds_i/dt = −s_i; a spike adds w_ij/τ_s to s_i.

    All of it is exact between spikes, so that what is claimed holds but for rounding. The charge
    that a spike brings is collected by a membrane without channels: dv/dt = s. In a network with
    random weights the currents are the weighted sums of the filtered spike trains, z = Wx, and the
    spikes are those of the notes' rules written out as a loop.
    """
    rng, (n, duration) = npl.Generator(seed), ((20, 100.0) if quick else (100, 1000.0))
    w = np.asarray(rng.normal((n, n), 0.0, 60.0 / n, dtype=np.float64))
    drive = np.asarray(rng.uniform((n,), 0.8, 1.6, dtype=np.float64))
    jump, v, q = charges(w[:, 0])
    t = DT * np.arange(len(v))
    shape = (np.exp(-t / TAU_M) - np.exp(-t / TAU_S)) / (TAU_M - TAU_S)
    net = neurons.Network(DT, rng=0)
    cells = net.population("cells", neurons.WithSynapses(CELL, SYNAPSE), n)
    net.inject(cells, drive)
    net.connect(cells, cells, "s", weight=w.T.reshape(-1))
    spikes, currents, voltages = net.record_spikes(cells), *(net.record(cells, x) for x in "sv")
    net.run(duration, progress=False)
    fired = np.zeros((round(duration / DT), n))
    fired[np.rint(spikes.times / DT).astype(int) - 1, spikes.cells] = 1.0
    refracting = [np.convolve(x, np.ones(round(PAUSE / DT) + 1))[: len(x)] > 0 for x in fired.T]
    claims = [
        agree("a spike adds w/τ_s to s", jump, w[:, 0] / TAU_S, tolerance=1e-14),
        agree("what a spike injects in all is w", q, w[:, 0], tolerance=1e-12),
        agree("v after one spike: w (e^(−t/τ_m) − e^(−t/τ_s))/(τ_m − τ_s)",
              v, np.outer(shape, w[:, 0]), tolerance=1e-12),
        agree("s_i are the weighted sums of the filtered trains", currents.values,
              filtered(fired) @ w.T, tolerance=1e-12),
        equal("the spikes, and those of the rules written out",
              np.argwhere(fired).tolist() == by_hand(w, drive, len(fired)), True),
        equal("v while refracting", np.unique(voltages.values.T[np.array(refracting)]), [0.0]),
        above("share of the cells that fire", np.mean(spikes.counts() > 0), 0.5),
    ]  # fmt: skip
    traces = {f"cell {i}": voltages.values[:400, i] for i in range(4)}
    return claims, {
        "Spikes": plot.raster({"cells": (spikes.times, spikes.cells)}),
        "v of four cells": plot.voltages(voltages.times[:400], traces, label="v"),
    }


def charges(weights: Numpy) -> tuple[Numpy, Numpy, Numpy]:
    """s after one spike, v from then on, and the charge in the end, for each weight."""
    net = neurons.Network(DT, rng=0)
    source = net.population("source", CELL, 1, initial={"v": 2.0})
    found = []
    for name, model in (("cells", CELL), ("charges", MEMBRANE)):
        targets = net.population(
            name, neurons.WithSynapses(model, SYNAPSE), len(weights), integrator=neurons.Exact()
        )
        net.connect(source, targets, "s", weight=weights)
        found += [net.record(targets, "s"), net.record(targets, "v")]
    net.run(50.0 * TAU_S, progress=False)  # e⁻⁵⁰ of the charge is yet to come
    return found[0].values[0], found[1].values, found[3].values[-1]


def filtered(fired: Numpy) -> Numpy:
    """(h * a)(t) for the spikes of each cell, with h(t) = e^(−t/τ_s)/τ_s: sums of filters."""
    age = DT * (np.arange(len(fired))[:, None] - np.arange(len(fired)))
    return np.where(age >= 0.0, np.exp(-np.abs(age) / TAU_S) / TAU_S, 0.0) @ fired


def by_hand(w: Numpy, drive: Numpy, steps: int) -> list[list[int]]:
    """The notes' rules as a loop: the steps and cells of all spikes."""
    v, s, wait, spikes = np.zeros(len(w)), np.zeros(len(w)), np.zeros(len(w)), []
    m, e = np.exp(-DT / TAU_M), np.exp(-DT / TAU_S)
    for k in range(steps):
        moved = m * v + (1 - m) * drive + (m - e) / (1 / TAU_S - 1 / TAU_M) / TAU_M * s
        v, s = np.where(wait > 0, v, moved), e * s
        fires = (v >= 1.0) & (wait <= 0)
        v, wait = np.where(fires, 0.0, v), np.where(fires, round(PAUSE / DT), wait - 1)
        s = s + w @ fires / TAU_S
        spikes += [[k, i] for i in np.flatnonzero(fires).tolist()]
    return spikes
