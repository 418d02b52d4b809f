"""Notes 1.6: a spike train through the filter of a synapse."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

import neuropil as npl
from neuropil import neurons
from neuropil.experiments.harness import Findings, Numpy, below, close, equal, experiment, panels
from neuropil.plot.colours import BLUE, SERIES

ORDERS = range(4)
TAUS = (10.0, 300.0)
STEP = 0.125
"""Of the grid (ms): a power of two, so that spikes lie on it without rounding."""


@experiment("A spike train through a filter: three ways to one current", section="1.6")
def spike_train(seed: int, quick: bool) -> Findings:
    """s(t) = (a * h)(t) for a(t) = Σ_p δ(t − t_p) is Σ_p h(t − t_p), one filter for each spike.

    Three ways are compared for n = 0, 1, 2, 3 and τ_s = 10 and 300 ms, on Poisson trains of 40 Hz:
    the sum of filters; the convolution of the train, as a row of counts, with samples of h; and the
    recursive update, in which n + 1 numbers move on exactly and a spike adds to the first. They
    differ by rounding, of sums and products over as many spikes as the filter remembers.

    The filters are linear and do not know the time: trains merged are currents added, a train
    shifted is a current shifted. What three spikes inject is three times the area of h.
    """
    duration = 500.0 if quick else 2000.0
    train, other = (on_grid(duration, rng) for rng in (2 * seed, 2 * seed + 1))
    grid = STEP * np.arange(round(duration / STEP) + 1)
    ways: dict[str, list[Numpy]] = {"sum": [], "convolution": [], "recursion": []}
    both, moved = [], []
    for synapse in (neurons.Synapse(tau, n, unit_area=True) for tau in TAUS for n in ORDERS):
        s = train.filtered(synapse.kernel, grid)
        ways["sum"].append(s / s.max())
        ways["convolution"].append(neurons.convolution(train, synapse.kernel, STEP) / s.max())
        ways["recursion"].append(neurons.recursive_update(train, synapse, grid) / s.max())
        together = train.merged(other).filtered(synapse.kernel, grid)
        both.append((together - s - other.filtered(synapse.kernel, grid)) / together.max())
        later = train.shifted(64.0).filtered(synapse.kernel, grid + 64.0)
        moved.append((later - s) / s.max())
    three = neurons.SpikeTrain([10.0, 25.0, 30.0], stop=1000.0)
    fine = np.arange(0.0, 1000.0, STEP)
    areas = [STEP * three.filtered(neurons.ampa_like(n).kernel, fine).sum() for n in (1, 2, 3)]
    before = three.filtered(neurons.ampa_like().kernel, np.array([0.0, 9.999, 10.0]))
    claims = [
        below(f"{first} and {second}, largest difference (of the largest current)",
              max(np.abs(a - b).max() for a, b in zip(ways[first], ways[second], strict=True)),
              1e-13)
        for first, second in combinations(ways, 2)
    ] + [
        below("two trains together, and their currents added", np.abs(both).max(), 1e-13),
        below("a train 64 ms later, and its current 64 ms later", np.abs(moved).max(), 1e-13),
        close("area of the current of three spikes, n = 1, 2, 3", areas, [3.0] * 3, tolerance=1e-4),
        equal("nothing flows before the first spike, 1/τ_s at it", before, [0.0, 0.0, 0.1]),
    ]  # fmt: skip
    return claims, {"A spike train and its post-synaptic currents": _figure(train, grid)}


def on_grid(duration: float, seed: int) -> neurons.SpikeTrain:
    """A Poisson train whose spikes are moved to the grid."""
    times = neurons.PoissonProcess(40.0).train(duration, rng=npl.Generator(seed)).times
    return neurons.SpikeTrain(STEP * np.rint(times / STEP), stop=duration)


def _figure(train: neurons.SpikeTrain, grid: Numpy) -> Any:
    figure, (left, right) = panels(2)
    shown = grid <= 500.0
    for ax, tau in ((left, TAUS[0]), (right, TAUS[1])):
        for n, colour in zip(ORDERS, SERIES, strict=True):
            s = train.filtered(neurons.Synapse(tau, n, unit_area=True).kernel, grid[shown])
            ax.plot(grid[shown], s, color=colour, lw=1.2, label=f"{n}")
        early = train.times[train.times <= 500.0]
        ax.eventplot(early, lineoffsets=-0.08 * s.max(), linelengths=0.1 * s.max(), color=BLUE)
        ax.set(title=f"$\\tau_s$ = {tau:g} ms", xlabel="t (ms)", ylabel="s(t) (1/ms)")
    left.legend(title="n", frameon=False)
    return figure
