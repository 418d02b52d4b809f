"""Notes 9.3: what is remembered as activity, in synapses that recover, and in weights."""

from __future__ import annotations

import numpy as np

from neuropil import neurons, plot
from neuropil.experiments.harness import Findings, Numpy, above, close, equal, experiment, panels
from neuropil.neurons import Pulse, Synapse, WithSynapses

CELL = neurons.NormalizedLeakyIntegrateAndFire(20.0, 5.0)
SLOW, FAST = (WithSynapses(CELL, {"s": Synapse(tau, unit_area=True)}) for tau in (100.0, 5.0))
FADING = neurons.ShortTerm(0.1, tau_recovery=50.0, tau_facilitation=1500.0)
LEARNING = neurons.SpikeTiming(high=2.0, potentiation=0.1, depression=0.1)
DELAYS, N = np.array([500.0, 1000.0, 2000.0, 4000.0, 8000.0]), 30


@experiment("Three memories: activity, synapses, weights", section="9.3")
def memory_systems(seed: int, quick: bool) -> Findings:
    """Of two groups of spiking cells, A and B, A is shown for a moment. Who knows of it later?

    Working memory: cells that excite their own group and inhibit the other keep each other firing,
    until B distracts them. Short-term memory: cells that have fallen silent have left synapses that
    send more, so that a spike of everybody is answered by A most; it fades within seconds.
    Long-term memory: inputs that fired before their target have greater weights, by which A alone
    makes the target fire. Neither B nor silence takes that away.
    """
    kept, lost, unconnected = (working(seed, *how) for how in ((40, 0.0), (40, 5.0), (0, 0.0)))
    rates = np.reshape([x.rates(1300.0) for x in (kept, lost, unconnected)], (3, 2, N)).mean(axis=2)
    spikes, (a, b) = short_term(seed)
    fades = np.ptp(DELAYS) / np.log((a / b - 1.0)[0] / (a / b - 1.0)[-1])
    fired, weights = long_term(seed, 2.0 if quick else 20.0)
    claims = [
        above("working memory: rate of A (Hz) a second after it was shown", rates[0, 0], 20.0),
        equal("of B; of A distracted; of A unconnected", rates.flat[[1, 2, 4]], [0.0, 0.0, 0.0]),
        equal("short-term memory: spikes while it is kept", spikes, 0),
        above("answer of A after 0.5 s (B: 1)", a[0] / b[0], 3.0),
        close("time in which it fades to 1/e (ms)", fades, FADING.tau_facilitation, tolerance=75.0),
        equal("long-term memory: spikes for A, B; before, after", fired, [[0, 0], [1, 0]]),
        close("change of weights since then", np.ptp(weights[1:], 0).max(), 0.0, tolerance=1e-3),
    ]
    trains = {"kept": (kept.times, kept.cells), "lost": (lost.times, lost.cells)}
    figure, (left, right) = panels(2)
    left.plot(DELAYS / 1000.0, np.transpose([a / b, b / b]), "o-")
    left.set(title="short-term: A (blue), B", xlabel="delay (s)", ylabel="answer to a spike")
    right.plot(np.transpose(weights[::2]), ".")
    right.set(title="long-term: before (blue), later", xlabel="input (0 to 29: A)", ylabel="weight")
    return claims, {"Working memory; B is shown at 800 ms": plot.raster(trains), "Others": figure}


def working(seed: int, charge: float, distraction: float) -> neurons.SpikeRecord:
    """1.5 s of two groups: A is shown from 100 to 300 ms, B from 800 to 1000 ms."""
    net = neurons.Network(1.0, rng=seed)
    cells = net.population("cells", SLOW, 2 * N)
    signs = np.kron([[1.0, -0.5], [-0.5, 1.0]], np.ones((N, N)))
    net.connect(cells, cells, "s", weight=(charge / N * signs).reshape(-1))
    net.inject(cells, net.rng.uniform((2 * N,), 0.0, 0.2, dtype=np.float64))
    net.inject(cells[:N], Pulse(3.0, 100.0, 300.0))
    net.inject(cells[N:], Pulse(distraction, 800.0, 1000.0))
    spikes = net.record_spikes(cells)
    net.run(1500.0, engine="eager", progress=False)
    return spikes


def short_term(seed: int) -> tuple[int, Numpy]:
    """A cell A for each delay, shown for 200 ms, and a B; spikes until asked, what is sent then."""
    net, asked = neurons.Network(1.0, rng=seed), 300.0 + np.tile(DELAYS, 2)
    cells, others = net.population("cells", CELL, 10), net.population("others", FAST, 10)
    net.connect(cells, others, "s", weight=1.0, rule=neurons.OneToOne(), plasticity=FADING)
    shown = np.where(np.arange(10) < 5, net.rng.uniform(10, 2.5, 3.5), 0.0)
    net.inject(cells, Pulse(shown, 100.0, 300.0) + Pulse(30.0, asked, asked + 2.0))
    spikes, sent = net.record_spikes(cells), net.record(others, "s")
    net.run(asked.max() + 50.0, engine="eager", progress=False)
    between = np.sum((spikes.times > 300.0) & (spikes.times <= asked[spikes.cells]))
    return int(between), np.max(sent.values * (sent.times[:, None] > asked), 0).reshape(2, -1)


def long_term(seed: int, silence: float) -> tuple[list[list[int]], list[Numpy]]:
    """A before a target that is made to fire; then B, and silence (s). Its spikes, and weights."""
    net = neurons.Network(1.0, rng=seed)
    inputs, target = net.population("inputs", CELL, 2 * N), net.population("target", FAST, 1)
    start = net.rng.uniform((2 * N,), 0.3, 0.7, dtype=np.float64)
    synapses = net.connect(inputs, target, "s", weight=start, plasticity=LEARNING)
    given, forced, spikes = net.inject(inputs, 0), net.inject(target, 0), net.record_spikes(target)

    def show(group: int, taught: float = 0.0, pause: float = 200.0) -> int:
        before, shown = len(spikes.times), 30.0 * (np.arange(2 * N) // N == group)
        for at, x, t in ((given, shown, 2), (given, 0, 4), (forced, taught, 2), (forced, 0, pause)):
            net.set_current(at, x)
            net.run(t, engine="eager", progress=False)
        return len(spikes.times) - before

    fired, weights = [[show(0), show(1)]], [synapses.weights]
    for _ in range(15):
        show(0, taught=30.0)
    weights.append(synapses.weights)
    show(1, pause=1000.0 * silence)
    weights.append(synapses.weights)
    return [*fired, [show(0), show(1)]], weights
