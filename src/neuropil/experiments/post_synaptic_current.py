"""Notes 1.6: the current that a spike causes behind a synapse."""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import neurons
from neuropil.experiments.harness import Findings, Numpy, agree, below, close, equal, experiment
from neuropil.experiments.harness.panels import panels
from neuropil.plot.colours import SERIES

if TYPE_CHECKING:
    from neuropil.arrays import Array

ORDERS = range(4)
KINDS = {"AMPA-like": 10.0, "NMDA-like": 300.0}  # τ_s (ms)


@experiment("Post-synaptic currents: one area, four shapes, two speeds", section="1.6")
def post_synaptic_current(seed: int, quick: bool) -> Findings:
    """h(t) = k tⁿ e^(−t/τ_s) with k = 1/(n! τ_s^(n+1)) has the area 1 for n = 0, 1, 2 and 3.

    The area is taken from the closed form, by a Gauss-Laguerre rule, which is exact for a
    polynomial times e^(−x), and as the charge that a simulated synapse lets into a cell when one
    spike of weight w reaches it: w to rounding, with steps of any length. Simulated values are
    those of the closed form: the n + 1 filters of the synapse are moved by their exact solution.
    The largest current, k (n τ_s/e)ⁿ, comes n τ_s after the spike, and the mean delay of the charge
    is (n + 1) τ_s. Nothing here is drawn at random.
    """
    nodes, shares = np.polynomial.laguerre.laggauss(20)
    areas, delays, peaks, charges, apart = [], [], [], [], []
    for tau in KINDS.values():
        t = tau * np.arange(0.0, 40.0, 0.25 if quick else 0.01)
        for n in ORDERS:
            synapse = neurons.Synapse(tau, n, unit_area=True)
            weighed = tau * shares * np.exp(nodes) * synapse.kernel(tau * nodes)
            areas.append(weighed.sum())
            delays.append((weighed * nodes).sum() / (n + 1))
            peaks.append([synapse.kernel(t).max(), synapse.kernel(synapse.peak_time)])
            current, charge = behind(synapse, t)
            charges.append(charge)
            apart.append(np.abs(current - 2.5 * h(t[1:], n, tau)).max() / current.max())
    largest = [h(n * tau, n, tau) for tau in KINDS.values() for n in ORDERS]
    claims = [
        close("area of h, n = 0 … 3, τ_s = 10 and 300 ms", areas, [1.0] * 8, tolerance=1e-12),
        close("mean delay over (n + 1) τ_s", delays, [1.0] * 8, tolerance=1e-12),
        agree("largest h, and h at n τ_s", peaks, [[x, x] for x in largest], tolerance=1e-12),
        equal("when h is largest (τ_s)",
              [neurons.Synapse(10.0, n).peak_time / 10.0 for n in ORDERS], [0.0, 1.0, 2.0, 3.0]),
        close("charge that a spike of weight 2.5 lets in", charges, [2.5] * 8, tolerance=1e-12),
        below("simulated and closed form, largest relative difference", max(apart), 1e-12),
        agree("fast h, and slow h 30 times as long and flat", neurons.ampa_like(2).kernel(t / 30),
              30.0 * neurons.nmda_like(2).kernel(t), tolerance=1e-12),
    ]  # fmt: skip
    return claims, {"h(t) for n = 0, 1, 2, 3, AMPA-like and NMDA-like": _figure()}


def h(t: Any, n: int, tau: float) -> Any:
    """The notes' formula, from t = 0 on."""
    return t**n * np.exp(-t / tau) / (factorial(n) * tau ** (n + 1))


class Charge(neurons.Model):
    """dv/dt = current."""

    integrator = neurons.Exact()

    def initial(self) -> neurons.State:
        """None."""
        return {"v": 0.0}

    def derivatives(self, state: neurons.State, current: Array) -> neurons.State:
        """What comes in stays."""
        return {"v": current + 0.0 * state["v"]}


def behind(synapse: neurons.Synapse, t: Numpy) -> tuple[Numpy, Any]:
    """The current at all but the first time after a spike of weight 2.5, and all the charge."""
    cell = neurons.WithSynapses(Charge(), {"s": synapse})
    first, last = cell.ports["s"], synapse.variables("s")[-1]
    start, record = {first.variable: 2.5 * first.jump}, (last, "v")
    run = neurons.simulate(cell, duration=t[-1], dt=t[1], initial=start, record=record)
    return run[last][:, 0], run["v"][-1, 0]


def _figure() -> Any:
    figure, axes = panels(2)
    for ax, (name, tau) in zip(axes, KINDS.items(), strict=True):
        t = np.linspace(0.0, 8.0 * tau, 400)
        for n, colour in zip(ORDERS, SERIES, strict=True):
            ax.plot(
                t, neurons.Synapse(tau, n, unit_area=True).kernel(t), color=colour, label=f"{n}"
            )
        ax.set(title=f"{name}, {tau:g} ms", xlabel="t (ms)", ylabel="h(t) (1/ms)")
    axes[0].legend(title="n", frameon=False)
    return figure
