"""Lecture 4, I.D: why initial weights are drawn at random and not all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import neuropil as npl
from neuropil import data
from neuropil.experiments.harness import (
    Findings,
    Numpy,
    above,
    close,
    equal,
    experiment,
    falls,
    panels,
)
from neuropil.plot.colours import SERIES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NETWORKS, HIDDEN = 20, 8
INPUTS, TARGETS = data.xor()[:]
ROUNDING = 1e-9  # of float64, in sums of another order, over 500 steps


@experiment("Equal initial weights keep hidden units equal", section="Lecture 4, I.D")
def symmetry_breaking(seed: int, quick: bool) -> Findings:
    """Units with equal weights in and out get equal gradients, so no step tells them apart.

    Networks of eight tanh units learn exclusive or from random weights. From weights that are all
    one number (another one in each network) their units stay copies of one unit, and one unit
    cannot do it: its answer rises along one direction, and at most three of four come out right.
    With weights that are all 0 even that one stays as it is. A difference of a millionth is
    enough to break the symmetry, and so are random weights out of the units alone.
    """
    rng, steps = npl.Generator(seed), 300 if quick else 1000
    w, v = (rng.normal(shape, dtype=np.float64) for shape in ((NETWORKS, HIDDEN, 3), (1, HIDDEN)))
    v = np.broadcast_to(v, (NETWORKS, 1, HIDDEN))
    value = rng.uniform((NETWORKS, 1, 1), 0.1, 1.0, np.float64)
    same_w, same_v = value + np.zeros_like(w), value + np.zeros_like(v)
    found = {
        "random": learn(w, v, steps),
        "equal": learn(same_w, same_v, steps),
        "zero": learn(0 * w, 0 * v, steps),
        "nearly equal": learn(same_w + 1e-6 * w, same_v, steps),
        "equal in, random out": learn(same_w, v, steps),
    }
    losses = {start: trace[-1] for start, (trace, _, _) in found.items()}
    apart = {start: spread(weights) for start, (_, weights, _) in found.items()}
    right = {start: np.sum((z > 0) == TARGETS, axis=(1, 2)) for start, (_, _, z) in found.items()}
    claims = [
        close("equal: units differ, at most, by", apart["equal"].max(), 0.0, tolerance=ROUNDING),
        above("random: units differ, at least, by", apart["random"].min(), 0.1),
        above("nearly equal: a difference of about 1e-6 is", np.median(apart["nearly equal"]), 0.1),
        above("equal in, random out: units differ by", apart["equal in, random out"].min(), 0.1),
        equal("zero: hidden weights stay", np.abs(found["zero"][1]).max(), 0.0),
        equal("equal: right answers of four, at most", bool(right["equal"].max() <= 3), True),
        falls("loss on exclusive or, random for equal", losses["equal"], losses["random"]),
        falls("loss, nearly equal for equal", losses["equal"], losses["nearly equal"]),
    ]
    return claims, {"Losses of networks that begin differently": _figure(found)}


def learn(w_start: Numpy, v_start: Numpy, steps: int) -> tuple[Numpy, Numpy, Numpy]:
    """The cross-entropies at each step, the hidden weights at the end, and the answers then."""
    x = np.column_stack([INPUTS, np.ones(4)]).astype(np.float64)  # the bias is a weight
    w, v = npl.Variable(w_start.copy()), npl.Variable(v_start.copy())
    b: Any = npl.Variable(np.zeros((len(w), 1, 1)))
    optimizer, trace = npl.optim.SGD([w, v, b], lr=0.5, momentum=0.9), []
    for _ in range(steps):
        z = npl.tanh(x @ w.mT) @ v.mT + b
        losses = npl.mean(npl.softplus(z) - TARGETS * z, axis=(1, 2))
        optimizer.zero_grad()
        npl.sum(losses).backward()
        optimizer.step()
        trace.append(losses.detach())
    return np.array(trace), w.detach(), z.detach()


def spread(weights: Numpy) -> Numpy:
    """How far the weights of a network's units are from those of its first unit, at most."""
    furthest: Numpy = np.abs(weights - weights[:, :1]).max(axis=(1, 2))
    return furthest


def _figure(found: dict[str, tuple[Numpy, Numpy, Numpy]]) -> Figure:
    figure, (axes,) = panels(1, width=6.0)
    for (start, (trace, _, _)), colour in zip(found.items(), (*SERIES, "#555555"), strict=True):
        axes.semilogy(np.median(trace, axis=1), color=colour, label=start)
    axes.set(xlabel="step", ylabel="median cross-entropy")
    axes.legend(frameon=False)
    return figure
