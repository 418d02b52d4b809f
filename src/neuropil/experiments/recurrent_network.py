"""Notes 9.2 and 9.2.1: networks that read a sequence, and backpropagation through time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import neuropil as npl
from neuropil import nn
from neuropil.experiments import harness
from neuropil.experiments.harness import Claim, Findings, Numpy, above, below, experiment

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEQUENCES = np.array([[0.0, 2.0, 4.0, 6.0, 8.0], [1.0, 2.0, 4.0, 8.0, 16.0]])
X, T, NETWORKS, UNITS, SCALE = SEQUENCES[:, :-1, None], SEQUENCES[:, 1:], 20, 8, 4.0


@experiment("Recurrent networks: what comes next depends on what came before", section="9.2.1")
def recurrent_network(seed: int, quick: bool) -> Findings:
    """0 2 4 6 goes on with 8, and 1 2 4 8 with 16: learned with a fixed window and step by step.

    A network of four inputs sees the whole sequence at once. A recurrent one reads one number after
    the other, and says at each which is next: after 4 that is 6 or 8, which a network without
    memory cannot tell; its best answer is 7. Backpropagation through time, written out by hand for
    E = Σᵢ αᵢ L(yⁱ, tⁱ), gives the gradients that the graph finds through `nn.RNN`.
    """
    rng, steps = npl.Generator(seed), 1000 if quick else 2000
    window, of_window = learned(rng, steps, X.swapaxes(1, 2), T[:, 3:])
    recurrent, of_recurrent = learned(rng, steps, X, T)
    memoryless, of_memoryless = learned(rng, steps, X, T, remember=0.0)
    squares = [((y - T) ** 2).mean(axis=(1, 2)) for y in (memoryless, recurrent)]
    claims = [
        below("fixed window: largest error", np.abs(window - T[:, 3:]).max(), 0.5),
        below("recurrent: median error", np.median(np.abs(recurrent - T).max((1, 2))), 0.5),
        above("without memory: least mean squared error, 2 / 8", squares[0].min(), 0.25 - 1e-9),
        harness.falls("mean squared error, with memory for without", *squares),
        *by_hand(seed),
    ]
    curves = {"no memory": of_memoryless, "recurrent": of_recurrent, "window": of_window}
    return claims, {"What comes next": _figure(memoryless, recurrent, curves)}


def learned(rng: Any, steps: int, x: Numpy, t: Numpy, remember: float = 1.0) -> list[Numpy]:
    """Answers and errors of networks h = tanh(x U + remember · h W + b), y = h V + c, as stacks."""
    shapes = [(x.shape[2], UNITS), (UNITS, UNITS), (1, UNITS), (UNITS, 1)]
    drawn = (rng.normal((NETWORKS, *s), std=s[0] ** -0.5, dtype="float64") for s in shapes)
    U, W, b, V = map(npl.Variable, drawn)
    c, start = npl.Variable(np.zeros((NETWORKS, 1, 1))), np.zeros((NETWORKS, len(x), UNITS))

    def at_one_time(h: Any, now: Any) -> tuple[Any, Any]:
        h = npl.tanh(now @ U + remember * (h @ W) + b)
        return h, h @ V + c

    optimizer, curve, answers = npl.optim.Adam([U, W, b, V, c], lr=0.01), [], npl.Variable(start)
    for _ in range(steps):
        ys: Any = npl.scan(at_one_time, start, x.swapaxes(0, 1) / SCALE)[1]
        answers = SCALE * npl.permute_dims(ys[..., 0], axes=(1, 2, 0))
        losses = npl.mean((answers - t) ** 2, axis=(1, 2))
        optimizer.zero_grad()
        npl.sum(losses).backward()
        optimizer.step()
        curve += [losses.value.mean()]
    return [answers.value, np.array(curve)]


def by_hand(seed: int) -> list[Claim]:
    """Backpropagation through time by the formulas of the notes, beside that of the graph."""
    rng = np.random.default_rng(seed)
    x, t, alpha = rng.normal(size=(12, 5, 3)), rng.normal(size=(12, 5, 2)), rng.uniform(size=12)
    layer, readout = nn.RNN(3, 4, rng=seed).astype("f8"), nn.Linear(4, 2, rng=seed).astype("f8")
    weights = (layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0, readout.weight)
    states, _ = layer(x)
    losses = npl.sum(0.5 * (readout(states) - t) ** 2, axis=-1).T
    graph: Any = npl.gradients(nn.functional.over_time(losses, alpha), weights)
    h, (U, W, b, V), of_state = states.value, (np.zeros(p.shape) for p in weights), 0.0
    for i in reversed(range(12)):
        of_output = alpha[i] * (readout(h[i]).value - t[i]) / 5
        of_current = (of_output @ readout.weight.value + of_state) * (1.0 - h[i] ** 2)
        V, U, b = V + of_output.T @ h[i], U + of_current.T @ x[i], b + of_current.sum(axis=0)
        W += of_current.T @ h[i - 1] if i else 0.0  # the state before the first is 0
        of_state = of_current @ layer.weight_hh_l0.value
    found = zip("UWbV", (U, W, b, V), graph, strict=True)
    return [harness.agree(f"∂E/∂{n}, by hand", p, q, tolerance=1e-12) for n, p, q in found]


def _figure(memoryless: Numpy, recurrent: Numpy, curves: dict[str, Numpy]) -> Figure:
    figure, axes = harness.panels(3)
    for panel, answers, name in zip(axes, (memoryless, recurrent), curves, strict=False):
        for s, colour in enumerate(("C0", "C1")):
            panel.plot(range(1, 6), SEQUENCES[s], "o-", color=colour, lw=0.8, alpha=0.4, ms=8)
            panel.plot(range(2, 6), answers[:, s].T, "x", color=colour, ms=5)
        panel.set(title=f"{name}: × expects", xlabel="place in the sequence", ylim=(-1.0, 18.0))
    axes[2].semilogy(np.array(list(curves.values())).T, label=list(curves))
    axes[2].set(xlabel="steps of learning", ylabel="mean squared error", ylim=(1e-6, None))
    axes[2].legend()
    return figure
