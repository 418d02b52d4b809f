"""Notes 9.2 and 9.2.1: networks that read a sequence, and backpropagation through time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import neuropil as npl
from neuropil import nn
from neuropil.experiments import harness
from neuropil.experiments.harness import Claim, Findings, Numpy, above, below, experiment
from neuropil.plot.colours import BLUE, GREEN, ORANGE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEQUENCES = np.array([[0.0, 2.0, 4.0, 6.0, 8.0], [1.0, 2.0, 4.0, 8.0, 16.0]])
INPUTS, TARGETS = SEQUENCES[:, :-1], SEQUENCES[:, 1:]
NETWORKS, UNITS, SCALE = 20, 8, 4.0


@experiment("Recurrent networks: what comes next depends on what came before", section="9.2.1")
def recurrent_network(seed: int, quick: bool) -> Findings:
    """0 2 4 6 goes on with 8, and 1 2 4 8 with 16: learned with a fixed window and step by step.

    A network of four inputs sees the whole sequence at once. A recurrent one reads one number after
    the other, and says at each step which will be the next: after 4 that is 6 or 8, which a network
    without memory cannot tell; the best answer it has is 7. Backpropagation through time, written
    out by hand for E = Σᵢ αᵢ L(yⁱ, tⁱ), gives the gradients that the graph finds through `nn.RNN`.
    """
    rng, steps = npl.Generator(seed), 1000 if quick else 2000
    found = {
        "fixed window": learned(rng, steps, INPUTS[:, None], TARGETS[:, 3:]),
        "recurrent": learned(rng, steps, INPUTS[..., None], TARGETS),
        "without memory": learned(rng, steps, INPUTS[..., None], TARGETS, remember=0.0),
    }
    window, recurrent, memoryless = (answers for answers, _ in found.values())
    wrong = np.abs(recurrent - TARGETS).max(axis=(1, 2))
    squares = [((y - TARGETS) ** 2).mean(axis=(1, 2)) for y in (memoryless, recurrent)]
    least = ((SEQUENCES[:, 3] - 7.0) ** 2).sum() / TARGETS.size
    claims = [
        below("fixed window: largest error", np.abs(window - TARGETS[:, 3:]).max(), 0.5),
        below("recurrent: median of the largest errors at any step", np.median(wrong), 0.5),
        above("without memory: least mean squared error", squares[0].min(), least - 1e-9),
        harness.falls("mean squared error, with memory for without", *squares),
        *by_hand(seed),
    ]
    curves = {name: curve for name, (_, curve) in found.items()}
    return claims, {"What comes next": _figure(recurrent, memoryless, curves)}


def learned(
    rng: npl.Generator, steps: int, x: Numpy, t: Numpy, remember: float = 1.0
) -> tuple[Numpy, Numpy]:
    """Twenty networks h = tanh(x U + h W + b), y = h V + c, as stacks; ``remember`` multiplies W.

    Their answers (networks, samples, steps) after learning, and the errors on the way.
    """
    shapes = [(x.shape[2], UNITS), (UNITS, UNITS), (1, UNITS), (UNITS, 1)]
    U, W, b, V = (
        npl.Variable(rng.normal((NETWORKS, *shape), std=shape[0] ** -0.5, dtype=np.float64))
        for shape in shapes
    )
    c, start = npl.Variable(np.zeros((NETWORKS, 1, 1))), np.zeros((NETWORKS, len(x), UNITS))

    def at_one_time(h: Any, now: Any) -> tuple[Any, Any]:
        h = npl.tanh(now @ U + remember * (h @ W) + b)
        return h, h @ V + c

    optimizer, curve = npl.optim.Adam([U, W, b, V, c], lr=0.01), []
    answers: Any = None
    for _ in range(steps):
        _, ys = npl.scan(at_one_time, start, x.swapaxes(0, 1) / SCALE)
        answers = SCALE * npl.permute_dims(ys[..., 0], axes=(1, 2, 0))
        losses = npl.mean((answers - t) ** 2, axis=(1, 2))
        optimizer.zero_grad()
        npl.sum(losses).backward()
        optimizer.step()
        curve.append(losses.value.mean())
    return answers.value, np.array(curve)


def by_hand(seed: int) -> list[Claim]:
    """Backpropagation through time by the formulas of the notes, beside that of the graph."""
    rng, samples, length = np.random.default_rng(seed), 5, 12
    x, t = rng.normal(size=(length, samples, 3)), rng.normal(size=(length, samples, 2))
    alpha = rng.uniform(0.0, 2.0, length)
    layer, readout = nn.RNN(3, 4, rng=seed).astype("f8"), nn.Linear(4, 2, rng=seed).astype("f8")
    weights = (layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0, readout.weight)
    h, _ = layer(x)
    losses = npl.sum(0.5 * (readout(h) - t) ** 2, axis=-1).T
    graph: Any = npl.gradients(nn.functional.over_time(losses, alpha), weights)
    states, (U, W, b, V) = h.value, (np.zeros(p.shape) for p in weights)
    before = np.concatenate([np.zeros_like(states[:1]), states[:-1]])
    of_state = np.zeros_like(states[0])  # ∇E with respect to a state, here from later steps
    for i in reversed(range(length)):
        of_output = alpha[i] * (readout(states[i]).value - t[i]) / samples
        of_state = of_state + of_output @ readout.weight.value
        of_current = of_state * (1.0 - states[i] ** 2)
        V += of_output.T @ states[i]
        U += of_current.T @ x[i]
        W += of_current.T @ before[i]
        b += of_current.sum(axis=0)
        of_state = of_current @ layer.weight_hh_l0.value
    return [
        harness.agree(f"∂E/∂{name}, by hand and by the graph", ours, expected, tolerance=1e-12)
        for name, ours, expected in zip("UWbV", graph, (U, W, b, V), strict=True)
    ]


def _figure(recurrent: Numpy, memoryless: Numpy, curves: dict[str, Numpy]) -> Figure:
    figure, (left, middle, right) = harness.panels(3)
    for panel, answers, who in ((left, recurrent, "recurrent"), (middle, memoryless, "no memory")):
        for s, colour in enumerate((BLUE, ORANGE)):
            panel.plot(range(1, 6), SEQUENCES[s], "o-", color=colour, lw=0.8, alpha=0.4, ms=8)
            panel.plot(range(2, 6), answers[:, s].T, "x", color=colour, ms=5)
        panel.set(title=f"{who}: × expects", xlabel="place in the sequence", ylim=(-1.0, 18.0))
    for (name, curve), colour in zip(curves.items(), (GREEN, BLUE, ORANGE), strict=True):
        right.semilogy(curve, color=colour, label=name)
    right.set(xlabel="steps of learning", ylabel="mean squared error", ylim=(1e-6, None))
    right.legend(frameon=False)
    return figure
